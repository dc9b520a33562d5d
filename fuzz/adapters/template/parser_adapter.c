/* Your parser behind wsspec_parser.h: copy this file and put your parser's functions in place of your_parser_*. */
#include <stdlib.h>

#include "wsspec_parser.h"
#include "your_parser.h"

struct wsspec_parser_instance {
    const wsspec_parser_sink* to;
    your_parser* parser;
};
#define SINK const wsspec_parser_sink* const to = ((struct wsspec_parser_instance*)user)->to

/* clang-format off */
static void message(void* user, int is_text, const uint8_t* octets, size_t size) {
    SINK; to->on_message(to->context, is_text ? WSSPEC_TEXT : WSSPEC_BINARY, octets, size);
}
static void ping(void* user, const uint8_t* octets, size_t size) { SINK; to->on_ping(to->context, octets, size); }
static void pong(void* user, const uint8_t* octets, size_t size) { SINK; to->on_pong(to->context, octets, size); }
static void closed(void* user, int code, const uint8_t* reason, size_t size) { /* 1005: a Close without a body */
    SINK; to->on_close(to->context, code, reason, size);
}
static void failed(void* user, int code) { SINK; to->on_failure(to->context, code, NULL); }

static wsspec_parser_instance* create(const wsspec_parser_config* config, const wsspec_parser_sink* sink) {
    static const your_parser_callbacks callbacks = {message, ping, pong, closed, failed};
    struct wsspec_parser_instance* const made = malloc(sizeof *made);
    made->to = sink;
    made->parser = your_parser_new(config->role == WSSPEC_SERVER, config->max_message, &callbacks, made);
    return made;
}
static size_t feed(wsspec_parser_instance* made, const uint8_t* octets, size_t size) {
    your_parser_feed(made->parser, octets, size); /* copy them first if your parser unmasks in place */
    return size;
}
static void destroy(wsspec_parser_instance* made) { your_parser_free(made->parser); free(made); }

const wsspec_parser_adapter* wsspec_parser(void) {
    static const wsspec_parser_adapter adapter = {.abi = WSSPEC_PARSER_ABI, .name = "your parser", .create = create,
        .feed = feed, .destroy = destroy, .roles = WSSPEC_SERVER | WSSPEC_CLIENT};
    return &adapter;
}
