// 14.8: how much comes out, how often, in how many pieces (RFC 7692 section 8 by RFC 6455 section 10.4). A target may
// have a limit, and says so with 1009; what it must not do is to cut a message, or to count the compressed octets.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/14_deflate.h"

namespace wsspec::deflating {

namespace {

RoundTrips zeros(std::size_t size, std::size_t count) {
    return {.content = {.kind = Content::Kind::pattern, .pattern = {0}},
            .opcode = Opcode::binary,
            .size = size,
            .count = count,
            .compressed = true};
}

Case trips(const char* id, const char* title, RoundTrips messages, std::vector<std::string> covers) {
    bool const above = messages.limit == RoundTrips::Limit::above;
    Case made{.id = id,
              .title = title,
              .covers = std::move(covers),
              .needs = above ? Need::deflate : Need::echo | Need::deflate,
              .script = {offering_deflate(), round_trips(std::move(messages))}};
    if (!above) made.script.push_back(closing_handshake());
    return made;
}

}  // namespace

std::vector<Case> limits() {
    constexpr std::size_t mib = 1 << 20;
    auto const in_fragments = [](RoundTrips messages, std::size_t size) {
        messages.fragment = size;
        return messages;
    };
    auto const at = [](RoundTrips::Limit limit) {
        RoundTrips messages = zeros(0, 1);
        messages.limit = limit;
        return messages;
    };
    auto const json = [](std::size_t size, std::size_t count) {
        return RoundTrips{.content = {.kind = Content::Kind::json},
                          .opcode = Opcode::text,
                          .size = size,
                          .count = count,
                          .compressed = true};
    };
    auto const in_flight = [](RoundTrips messages, std::size_t many) {
        messages.in_flight = many;
        return messages;
    };
    RoundTrips empty{.content = {}, .opcode = Opcode::binary, .size = 0, .count = 200, .compressed = true};
    RoundTrips single_octets = json(500, 10);
    single_octets.write_size = 1;

    std::vector<std::string> const bomb = {"R7692-8-2", "R6455-10.4-2"};
    std::vector<std::string> const works = {"R7692-5-14", "R7692-7.2.2-4"};
    std::vector<std::string> const pieces = {"R7692-6.2-1", "R7692-5-14"};
    std::vector<Case> cases = {
        trips("14.8.1", "Send 1 MiB of zeros, compressed to a thousandth", zeros(mib, 1), bomb),
        trips("14.8.2", "Send 16 MiB of zeros, compressed to a thousandth", zeros(16 * mib, 1), bomb),
        trips("14.8.3", "Send 16 MiB of zeros, compressed, in fragments of 1000",
              in_fragments(zeros(16 * mib, 1), 1000), bomb),
        trips("14.8.4", "Send a compressed message as large as the target takes", at(RoundTrips::Limit::at), bomb),
        trips("14.8.5", "Send a compressed message one octet larger than the target takes",
              at(RoundTrips::Limit::above), bomb),
        trips("14.8.6", "Send a compressed message as large as the target takes, in fragments of 100",
              in_fragments(at(RoundTrips::Limit::at), 100), bomb),
        trips("14.8.7", "Send a compressed message one octet larger than the target takes, in fragments of 100",
              in_fragments(at(RoundTrips::Limit::above), 100), bomb),
        trips("14.8.8", "Send 200 messages of 64 KiB of zeros, four at a time", in_flight(zeros(65536, 200), 4), works),
        trips("14.8.9", "Send 1000 short messages compressed, one after another", json(100, 1000), works),
        trips("14.8.10", "Send 1000 short messages compressed, 64 at a time", in_flight(json(100, 1000), 64), works),
        trips("14.8.11", "Send 200 empty messages compressed", std::move(empty),
              {"R7692-7.2.3.6-1", "R7692-7.2.3.6-2"}),
        trips("14.8.12", "Send JSON compressed in fragments of one octet", in_fragments(json(2000, 10), 1), pieces),
        trips("14.8.13", "Send JSON compressed, one octet a write", std::move(single_octets), pieces),
    };
    for (auto& one : cases) one.alone = one.id == "14.8.2" || one.id == "14.8.3";
    return cases;
}

}  // namespace wsspec::deflating
