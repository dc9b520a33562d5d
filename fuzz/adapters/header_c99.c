/* wsspec_parser.h as C99, by itself. Compiled into the tests. */
#include "wsspec_parser.h"

unsigned wsspec_test_abi_in_c(void);
unsigned wsspec_test_abi_in_c(void) {
    static const wsspec_parser_adapter adapter = {.abi = WSSPEC_PARSER_ABI, .roles = WSSPEC_SERVER | WSSPEC_CLIENT};
    return adapter.abi;
}
