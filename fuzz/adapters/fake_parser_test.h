// An adapter whose parser is what a test says.
#pragma once

#include <functional>

#include "fuzz/adapters/parser_run.h"

namespace wsspec::test {

class FakeParser {
public:
    std::function<std::size_t(const wsspec_parser_sink& sink, OctetView octets)> feed;
    std::function<void(const wsspec_parser_sink& sink)> finish = [](const wsspec_parser_sink&) {};
    std::function<void(const wsspec_parser_sink& sink)> destroyed = [](const wsspec_parser_sink&) {};
    bool made = true;  ///< create() succeeds.
    std::uint64_t memory = 0;
    std::vector<wsspec_permitted> permitted = {};
    /// What the last one was made for.
    wsspec_parser_config config{};
    wsspec_deflate deflate{};

    /// Refers to this.
    wsspec_parser_adapter adapter() {
        return {.abi = WSSPEC_PARSER_ABI,
                .name = "fake",
                .roles = WSSPEC_SERVER | WSSPEC_CLIENT,
                .deflate = 1,
                .context = this,
                .create =
                    [](const wsspec_parser_config* made_for, const wsspec_parser_sink* sink) {
                        auto* const self = static_cast<FakeParser*>(made_for->context);
                        self->config = *made_for;
                        if (made_for->deflate != nullptr) self->deflate = *made_for->deflate;
                        self->sink_ = sink;
                        return self->made ? reinterpret_cast<wsspec_parser_instance*>(self) : nullptr;
                    },
                .feed = [](wsspec_parser_instance* parser, const std::uint8_t* octets,
                           std::size_t size) { return of(parser).feed(*of(parser).sink_, OctetView(octets, size)); },
                .finish = [](wsspec_parser_instance* parser) { of(parser).finish(*of(parser).sink_); },
                .destroy = [](wsspec_parser_instance* parser) { of(parser).destroyed(*of(parser).sink_); },
                .memory =
                    [](const wsspec_parser_instance* parser) {
                        return reinterpret_cast<const FakeParser*>(parser)->memory;
                    },
                .memory_base = 0,
                .memory_per_octet = 0,
                .permitted = permitted.data(),
                .permitted_count = permitted.size()};
    }

private:
    static FakeParser& of(wsspec_parser_instance* parser) { return *reinterpret_cast<FakeParser*>(parser); }
    const wsspec_parser_sink* sink_ = nullptr;
};

}  // namespace wsspec::test
