#include "fuzz/scripts.h"

#include <algorithm>
#include <string>
#include <utility>

#include "cases/catalogue.h"
#include "reference/handshake.h"

namespace wsspec {

std::vector<CatalogueScript> catalogue_scripts(Role target) {
    std::vector<CatalogueScript> out;
    for (const auto& group : catalogue()) {
        for (const auto& one : group.cases) {
            if (one.target == (target == Role::server ? Target::client : Target::server)) continue;
            // The forecast begins above TLS.
            if (includes(one.needs, Need::tls)) continue;
            out.push_back({&one, &one.script});
            for (const auto& variant : one.variants) out.push_back({&one, &variant});
        }
    }
    return out;
}

namespace {

// The sample of RFC 6455 section 1.3 would be somebody's constant.
constexpr std::string_view some_key = "AQIDBAUGBwgJCgsMDQ4PEA==";

HandshakeValues some_values() {
    return {.resource = "/",
            .host = "127.0.0.1:9001",
            .key = std::string(some_key),
            .subprotocol = "wsspec.example",
            .origin = "http://127.0.0.1",
            .accept = accept_for(some_key),
            .extra_fields = {}};
}

/// Statements that no case of the catalogue lets a server break for less than a fail.
constexpr std::string_view deadly[] = {"R6455-4.2.1-2", "R6455-4.2.1-5", "R6455-4.2.1-6",
                                       "R6455-4.2.1-7", "R6455-4.2.1-8", "R6455-4.2.1-9"};

std::optional<Step> server_expectation(const Handshake& handshake) {
    auto const offers_only = [&] {
        return handshake.drop("Sec-WebSocket-Extensions") == Handshake{}.with_early(handshake.early);
    };
    std::string const text = render(handshake, some_values());
    auto const head = head_size(text);
    if (!head || *head != text.size())
        return expect(
            {opens().informational(), refuses_with_any_status(), drops().informational(), waits().informational()});
    auto const request = check_request(text);
    if (request.must_be_accepted()) {
        if (offers_only()) return std::nullopt;
        // RFC 6455 leaves a server free to refuse whom it likes (10.2 and 10.3, say).
        return expect({opens(), refuses_with_any_status().informational(), drops().non_strict()});
    }
    auto const is_http = [](const Defect& defect) {
        return defect.requirement == "R6455-4.2.1-1" || defect.requirement.starts_with("R9112-");
    };
    auto const is_deadly = [](const Defect& defect) {
        return !defect.tolerable && std::ranges::find(deadly, defect.requirement) != std::end(deadly);
    };
    // Where HTTP's grammar is broken it is the recipient's own affair what it reads (RFC 9112 sections 2.2 and 3).
    bool const must_not_open =
        std::ranges::none_of(request.defects, is_http) && std::ranges::any_of(request.defects, is_deadly);
    if (must_not_open) return expect({refuses_with_any_status(), drops().non_strict()});
    return expect({opens().informational(), refuses_with_any_status(), drops().non_strict()});
}

ClientDuty duty_over(std::string_view text, const std::string& offer) {
    ClientRequest asked;
    asked.host = "127.0.0.1:9001";
    asked.key = some_key;
    asked.extensions = offer;
    auto const request = check_request(build_request(asked));
    auto size = head_size(text);
    // Interim responses (RFC 9110 section 15.2).
    while (size) {
        auto const head = parse_response_head(text.substr(0, *size));
        if (!head || head->status < 100 || head->status >= 200 || head->status == 101) break;
        text.remove_prefix(*size);
        size = head_size(text);
    }
    if (!size) return ClientDuty::judge;
    return client_duty(check_response(text.substr(0, *size), request));
}

std::optional<Step> client_expectation(const Handshake& answer) {
    std::string const text = render(answer, some_values());
    // Made from what a client offers, which nobody knows here.
    if (text.find("{offered") != std::string::npos) return std::nullopt;
    // What it offers decides whether it may take an extension.
    for (const auto* offer : {"", "permessage-deflate; client_max_window_bits"})
        if (duty_over(text, offer) != ClientDuty::fail) return std::nullopt;
    return expect({drops(), waits(), fails(1002).non_strict()});
}

bool is_expectation(const Step& step) {
    return std::holds_alternative<Expect>(step.action) || std::holds_alternative<ClosingHandshake>(step.action);
}

/// It is judged as it passes, not by the forecast; and it takes time and memory that a fuzzer has no use for.
bool is_volume(const Step& step) {
    return std::holds_alternative<Flood>(step.action) || std::holds_alternative<Crowd>(step.action);
}

}  // namespace

std::optional<Step> opening_expectation(const Open& open, Role target) {
    if (target == Role::server) return server_expectation(open.handshake);
    return open.answer ? client_expectation(*open.answer) : std::nullopt;
}

namespace {

/// What no forecast knows of.
bool is_about_tls(const Step& step) {
    const auto* send = std::get_if<Send>(&step.action);
    return std::holds_alternative<SendBelowTls>(step.action) || std::holds_alternative<Renegotiate>(step.action) ||
           std::holds_alternative<CutOffTls>(step.action) ||
           (send != nullptr && (send->delivery.broken_off || send->delivery.close_notify));
}

}  // namespace

Script judged_by_forecast(const Script& script, Role target) {
    Script out;
    for (const auto& step : script) {
        if (is_expectation(step) || is_about_tls(step) || is_volume(step)) continue;
        if (const auto* repeat = std::get_if<Repeat>(&step.action)) {
            out.push_back({Repeat{repeat->times, judged_by_forecast(repeat->script, target)}});
            continue;
        }
        out.push_back(step);
        const auto* open = std::get_if<Open>(&step.action);
        if (open == nullptr) continue;
        auto expectation = opening_expectation(*open, target);
        if (!expectation) continue;
        out.push_back(std::move(*expectation));
        // There is no connection behind an answer that a client must not take.
        if (target == Role::client) break;
    }
    return out;
}

void for_each_frame(Script& script, const std::function<void(Frame&)>& visit) {
    for (auto& step : script) {
        if (auto* open = std::get_if<Open>(&step.action)) {
            for (auto& frame : open->answer ? open->answer->early : open->handshake.early) visit(frame);
        } else if (auto* send = std::get_if<Send>(&step.action)) {
            for (auto& frame : send->frames) visit(frame);
        } else if (auto* repeat = std::get_if<Repeat>(&step.action)) {
            for_each_frame(repeat->script, visit);
        }
    }
}

namespace {

class Wire {
public:
    Wire(Role sender, std::size_t limit) : sender_(sender), limit_(limit) {}

