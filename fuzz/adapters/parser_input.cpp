#include "fuzz/adapters/parser_input.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cases/agreement.h"
#include "cases/corpus.h"
#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"
#include "reference/deflate.h"

namespace wsspec {

namespace {

constexpr std::size_t largest_plain = 4096;
constexpr std::size_t largest_inflated = 2U << 20;

/// Messages by rule and without end become two that are short enough to be tried many times: `made` takes the steps.
class Expansion {
public:
    Expansion(Role sender, const std::optional<DeflateAgreement>& agreement) {
        // 8 bits are possible only uncompressed; see MessageDeflater.
        if (agreement && agreement->window_bits(sender) >= MessageDeflater::smallest_window_bits)
            deflater_.emplace(agreement->window_bits(sender), !agreement->no_context_takeover(sender));
    }

    Script expand(const Script& script) {
        Script out;
        for (const auto& step : script) {
            if (const auto* trips = std::get_if<RoundTrips>(&step.action)) {
                out.push_back(messages(*trips));
            } else if (const auto* repeat = std::get_if<Repeat>(&step.action)) {
                out.push_back({Repeat{repeat->times, expand(repeat->script)}});
            } else {
                out.push_back(step);
            }
        }
        return out;
    }

private:
    Step messages(const RoundTrips& trips) {
        bool const compressed = trips.compressed && deflater_;
        bool const data = trips.opcode == Opcode::text || trips.opcode == Opcode::binary;
        Opcode const opcode = data ? trips.opcode : Opcode::binary;
        // One pattern over and over, compressed: a bomb.
        bool const bomb = compressed && trips.content.kind == Content::Kind::pattern;
        std::size_t size = std::min(trips.size, bomb ? largest_inflated : largest_plain);
        if (trips.limit == RoundTrips::Limit::at) size = ParserExpectation::usual_max_message;
        if (trips.limit == RoundTrips::Limit::above) size = ParserExpectation::usual_max_message + 1;
        Send send;
        send.delivery = trips.write_size != 0 ? chopped(trips.write_size) : per_frame();
        for (std::size_t n = 0; n < std::min<std::size_t>(trips.count, 2); ++n) {
            Octets payload = message(trips.content, opcode, size, n);
            if (compressed) payload = deflater_->compress(payload);
            Frame frame{.rsv = compressed ? rsv1 : Octet{0}, .opcode = opcode, .payload = std::move(payload)};
            auto frames = trips.fragment != 0 ? in_fragments(frame, trips.fragment) : std::vector{frame};
            frames.front().rsv = frame.rsv;
            std::ranges::move(frames, std::back_inserter(send.frames));
        }
        return {std::move(send)};
    }

    std::optional<MessageDeflater> deflater_;
};

}  // namespace

ParserInput parser_input(const Script& script, Role role, bool deflate) {
    auto const agreement = deflate ? agreement_over(script, role) : std::nullopt;
    Script const expanded = Expansion(other(role), agreement).expand(script);
    auto stream = wire_stream(expanded, other(role), longest_parser_stream);
    return {.role = role, .agreement = agreement, .stream = std::move(stream.octets), .cuts = std::move(stream.cuts)};
}

ParserInput raw_parser_input(OctetView octets, bool deflate) {
    ParserInput out;
    if (octets.empty()) return out;
    unsigned const first = octets.front();
    out.role = (first & 1U) != 0 ? Role::client : Role::server;
    if (deflate && (first & 2U) != 0) out.agreement.emplace();
    auto const stream = octets.subspan(1, std::min(octets.size() - 1, longest_parser_stream));
    out.stream.assign(stream.begin(), stream.end());
    for (std::size_t step = 2 + (first >> 2U), at = step; at < out.stream.size(); at += step) out.cuts.push_back(at);
    return out;
}

std::vector<ParserInput> parser_inputs(OctetView octets, const wsspec_parser_adapter& adapter) {
    bool const deflate = adapter.deflate != 0;
    std::vector<ParserInput> out;
    Script const script = decode(octets);
    for (auto const role : {Role::server, Role::client}) {
        if ((adapter.roles & (role == Role::server ? WSSPEC_SERVER : WSSPEC_CLIENT)) == 0) continue;
        auto made = parser_input(script, role, deflate);
        if (!made.stream.empty()) out.push_back(std::move(made));
    }
    if (auto raw = raw_parser_input(octets, deflate); !raw.stream.empty()) out.push_back(std::move(raw));
    return out;
}

}  // namespace wsspec
