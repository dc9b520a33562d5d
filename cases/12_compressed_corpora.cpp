// Group 12: texts and pictures that compress well, badly and not at all, with permessage-deflate (RFC 7692). The ids,
// sizes, fragments and offers are Autobahn's; the corpora are ours, of the same kinds. Autobahn sends the next message
// when the echo of the last one has come; here several are under way, so that it is the target that is busy and not the
// network. RFC 6455 has no word against it.
#include "cases/12_compressed_corpora.h"

#include <algorithm>
#include <iterator>

#include "cases/groups.h"

namespace wsspec {
namespace {

/// The last number of an id, from 1 on.
struct Size {
    std::size_t message;   ///< Octets; code points of a text.
    std::size_t fragment;  ///< Octets of the compressed message; 0: one frame.
};
constexpr Size sizes[] = {
    {16, 0},      {64, 0},      {256, 0},      {1024, 0},      {4096, 0},      {8192, 0},
    {16384, 0},   {32768, 0},   {65536, 0},    {131072, 0},    {8192, 256},    {16384, 256},
    {32768, 256}, {65536, 256}, {131072, 256}, {131072, 1024}, {131072, 4096}, {131072, 32768},
};

std::vector<std::string> covers_of(const CompressedFamily& family, const Size& size) {
    auto covers = family.covers;
    covers.push_back(family.opcode == Opcode::text ? "R7692-6.1-6" : "R7692-6.1-5");
    if (size.fragment != 0) covers.insert(covers.end(), {"R7692-6.2-1", "R7692-6.1-3"});
    return covers;
}

}  // namespace

std::vector<Case> cases_of(const CompressedFamily& family) {
    std::vector<Case> cases;
    for (const auto& size : sizes) {
        std::string title = family.action + ", " + std::to_string(size.message) +
                            (family.opcode == Opcode::text ? " characters" : " octets") + " a message";
        if (size.fragment != 0) title += ", in fragments of " + std::to_string(size.fragment);
        cases.push_back({.id = family.id + "." + std::to_string(cases.size() + 1),
                         .title = std::move(title),
                         .covers = covers_of(family, size),
                         .needs = Need::echo | Need::deflate,
                         .script = {open(Handshake{}.add("Sec-WebSocket-Extensions", family.offer)),
                                    round_trips({.content = {.kind = family.corpus},
                                                 .opcode = family.opcode,
                                                 .size = size.message,
                                                 .count = 1000,
                                                 .fragment = size.fragment,
                                                 .in_flight = size.message <= 16384 ? 8U : 4U,
                                                 .compressed = true}),
                                    closing_handshake()},
                         .autobahn = true});
    }
    return cases;
}

Group compressed_corpora() {
    // The hint client_no_context_takeover binds nobody: unless the target takes it up, it has to keep the window.
    std::vector<std::string> const covers = {"R7692-5-14", "R7692-7.2.1-1", "R7692-7.2.2-1", "R7692-7.2.2-4",
                                             "R7692-6.1-1"};
    auto const family = [&](std::string id, std::string action, Content::Kind corpus, Opcode opcode) {
        return CompressedFamily{.id = std::move(id),
                                .action = std::move(action),
                                .corpus = corpus,
                                .opcode = opcode,
                                .offer = base_offer,
                                .covers = covers};
    };
    std::vector<Case> cases;
    for (const auto& one : {
             family("12.1", "Send JSON compressed", Content::Kind::json, Opcode::text),
             family("12.2", "Send a grey picture compressed", Content::Kind::photo, Opcode::binary),
             family("12.3", "Send German prose compressed, as binary", Content::Kind::prose, Opcode::binary),
             family("12.4", "Send HTML compressed", Content::Kind::html, Opcode::text),
             family("12.5", "Send a document with pictures compressed", Content::Kind::document, Opcode::binary),
         })
        std::ranges::move(cases_of(one), std::back_inserter(cases));
    return {.number = "12", .title = "permessage-deflate: kinds of content", .cases = std::move(cases)};
}

}  // namespace wsspec
