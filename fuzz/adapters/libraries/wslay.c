/* wslay's event API (libwslay). It reassembles messages, validates text and answers by itself; the answers are taken
 * from it and thrown away, which is also how it tells with which code it fails a connection. */
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

#include "wsspec_parser.h"

struct wsspec_parser_instance {
    const wsspec_parser_sink* sink;
    wslay_event_context_ptr context;
    const uint8_t* octets; /* of the feed under way */
    size_t size;
    int over;
};

static ssize_t on_recv(wslay_event_context_ptr context, uint8_t* into, size_t room, int flags, void* user) {
    wsspec_parser_instance* const parser = user;
    size_t const size = parser->size < room ? parser->size : room;
    (void)flags;
    if (size == 0) {
        wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    memcpy(into, parser->octets, size);
    parser->octets += size;
    parser->size -= size;
    return (ssize_t)size;
}

static ssize_t on_send(wslay_event_context_ptr context, const uint8_t* octets, size_t size, int flags, void* user) {
    (void)context, (void)octets, (void)flags, (void)user;
    return (ssize_t)size;
}

static int on_genmask(wslay_event_context_ptr context, uint8_t* into, size_t size, void* user) {
    (void)context, (void)user;
    memset(into, 0x5a, size);
    return 0;
}

static void on_message(wslay_event_context_ptr context, const struct wslay_event_on_msg_recv_arg* arg, void* user) {
    wsspec_parser_instance* const parser = user;
    const wsspec_parser_sink* const sink = parser->sink;
    (void)context;
    switch (arg->opcode) {
        case WSLAY_PING:
            sink->on_ping(sink->context, arg->msg, arg->msg_length);
            break;
        case WSLAY_PONG:
            sink->on_pong(sink->context, arg->msg, arg->msg_length);
            break;
        case WSLAY_CONNECTION_CLOSE:
            parser->over = 1;
            if (arg->msg_length < 2) {
                sink->on_close(sink->context, WSSPEC_NO_STATUS, NULL, 0);
            } else {
                sink->on_close(sink->context, arg->status_code, arg->msg + 2, arg->msg_length - 2);
            }
            break;
        default:
            sink->on_message(sink->context, arg->opcode, arg->msg, arg->msg_length);
    }
}

static wsspec_parser_instance* create(const wsspec_parser_config* config, const wsspec_parser_sink* sink) {
    struct wslay_event_callbacks callbacks;
    wsspec_parser_instance* const parser = calloc(1, sizeof *parser);
    if (parser == NULL) return NULL;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.recv_callback = on_recv;
    callbacks.send_callback = on_send;
    callbacks.genmask_callback = on_genmask;
    callbacks.on_msg_recv_callback = on_message;
    parser->sink = sink;
    if ((config->role == WSSPEC_SERVER ? wslay_event_context_server_init : wslay_event_context_client_init)(
            &parser->context, &callbacks, parser) != 0) {
        free(parser);
        return NULL;
    }
    /* It counts control frames, too, which have to be taken up to 125 octets (RFC 6455 section 5.5). */
    wslay_event_config_set_max_recv_msg_length(parser->context, config->max_message < 125 ? 125 : config->max_message);
    return parser;
}

static size_t feed(wsspec_parser_instance* parser, const uint8_t* octets, size_t size) {
    int failed;
    if (parser->over) return size;
    parser->octets = octets;
    parser->size = size;
    /* It reads until there is nothing left, or until it has had enough. */
    failed = wslay_event_recv(parser->context) != 0;
    while (!failed && wslay_event_want_write(parser->context)) failed = wslay_event_send(parser->context) != 0;
    if (!parser->over && (failed || !wslay_event_get_read_enabled(parser->context))) {
        parser->over = 1;
        parser->sink->on_failure(parser->sink->context,
                                 wslay_event_get_close_sent(parser->context)
                                     ? wslay_event_get_status_code_sent(parser->context)
                                     : WSSPEC_NO_CODE,
                                 NULL);
    }
    return size;
}

static void destroy(wsspec_parser_instance* parser) {
    wslay_event_context_free(parser->context);
    free(parser);
}

const wsspec_parser_adapter* wsspec_parser(void) {
    static const wsspec_parser_adapter adapter = {.abi = WSSPEC_PARSER_ABI,
                                                  .name = "wslay",
                                                  .roles = WSSPEC_SERVER | WSSPEC_CLIENT,
                                                  .create = create,
                                                  .feed = feed,
                                                  .destroy = destroy};
    return &adapter;
}
