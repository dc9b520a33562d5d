// wsspec_parser.h as C++11, by itself. Compiled into the tests.
#include "wsspec_parser.h"

extern "C" size_t wsspec_test_size_in_cpp11();
extern "C" size_t wsspec_test_size_in_cpp11() { return sizeof(wsspec_parser_adapter); }
