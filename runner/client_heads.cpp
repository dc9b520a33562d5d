#include "runner/client_heads.h"

#include <memory>
#include <string>
#include <utility>

#include "reference/handshake.h"
#include "runner/head_lines.h"

namespace wsspec::detail {

namespace {

class BendsHeads final : public net::Filter {
public:
    BendsHeads(HeadHook asks, HeadHook reads) : asks_(std::move(asks)), reads_(std::move(reads)) {}
    std::string request(std::string head) override { return asks_ ? text_of(asks_(lines_of(head))) : head; }
    std::string response(std::string response, const std::string& head) override {
        if (!reads_) return response;
        Handshake answer = reads_(lines_of(response));
        // What a fault does not look at is taken for right.
        for (auto& line : answer.fields)
            if (line == "Sec-WebSocket-Accept: right")
                line = "Sec-WebSocket-Accept: " + accept_for(check_request(head).key);
        return text_of(answer);
    }

private:
    HeadHook asks_;
    HeadHook reads_;
};

net::FilterFactory bends(HeadHook asks, HeadHook reads) {
    return [asks = std::move(asks), reads = std::move(reads)] { return std::make_unique<BendsHeads>(asks, reads); };
}

}  // namespace

net::FilterFactory asks(HeadHook hook) { return bends(std::move(hook), {}); }

net::FilterFactory reads(HeadHook hook) { return bends({}, std::move(hook)); }

net::FilterFactory offers_subprotocols(HeadHook hook) {
    return bends([](const Handshake& head) { return head.add("Sec-WebSocket-Protocol", "chat, superchat"); },
                 std::move(hook));
}

}  // namespace wsspec::detail
