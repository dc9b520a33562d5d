#include "cases/derived.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "cases/catalogue.h"
#include "reference/forecast.h"
#include "reference/handshake.h"

namespace wsspec {

namespace {

constexpr std::size_t longest_stream = 4096;
/// A write for each octet of more than this takes a slow machine too long.
constexpr std::size_t longest_octet_by_octet = 1024;
/// The key of the examples in RFC 6455 section 5.7; what is forecast does not depend on it.
constexpr MaskingKey some_key = {0x37, 0xfa, 0x21, 0x3d};

/// A flow, taken apart at its last frame: there a target is in the deepest state that the flow leads to.
struct Flow {
    const Case* of = nullptr;
    std::optional<DeflateAgreement> deflate = {};
    Script before = {};              ///< All steps in front of the last Send.
    std::vector<Frame> sent = {};    ///< What that one sends in front of the last frame.
    Frame last = {};                 ///< The last frame.
    std::vector<Frame> frames = {};  ///< All of the flow; a ping for each barrier.
};

Role role_of(const Case& one) { return one.target == Target::client ? Role::client : Role::server; }

/// The request of a script that opens a connection like any other: nothing in it is a case of its own.
std::optional<CheckedRequest> legal_request(const Open& open) {
    const Handshake& handshake = open.handshake;
    bool const plain = !open.answer && handshake.early.empty() && handshake.after.empty() && handshake.before.empty() &&
                       handshake.complete;
    if (!plain) return std::nullopt;
    std::string const text = render(handshake, {.host = "127.0.0.1:9001",
                                                .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                                .subprotocol = "wsspec.example",
                                                .origin = "http://127.0.0.1",
                                                .accept = {},
                                                .extra_fields = {}});
    auto request = check_request(text);
    if (!request.must_be_accepted()) return std::nullopt;
    return request;
}

/// The narrowest agreement that the offer and the needs of the case allow: what is legal under it is so under any
/// other.
std::optional<DeflateAgreement> narrowest(const CheckedRequest& request, const Case& one) {
    if (!includes(one.needs, Need::deflate)) return std::nullopt;
    DeflatePolicy policy{.client_no_context_takeover = true, .client_max_window_bits = 8};
    if (includes(one.needs, Need::client_window)) policy.client_max_window_bits.reset();
    auto const accepted = accept_deflate_offer(request.extensions, policy);
    if (!accepted) return std::nullopt;
    DeflateAgreement out = accepted->agreement;
    if (includes(one.needs, Need::client_takeover)) out.client_no_context_takeover = false;
    return out;
}

Forecast forecast_of(std::span<const Frame> frames, const std::optional<DeflateAgreement>& deflate, Role target) {
    Octets stream;
    for (const auto& frame : frames) append(stream, wire(frame, other(target), some_key));
    return forecast({.role = target, .deflate = deflate}, stream);
}

bool ends(const Reading& reading) {
    return !reading.duties.empty() &&
           (reading.duties.back().kind == Duty::Kind::violation || reading.duties.back().kind == Duty::Kind::close);
}

bool is_legal(const Forecast& made) {
    const Reading& reading = made.readings.front();
    bool const violation = !reading.duties.empty() && reading.duties.back().kind == Duty::Kind::violation;
    // A message that is announced and does not come waits for the rest.
    return made.readings.size() == 1 && reading.announced == 0 && !violation && !reading.goes_on_after_close &&
           reading.tolerated.empty();
}

std::optional<Flow> flow_of(const Case& one) {
    // What TLS makes of its records has nothing to do with the frames in them.
    if (!one.variants.empty() || one.keys || one.alone || one.script.empty() || includes(one.needs, Need::tls))
        return std::nullopt;
    const auto* open = std::get_if<Open>(&one.script.front().action);
    auto const request = open == nullptr ? std::nullopt : legal_request(*open);
    if (!request) return std::nullopt;
    Flow flow{.of = &one, .deflate = narrowest(*request, one)};
    if (includes(one.needs, Need::deflate) != flow.deflate.has_value()) return std::nullopt;

    std::size_t last_send = 0;
    for (std::size_t i = 1; i < one.script.size(); ++i) {
        const auto& action = one.script[i].action;
        if (const auto* send = std::get_if<Send>(&action)) {
            if (send->frames.empty()) return std::nullopt;
            flow.frames.insert(flow.frames.end(), send->frames.begin(), send->frames.end());
            last_send = i;
        } else if (std::holds_alternative<Barrier>(action)) {
            flow.frames.push_back(ping("barrier"));
        } else if (!std::holds_alternative<Expect>(action) && !std::holds_alternative<ClosingHandshake>(action)) {
            return std::nullopt;
        }
        // What the target makes of the request is a case of its own.
        if (const auto* expect = std::get_if<Expect>(&action); expect != nullptr && last_send == 0) return std::nullopt;
    }
    std::size_t size = 0;
    for (const auto& frame : flow.frames) size += 14 + frame.payload.size();
    if (last_send == 0 || size > longest_stream || !is_legal(forecast_of(flow.frames, flow.deflate, role_of(one))))
        return std::nullopt;
    flow.before.assign(one.script.begin(), one.script.begin() + static_cast<std::ptrdiff_t>(last_send));
    flow.sent = std::get<Send>(one.script[last_send].action).frames;
    flow.last = std::move(flow.sent.back());
    flow.sent.pop_back();
    return flow;
}

// ---- The mutations ----

/// What is sent in place of the last frame, or of all: nothing where a mutation makes no sense.
struct Changed {
    std::vector<Frame> frames = {};
    bool all = false;         ///< They stand in place of the whole flow.
    bool half_close = false;  ///< Our direction of TCP ends behind them.
};
using Change = std::optional<Changed> (*)(const Flow& flow);

std::optional<Changed> in_place(Frame frame) { return Changed{.frames = {std::move(frame)}}; }

std::optional<Changed> flips(const Flow& flow, Octet bit) {
    return in_place(flow.last.with_rsv(static_cast<Octet>(flow.last.rsv ^ bit)));
}

std::optional<Changed> mask(const Flow& flow) { return in_place(flow.last.wrongly_masked()); }
std::optional<Changed> flip_rsv1(const Flow& flow) { return flips(flow, rsv1); }
std::optional<Changed> flip_rsv2(const Flow& flow) { return flips(flow, rsv2); }
std::optional<Changed> flip_rsv3(const Flow& flow) { return flips(flow, rsv3); }

std::optional<Changed> reserved_opcode(const Flow& flow) {
    Frame changed = flow.last;
    changed.opcode = static_cast<Opcode>(is_control(flow.last.opcode) ? 0xb : 0x3);
    return in_place(std::move(changed));
}

std::optional<Changed> flip_fin(const Flow& flow) {
    Frame changed = flow.last;
    changed.fin = !changed.fin;
    return in_place(std::move(changed));
}

/// The ping tells the two readings apart: who takes the length owes its pong.
std::optional<Changed> long_length(const Flow& flow) {
    std::size_t const size = flow.last.payload.size();
    auto const next = size <= 125 ? LengthForm::sixteen_bits : LengthForm::sixtyfour_bits;
    return Changed{.frames = {flow.last.in_form(next), ping("behind the length")}};
}

std::optional<Changed> top_bit(const Flow& flow) {
    std::uint64_t const length = (std::uint64_t{1} << 63) | flow.last.payload.size();
    return in_place(flow.last.claiming(length).in_form(LengthForm::sixtyfour_bits));
}

std::optional<Changed> cut_off(const Flow& flow) {
    Frame changed = flow.last;
    std::size_t const size = changed.payload.size();
    changed.payload.resize(size / 2);
    return Changed{.frames = {changed.claiming(std::max<std::size_t>(size, 1))}, .half_close = true};
}

std::optional<Changed> after_close(const Flow& flow) {
    if (flow.last.opcode == Opcode::close) return std::nullopt;
    return Changed{.frames = {close_frame(1000), flow.last}};
}

std::optional<Changed> twice(const Flow& flow) { return Changed{.frames = {flow.last, flow.last}}; }
std::optional<Changed> behind_ping(const Flow& flow) { return Changed{.frames = {ping("in front"), flow.last}}; }
std::optional<Changed> behind_text(const Flow& flow) { return Changed{.frames = {text("in front"), flow.last}}; }

std::optional<Changed> without_first(const Flow& flow) {
    bool const barriers =
        std::ranges::any_of(flow.before, [](const Step& step) { return std::holds_alternative<Barrier>(step.action); });
    if (flow.frames.size() < 2 || barriers) return std::nullopt;
    return Changed{.frames = {flow.frames.begin() + 1, flow.frames.end()}, .all = true};
}

struct Row {
    Mutation mutation;
    Change change;  ///< Nothing: the flow as it is, octet by octet.
};
constexpr Row rows[] = {
    {{"mask", "Send the last frame with the mask bit wrong for the sender"}, mask},
    {{"rsv1", "Flip RSV1 of the last frame"}, flip_rsv1},
    {{"rsv2", "Flip RSV2 of the last frame"}, flip_rsv2},
    {{"rsv3", "Flip RSV3 of the last frame"}, flip_rsv3},
    {{"opcode", "Give the last frame a reserved opcode"}, reserved_opcode},
    {{"fin", "Flip FIN of the last frame"}, flip_fin},
    {{"length", "Write the length of the last frame in the next longer form"}, long_length},
    {{"top-bit", "Write the length of the last frame with its top bit set"}, top_bit},
    {{"cut", "End TCP in the middle of the last frame"}, cut_off},
    {{"after-close", "Send a Close in front of the last frame"}, after_close},
    {{"twice", "Send the last frame twice"}, twice},
    {{"ping", "Send a ping in front of the last frame"}, behind_ping},
    {{"text", "Send a text message in front of the last frame"}, behind_text},
    {{"headless", "Leave the first frame out"}, without_first},
    {{"octets", "Send everything one octet a write"}, nullptr},
};

/// Sends, whole, with each write an octet.
Script octet_by_octet(Script script) {
    for (auto& step : script) {
        if (auto* open = std::get_if<Open>(&step.action)) open->delivery = chopped(1);
        if (auto* send = std::get_if<Send>(&step.action)) send->delivery = chopped(1);
    }
    return script;
}

/// The statements that the change breaks, as the forecast names them; those of the flow, if it breaks none.
std::vector<std::string> covered(const Flow& flow, const Changed& changed, const std::vector<Frame>& frames) {
    std::vector<std::string> out;
    auto const add = [&](std::string_view id) {
        if (std::ranges::find(out, id) == out.end()) out.emplace_back(id);
    };
    for (Role const target : {Role::server, Role::client}) {
        if (flow.of->target == (target == Role::server ? Target::client : Target::server)) continue;
        if (changed.half_close) add(target == Role::server ? "R6455-7.2.2-2" : "R6455-7.2.1-2");
        const auto made = forecast_of(frames, flow.deflate, target);
        const Reading& reading = made.readings.front();
        if (ends(reading) && reading.duties.back().kind == Duty::Kind::violation)
            add(reading.duties.back().violation.requirement);
        if (reading.goes_on_after_close) add("R6455-5.5.1-18");
    }
    return out.empty() ? flow.of->covers : out;
}

Case derived(const Flow& flow, const Row& row, const std::optional<Changed>& changed) {
    const Case& of = *flow.of;
    Case out{.id = of.id + "/" + std::string(row.mutation.name),
             .title = std::string(row.mutation.what) + ": " + of.title,
             .target = of.target,
             .covers = of.covers,
             .needs = of.needs,
             .note = "Derived from " + of.id + "; what is allowed is left to the forecast."};
    if (!changed) {
        out.script = octet_by_octet(of.script);
        return out;
    }
    std::vector<Frame> sent = changed->all ? std::vector<Frame>() : flow.sent;
    sent.insert(sent.end(), changed->frames.begin(), changed->frames.end());
    std::vector<Frame> frames;
    if (!changed->all) frames.assign(flow.frames.begin(), flow.frames.end() - static_cast<std::ptrdiff_t>(1));
    if (changed->all) {
        out.script = {flow.before.front()};
    } else {
        out.script = flow.before;
    }
    frames.insert(frames.end(), changed->frames.begin(), changed->frames.end());
    out.script.push_back(send(std::move(sent)));
    if (changed->half_close) out.script.push_back(half_close());
    out.script.push_back(expect_forecast());
    auto const made = forecast_of(frames, flow.deflate, role_of(of));
    if (!changed->half_close && std::ranges::none_of(made.readings, ends)) out.script.push_back(closing_handshake());
    out.covers = covered(flow, *changed, frames);
    return out;
}

/// Barriers behind the last frame would come in front of the changed one.
bool barrier_is_last(const Flow& flow) { return flow.frames.back() != flow.last; }

}  // namespace

std::span<const Mutation> mutations() {
    static const auto all = [] {
        std::vector<Mutation> made;
        for (const auto& row : rows) made.push_back(row.mutation);
        return made;
    }();
    return all;
}

bool is_flow(const Case& one) { return flow_of(one).has_value(); }

std::vector<Case> derive(const Case& one) {
    std::vector<Case> out;
    auto flow = flow_of(one);
    if (!flow) return out;
    while (barrier_is_last(*flow)) flow->frames.pop_back();
    for (const auto& row : rows) {
        if (row.change == nullptr) {
            std::size_t octets = 0;
            for (const auto& frame : flow->frames) octets += 14 + frame.payload.size();
            if (octets <= longest_octet_by_octet) out.push_back(derived(*flow, row, std::nullopt));
        } else if (auto const changed = row.change(*flow)) {
            out.push_back(derived(*flow, row, changed));
        }
    }
    return out;
}

std::span<const Case> derived_cases() {
    static const auto all = [] {
        std::vector<Case> made;
        std::vector<Flow> seen;
        for (const auto& group : catalogue()) {
            for (const auto& one : group.cases) {
                auto flow = flow_of(one);
                if (!flow) continue;
                bool const again = std::ranges::any_of(seen, [&](const Flow& other) {
                    return other.frames == flow->frames && other.before.size() == flow->before.size() &&
                           other.before.front() == flow->before.front() && other.of->target == one.target;
                });
                if (again) continue;
                seen.push_back(std::move(*flow));
                for (auto& each : derive(one)) made.push_back(std::move(each));
            }
        }
        return made;
    }();
    return all;
}

bool is_derived(std::string_view id) { return id.find('/') != std::string_view::npos; }

const Case* find_derived(std::string_view id) {
    if (!is_derived(id)) return nullptr;
    static const auto by_id = [] {
        std::unordered_map<std::string_view, const Case*> made;
        for (const auto& one : derived_cases()) made.emplace(one.id, &one);
        return made;
    }();
    auto const found = by_id.find(id);
    return found == by_id.end() ? nullptr : found->second;
}

}  // namespace wsspec
