// Contract: whatever a script sends, in whatever pieces, what the reference endpoint does lies inside the forecast: the
// judge finds nothing that fails, nor anything short of strict. The forecast reads every stream at least one way, its
// duties stand in order, and it says the same of the same octets again.
//
// Input: an encoded script. What its frames add up to also chooses role and deflate parameters: all are tried.
#include <algorithm>

#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"
#include "fuzz/targets.h"
#include "reference/endpoint.h"
#include "reference/judge.h"
#include "reference/requirements.h"

namespace wsspec::targets {

namespace {

constexpr std::size_t longest_stream = 200000;

/// The reference plays the target, and echoes.
std::vector<Seen> played(const TargetProfile& profile, const WireStream& sent) {
    Endpoint endpoint(profile.role, {}, profile.deflate);
    Observer observer(profile.role, 4U << 20, profile.deflate);
    Octets stream = sent.octets;
    std::size_t from = 0;
    auto cut = sent.cuts.begin();
    while (from < stream.size() && !endpoint.close_expected()) {
        std::size_t const to = cut == sent.cuts.end() ? stream.size() : *cut++;
        std::span<Octet> rest = std::span(stream).subspan(from, to - from);
        while (!rest.empty()) {
            rest = rest.subspan(endpoint.receive(rest));
            for (const auto& event : endpoint.take_events())
                if (event.kind == EndpointEvent::Kind::message && profile.echoes)
                    endpoint.send_message(event.opcode, event.payload);
        }
        Octets out = endpoint.take_output();
        observer.receive(out, to);
        from = to;
    }
    // A client waits for the server to end TCP (7.1.1), which the tester then does.
    if (endpoint.close_expected() || endpoint.state() != Endpoint::State::open)
        observer.end(Seen::Kind::end_of_stream, from);
    return observer.seen();
}

void check_reading(const Reading& reading, std::uint64_t octets) {
    std::uint64_t at = 0;
    for (const auto& duty : reading.duties) {
        // What is wrong with a compressed message may be known from its first frame on, in front of a ping inside it.
        if (duty.kind != Duty::Kind::violation) demand(duty.from >= at, "duties out of order");
        demand(duty.from <= octets, "a duty beyond the stream");
        if (duty.due) demand(*duty.due >= duty.from && *duty.due <= octets, "due before it can be known");
        at = duty.from;
        bool const last = duty.kind == Duty::Kind::violation || duty.kind == Duty::Kind::close;
        demand(!last || &duty == &reading.duties.back(), "a duty behind the end");
        if (duty.kind == Duty::Kind::violation)
            demand(find_requirement(duty.violation.requirement) != nullptr, "a violation of nothing in the catalogue");
    }
}

}  // namespace

void forecast(OctetView input) {
    Script const script = decode(input);
    for (Role const target : {Role::server, Role::client}) {
        auto sent = wire_stream(script, other(target), longest_stream);
        // Whatever is owed in front of it must be there when its pong comes.
        bool const asks = ends_at_frame_boundary(sent.octets);
        if (asks) {
            if (!sent.octets.empty()) sent.cuts.push_back(sent.octets.size());
            append(sent.octets, wire(ping("still there?"), other(target), {5, 6, 7, 8}));
        }
        for (int const way : {0, 1, 2}) {
            TargetProfile profile{.role = target};
            if (way == 1) profile.deflate = DeflateAgreement{};
            if (way == 2) {
                profile.deflate = DeflateAgreement{true, true, 10, 9};
                profile.echoes = false;
            }
            Forecast const made = wsspec::forecast(profile, sent.octets);
            demand(!made.readings.empty() && made.octets == sent.octets.size(), "no reading of the stream");
            for (const auto& reading : made.readings) check_reading(reading, made.octets);
            auto const seen = played(profile, sent);
            demand(!asks || !seen.empty(), "no reaction to a ping");
            auto const judgement = wsspec::judge(made, seen);
            if (judgement.grade > Grade::informational) {
                for (const auto& finding : judgement.findings)
                    std::fprintf(stderr, "%s, deflate %d: %s %s\n", std::string(to_string(target)).c_str(), way,
                                 finding.requirement.c_str(), finding.what.c_str());
                demand(false, "the reference is outside of the forecast");
            }
            (void)describe_owed(made);
        }
    }
}

}  // namespace wsspec::targets