    WireStream out;

    /// False: nothing goes out behind it.
    bool write(const Script& script) {
        return std::ranges::all_of(script, [this](const Step& step) { return write(step); });
    }

private:
    bool write(const Step& step) {
        if (const auto* open = std::get_if<Open>(&step.action))
            return write(sender_ == Role::server && open->answer ? open->answer->early : open->handshake.early, {});
        if (const auto* send = std::get_if<Send>(&step.action)) return write(send->frames, send->delivery);
        if (const auto* send = std::get_if<SendOctets>(&step.action)) {
            std::size_t const from = out.octets.size();
            append(out.octets, send->octets);
            return cut(from, {}, send->delivery);
        }
        if (std::holds_alternative<Barrier>(step.action))
            return write({ping(octets("wsspec barrier " + std::to_string(++barriers_)))}, {});
        if (const auto* repeat = std::get_if<Repeat>(&step.action)) {
            for (std::size_t i = 0; i < repeat->times; ++i)
                if (!write(repeat->script)) return false;
            return true;
        }
        if (const auto* closing = std::get_if<ClosingHandshake>(&step.action)) {
            write({close_frame(closing->code)}, {});
            return false;
        }
        return !std::holds_alternative<HalfClose>(step.action) && !std::holds_alternative<Abort>(step.action) &&
               !is_about_tls(step);
    }

    bool write(const std::vector<Frame>& frames, const Delivery& delivery) {
        std::size_t const from = out.octets.size();
        std::vector<std::size_t> ends;
        for (const auto& frame : frames) {
            if (out.octets.size() + frame.payload.size() > limit_) break;
            auto const number = ++frames_;
            append(out.octets,
                   wire(frame, sender_, {0x37, 0xfa, static_cast<Octet>(number >> 8), static_cast<Octet>(number)}));
            ends.push_back(out.octets.size() - from);
        }
        return cut(from, ends, delivery);
    }

    /// The cuts of a delivery of all from `from` on, as the player makes them.
    bool cut(std::size_t from, std::vector<std::size_t> ends, const Delivery& delivery) {
        bool const full = out.octets.size() > limit_;
        if (full) out.octets.resize(limit_);
        std::size_t const size = out.octets.size() - std::min(from, out.octets.size());
        switch (delivery.how) {
            case Delivery::How::together:
                ends.clear();
                break;
            case Delivery::How::per_frame:
                break;
            case Delivery::How::chopped:
                ends.clear();
                for (std::size_t at = delivery.size; delivery.size != 0 && at < size; at += delivery.size)
                    ends.push_back(at);
                break;
            case Delivery::How::cut:
                ends = delivery.cuts;
                break;
        }
        ends.insert(ends.begin(), 0);
        for (auto const end : ends)
            if (end <= size && from + end > (out.cuts.empty() ? 0 : out.cuts.back())) out.cuts.push_back(from + end);
        return !full;
    }

    Role sender_;
    std::size_t limit_;
    unsigned barriers_ = 0;
    unsigned frames_ = 0;
};

}  // namespace

WireStream wire_stream(const Script& script, Role sender, std::size_t limit) {
    Wire wire(sender, limit);
    wire.write(script);
    while (!wire.out.cuts.empty() && wire.out.cuts.back() >= wire.out.octets.size()) wire.out.cuts.pop_back();
    return std::move(wire.out);
}

}  // namespace wsspec
