// The parser is wsspec's own endpoint, from the installed library. With YOUR_PARSER_BUG it has one bug.
#include "your_parser.h"

#include "reference/endpoint.h"

struct your_parser {
    wsspec::Endpoint endpoint;
    your_parser_callbacks callbacks;
    void* user;
    bool failed = false;
};

your_parser* your_parser_new(int is_server, uint64_t max_message, const your_parser_callbacks* callbacks, void* user) {
    auto const role = is_server != 0 ? wsspec::Role::server : wsspec::Role::client;
    return new your_parser{wsspec::Endpoint(role, {.message = max_message}), *callbacks, user};
}

void your_parser_free(your_parser* parser) { delete parser; }

void your_parser_feed(your_parser* parser, const uint8_t* octets, size_t size) {
    wsspec::Octets mine(octets, octets + size);  // the endpoint unmasks in place
    std::span<wsspec::Octet> rest = mine;
    while (!rest.empty()) {
        rest = rest.subspan(parser->endpoint.receive(rest));
        for (const auto& event : parser->endpoint.take_events()) {
            auto const* data = event.payload.data();
            auto const length = event.payload.size();
            switch (event.kind) {
                case wsspec::EndpointEvent::Kind::message:
#ifdef YOUR_PARSER_BUG
                    // An empty message is no message.
                    if (length == 0) break;
#endif
                    parser->callbacks.message(parser->user, event.opcode == wsspec::Opcode::text, data, length);
                    break;
                case wsspec::EndpointEvent::Kind::ping:
                    parser->callbacks.ping(parser->user, data, length);
                    break;
                case wsspec::EndpointEvent::Kind::pong:
                    parser->callbacks.pong(parser->user, data, length);
                    break;
                case wsspec::EndpointEvent::Kind::close:
                    parser->callbacks.closed(parser->user, event.code, data, length);
                    break;
            }
        }
        // A Close was reported above; the endpoint expects the end of TCP behind it as well.
        bool const failed = parser->endpoint.close_expected() && parser->endpoint.received_code() == 1006;
        if (!failed || parser->failed) continue;
        parser->failed = true;
        auto const& violation = parser->endpoint.violation();
        parser->callbacks.failed(parser->user, violation ? violation->close_code : 1009);
    }
    parser->endpoint.take_output();
}
