// Faults in the opening handshake: what a server takes for a request, and what it answers (RFC 6455 sections 4.2 to
// 4.4; HTTP by RFC 9110 and 9112).
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "cases/handshake.h"
#include "reference/handshake.h"
#include "runner/faults.h"
#include "runner/frame_filter.h"
#include "runner/head_lines.h"

namespace wsspec::detail {

namespace {

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

// ---- Requests ----

using RequestHook = std::function<Handshake(Handshake)>;

class RequestFilter final : public net::Filter {
public:
    explicit RequestFilter(RequestHook hook) : hook_(std::move(hook)) {}
    std::string request(std::string head) override { return text_of(hook_(lines_of(head))); }

private:
    RequestHook hook_;
};

/// What the server makes of the request before it looks at it.
net::FilterFactory reads_request(RequestHook hook) {
    return [hook = std::move(hook)] { return std::make_unique<RequestFilter>(hook); };
}

/// Answers 400 to requests that `which` picks.
template <class Which>
net::FilterFactory refuses_request(Which which) {
    return reads_request(
        [which](const Handshake& head) { return which(head) ? head.with_request_line("refused") : head; });
}

constexpr std::string_view some_key = "AAAAAAAAAAAAAAAAAAAAAA==";

net::FilterFactory sets_if_absent(std::string_view name, std::string_view value) {
    return reads_request([=](const Handshake& head) { return value_of(head, name) ? head : head.add(name, value); });
}

/// Where there is such a field whose value `which` picks, it is taken for `value`.
template <class Which>
net::FilterFactory reads_value(std::string_view name, Which which, std::string_view value) {
    return reads_request([=](const Handshake& head) {
        auto const found = value_of(head, name);
        return found && which(*found) ? head.set(name, value) : head;
    });
}

template <class Which>
net::FilterFactory refuses_value(std::string_view name, Which which) {
    return refuses_request([=](const Handshake& head) {
        auto const found = value_of(head, name);
        return found && which(*found);
    });
}

Handshake first_line_of(const Handshake& head, std::string_view name) {
    auto const value = value_of(head, name);
    return value ? head.set(name, *value) : head;
}

Handshake method_is_get(Handshake head) {
    auto const space = head.start_line.find(' ');
    if (space != std::string::npos && space != 0) head.start_line.replace(0, space, "GET");
    return head;
}

Handshake version_is_1_1(Handshake head) {
    if (head.start_line.ends_with("HTTP/1.0")) head.start_line.back() = '1';
    return head;
}

Handshake without_blanks_before_colons(Handshake head) {
    for (auto& line : head.fields) {
        auto const colon = line.find(':');
        if (colon == std::string::npos) continue;
        auto name = line.substr(0, colon);
        while (name.ends_with(' ') || name.ends_with('\t')) name.pop_back();
        line.replace(0, colon, name);
    }
    return head;
}

Handshake bare_cr_ends_lines(Handshake head) {
    std::vector<std::string> fields;
    for (std::string_view line : head.fields) {
        for (auto at = line.find('\r'); at != std::string_view::npos; at = line.find('\r')) {
            fields.emplace_back(line.substr(0, at));
            line.remove_prefix(at + 1);
        }
        fields.emplace_back(line);
    }
    head.fields = std::move(fields);
    return head;
}

Handshake folds_start_fields(Handshake head) {
    for (auto& line : head.fields) line = trimmed(line);
    return head;
}

bool has_line(const Handshake& head, std::string_view beginning) {
    return std::ranges::any_of(head.fields, [&](const std::string& line) { return line.starts_with(beginning); });
}

bool has_odd_names(const Handshake& head) {
    return !has_line(head, "Upgrade") || !has_line(head, "Connection") || !has_line(head, "Sec-WebSocket-Key");
}

bool has_odd_order(const Handshake& head) {
    auto const at = [&](std::string_view name) {
        return std::ranges::find_if(head.fields, [&](const auto& line) { return line.starts_with(name); });
    };
    return at("Sec-WebSocket-Key") < at("Upgrade:");
}

bool has_unknown_field(const Handshake& head) {
    return has_line(head, "X-") || has_line(head, "Cookie") || has_line(head, "User-Agent");
}

bool has_absolute_target(const Handshake& head) { return head.start_line.starts_with("GET http"); }

// ---- Responses ----

/// Bends the answer where it is a 101; `request` is what the client sent.
using ResponseHook = std::function<Handshake(Handshake response, const Handshake& request)>;

class ResponseFilter final : public net::Filter {
public:
    explicit ResponseFilter(ResponseHook hook) : hook_(std::move(hook)) {}
    std::string response(std::string response, const std::string& head) override {
        if (!response.starts_with("HTTP/1.1 101")) return response;
        return text_of(hook_(lines_of(response), lines_of(head)));
    }

private:
    ResponseHook hook_;
};

net::FilterFactory answers(ResponseHook hook) {
    return [hook = std::move(hook)] { return std::make_unique<ResponseFilter>(hook); };
}

net::FilterFactory answers_without(std::string_view name) {
    return answers([=](const Handshake& response, const Handshake&) { return response.drop(name); });
}

net::FilterFactory answers_with(std::string_view line) {
    return answers([=](const Handshake& response, const Handshake&) { return response.add_line(line); });
}

/// As before, where the client has sent a field of that name.
net::FilterFactory answers_offer_with(std::string_view offer, const std::vector<std::string>& lines) {
    return answers([=](Handshake response, const Handshake& request) {
        if (value_of(request, offer))
            for (const auto& line : lines) response = response.add_line(line);
        return response;
    });
}

template <class Change>
net::FilterFactory changes_accept(Change change) {
    return answers([=](const Handshake& response, const Handshake&) {
        return response.set("Sec-WebSocket-Accept", change(value_of(response, "Sec-WebSocket-Accept").value_or("")));
    });
}

net::FilterFactory answers_with_status(std::string_view line) {
    return answers([=](const Handshake& response, const Handshake&) { return response.with_request_line(line); });
}

constexpr std::string_view extensions = "Sec-WebSocket-Extensions";
constexpr std::string_view subprotocol = "Sec-WebSocket-Protocol";

/// Echoes the offer of permessage-deflate, whatever its parameters are.
net::FilterFactory accepts_deflate_offer(std::string_view with) {
    return answers([=](const Handshake& response, const Handshake& request) {
        auto const offer = value_of(request, extensions);
        return offer && offer->contains(with) ? response.add(extensions, *offer) : response;
    });
}

// ---- Both ----

/// Hashes the key as the line has it, blanks and all.
class HashesUntrimmedKey final : public net::Filter {
    std::string response(std::string response, const std::string& head) override {
        auto const at = head.find("Sec-WebSocket-Key:");
        if (!response.starts_with("HTTP/1.1 101") || at == std::string::npos) return response;
        auto const from = at + std::string_view("Sec-WebSocket-Key: ").size();
        auto const key = head.substr(from, head.find("\r\n", from) - from);
        return text_of(lines_of(response).set("Sec-WebSocket-Accept", accept_for(key)));
    }
};

/// Response splitting: %0d%0a in what the client sends becomes a line end in the answer. The reference would refuse a
/// subprotocol that is no token, so it does not get to see it.
class ReflectsUnescapedSubprotocol final : public net::Filter {
    std::string request(std::string head) override { return text_of(lines_of(head).drop(subprotocol)); }
    std::string response(std::string response, const std::string& head) override {
        auto offered = value_of(lines_of(head), subprotocol);
        if (!offered || !response.starts_with("HTTP/1.1 101")) return response;
        for (auto at = offered->find("%0d%0a"); at != std::string::npos; at = offered->find("%0d%0a"))
            offered->replace(at, 6, "\r\n");
        return text_of(lines_of(response).add(subprotocol, *offered));
    }
};

/// Ends TCP where an HTTP error is due.
class HangsUpInsteadOfRefusing final : public net::Filter {
    std::string response(std::string response, const std::string&) override {
        return response.starts_with("HTTP/1.1 101") ? response : std::string();
    }
};

class LeavesInvalidRequestsHanging final : public net::Filter {
    std::string response(std::string response, const std::string& /*head*/) override {
        refuses_ = !response.starts_with("HTTP/1.1 101");
        return refuses_ ? std::string() : response;
    }
    Ending ending() override { return refuses_ ? Ending::keep_open : Ending::as_reference; }
    bool refuses_ = false;
};

class RefusesVersionWithoutSayingWhich final : public net::Filter {
    std::string response(std::string response, const std::string&) override {
        if (!response.starts_with("HTTP/1.1 426")) return response;
        return "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    }
};

/// ws, GHSA-5v72-xg48-5rpm: a name that every object has is found among the known extensions, and the process is gone.
class CrashesAtPrototypeNames final : public net::Filter {
    std::string request(std::string head) override {
        crashes_ = head.contains("__proto__") || head.contains("constructor");
        return crashes_ ? "refused\r\n\r\n" : head;
    }
    std::string response(std::string response, const std::string&) override {
        return crashes_ ? std::string() : response;
    }

    bool crashes_ = false;
};

/// "Connection: Upgrade, close" is obeyed as HTTP has it: after the first message.
class ObeysConnectionClose final : public FrameFilter {
    std::string request(std::string head) override {
        auto lines = lines_of(head);
        auto const value = value_of(lines, "Connection");
        closes_ = value && lower(*value).contains("close");
        return closes_ ? text_of(lines.set("Connection", "Upgrade")) : head;
    }
    Frames incoming_frame(Frame frame) override {
        if (closes_) drop();
        return {frame};
    }

    bool closes_ = false;
};

constexpr auto is_not_lower_case(std::string_view expected) {
    return [=](const std::string& value) { return value != expected && equal_ignoring_case(value, expected); };
}
constexpr auto has_comma = [](const std::string& value) { return value.contains(','); };
constexpr auto is_empty = [](const std::string& value) { return value.empty(); };
constexpr auto always = [](const std::string&) { return true; };

}  // namespace

std::vector<Fault> handshake_faults() {
    return {
        // 4.2.1: requests that it accepts
        {"accepts-any-method",
         "R6455-4.2.1-2",
         "Upgrades whatever the method.",
         {"8.2.2", "8.2.7"},
         reads_request(method_is_get)},
        {"accepts-http-1.0",
         "R6455-4.2.1-3",
         "Upgrades a request in HTTP/1.0.",
         {"8.2.16"},
         reads_request(version_is_1_1)},
        {"accepts-missing-host",
         "R6455-4.2.1-5",
         "Does not miss the Host field.",
         {"8.2.63"},
         sets_if_absent("Host", "localhost")},
        {"accepts-two-hosts",
         "R9112-3.2-1",
         "Takes the first of two Host fields that differ.",
         {"8.2.65"},
         reads_request([](const Handshake& head) { return first_line_of(head, "Host"); })},
        {"accepts-missing-upgrade",
         "R6455-4.2.1-6",
         "Does not miss the Upgrade field.",
         {"8.3.1"},
         sets_if_absent("Upgrade", "websocket")},
        {"accepts-any-upgrade",
         "R9110-7.8-5",
         "Opens a WebSocket whatever protocol is asked for.",
         {"8.3.3"},
         reads_value("Upgrade", always, "websocket")},
        {"folds-unicode-in-upgrade",
         "R6455-2.1-2",
         "Folds case as Unicode does: U+017F is an s.",
         {"8.3.12"},
         reads_value(
             "Upgrade", [](const std::string& value) { return value.contains("\xc5\xbf"); }, "websocket")},
        {"accepts-missing-connection",
         "R6455-4.2.1-7",
         "Does not miss the Connection field.",
         {"8.3.16"},
         sets_if_absent("Connection", "Upgrade")},
        {"searches-connection-for-upgrade",
         "R6455-4.2.1-7",
         "Looks for \"upgrade\" anywhere in the Connection field.",
         {"8.3.22"},
         reads_value(
             "Connection", [](const std::string& value) { return lower(value).contains("upgrade"); }, "Upgrade")},
        {"accepts-missing-key",
         "R6455-4.2.1-8",
         "Does not miss the Sec-WebSocket-Key field.",
         {"8.4.1"},
         sets_if_absent("Sec-WebSocket-Key", some_key)},
        {"accepts-empty-key",
         "R6455-4.3-1",
         "Takes an empty key.",
         {"8.4.2"},
         reads_value("Sec-WebSocket-Key", is_empty, some_key)},
        {"accepts-two-keys",
         "R6455-11.3.1-1",
         "Takes the first of two keys that differ.",
         {"8.4.24"},
         reads_request([](const Handshake& head) { return first_line_of(head, "Sec-WebSocket-Key"); })},
        {"accepts-missing-version",
         "R6455-4.2.1-9",
         "Does not miss the Sec-WebSocket-Version field.",
         {"8.5.1"},
         sets_if_absent("Sec-WebSocket-Version", "13")},
        {"accepts-any-version",
         "R6455-4.2.2-6",
         "Upgrades whatever the version.",
         {"8.5.4"},
         reads_value("Sec-WebSocket-Version", always, "13")},
        {"reads-version-with-atoi",
         "R6455-4.3-5",
         "Takes a version that begins with 13 for 13.",
         {"8.5.16"},
         reads_value(
             "Sec-WebSocket-Version", [](const std::string& value) { return value.starts_with("13"); }, "13")},
        {"accepts-two-versions",
         "R6455-11.3.5-2",
         "Takes the first of two versions.",
         {"8.5.33"},
         reads_request([](const Handshake& head) { return first_line_of(head, "Sec-WebSocket-Version"); }),
         Verdict::non_strict},
        {"accepts-blanks-before-colons",
         "R9112-5.1-1",
         "Ignores blanks between a field name and its colon.",
         {"8.8.7"},
         reads_request(without_blanks_before_colons)},
        {"ends-lines-at-bare-cr",
         "R9112-2.2-2",
         "Takes a CR without LF for a line end.",
         {"8.8.5"},
         reads_request(bare_cr_ends_lines)},
        {"reads-folded-lines-as-fields",
         "R9112-5.2-1",
         "Takes the second line of a folded field for a field of its own.",
         {"8.8.27"},
         reads_request(folds_start_fields)},
        {"ignores-content-length",
         "R9112-6.3-2",
         "Does not look at Content-Length.",
         {"8.8.45", "8.8.51"},
         reads_request([](const Handshake& head) { return head.drop("Content-Length"); })},
        {"ignores-transfer-encoding",
         "R9112-6.3-1",
         "Does not look at Transfer-Encoding.",
         {"8.8.42"},
         reads_request([](const Handshake& head) { return head.drop("Transfer-Encoding"); })},
        {"ignores-malformed-extensions",
         "R6455-9.1-1",
         "Does not look at the extensions that are offered.",
         {"8.7.42"},
         reads_request([](const Handshake& head) { return head.drop(extensions); }),
         Verdict::non_strict},

        // 4.2.1: requests that it refuses
        {"refuses-odd-order",
         "R6455-1.3-1",
         "Wants the Upgrade field in front of the key.",
         {"8.1.7"},
         refuses_request(has_odd_order)},
        {"refuses-odd-names",
         "R9110-5.1-1",
         "Compares field names with their case.",
         {"8.1.9"},
         refuses_request(has_odd_names)},
        {"refuses-capitals-in-upgrade",
         "R6455-11.2-1",
         "Wants Upgrade: websocket in lower case.",
         {"8.1.12"},
         refuses_value("Upgrade", is_not_lower_case("websocket"))},
        {"refuses-lower-case-connection",
         "R6455-4.2.1-7",
         "Wants Connection: Upgrade with a capital letter.",
         {"8.1.15"},
         refuses_value("Connection", is_not_lower_case("Upgrade"))},
        {"refuses-connection-lists",
         "R9110-7.6.1-1",
         "Compares the Connection field as a whole.",
         {"8.1.18"},
         refuses_value("Connection", has_comma)},
        {"reads-first-connection-line",
         "R9110-5.3-1",
         "Looks at the first of several Connection lines.",
         {"8.1.23"},
         reads_request([](const Handshake& head) { return first_line_of(head, "Connection"); })},
        {"refuses-missing-blanks",
         "R9112-5.1-2",
         "Wants a blank behind the colon of a field.",
         {"8.1.28"},
         refuses_request([](const Handshake& head) { return has_line(head, "Upgrade:w"); })},
        {"refuses-missing-origin",
         "R6455-4.2.1-10",
         "Takes a client without Origin for an attacker.",
         {"8.1.1"},
         refuses_request([](const Handshake& head) { return !value_of(head, "Origin"); })},
        {"refuses-unknown-fields",
         "R6455-4.2.1-12",
         "Refuses requests with fields that it does not know.",
         {"8.1.37", "8.1.39"},
         refuses_request(has_unknown_field)},
        {"refuses-absolute-targets",
         "R6455-4.2.1-4",
         "Refuses a request target that is a URI.",
         {"8.2.50"},
         refuses_request(has_absolute_target),
         Verdict::non_strict},
        {"refuses-unknown-extensions",
         "R6455-9.1-8",
         "Refuses requests that offer an extension.",
         {"8.7.1"},
         refuses_request([](const Handshake& head) { return value_of(head, extensions).has_value(); })},
        {"refuses-quoted-parameters",
         "R6455-9.1-10",
         "Cannot read a quoted parameter of an extension.",
         {"8.7.19"},
         refuses_value(extensions, [](const std::string& value) { return value.contains('"'); })},
        {"refuses-extensions-in-lines",
         "R6455-9.1-2",
         "Wants all extensions in one line.",
         {"8.7.18"},
         refuses_request([](const Handshake& head) {
             return std::ranges::count_if(head.fields, [](const auto& f) { return f.starts_with(extensions); }) > 1;
         })},
        {"crashes-at-prototype-names",
         "R6455-9.1-9",
         "Ends TCP if an extension has a name like __proto__.",
         {"8.7.5"},
         peer<CrashesAtPrototypeNames>()},
        {"hangs-up-instead-of-refusing",
         "R6455-4.2.1-1",
         "Ends TCP where an HTTP error is due.",
         {"8.2.43", "8.4.1"},
         peer<HangsUpInsteadOfRefusing>(),
         Verdict::non_strict},
        {"leaves-invalid-requests-hanging",
         "R6455-7.2.2-1",
         "Neither answers invalid requests nor ends TCP.",
         {"8.2.1", "8.3.1", "8.4.1"},
         peer<LeavesInvalidRequestsHanging>()},
        {"obeys-connection-close",
         "R9112-9.6-1",
         "Ends TCP after one message if Connection has close.",
         {"8.3.28"},
         peer<ObeysConnectionClose>()},

        // 4.2.2 and 4.4: what it answers
        {"answers-with-200",
         "R6455-4.2.2-14",
         "Opens the connection with status 200.",
         {"8.1.1"},
         answers_with_status("HTTP/1.1 200 OK")},
        {"answers-in-http-1.0",
         "R6455-4.2.2-14",
         "Opens the connection in HTTP/1.0.",
         {"8.1.1"},
         answers_with_status("HTTP/1.0 101 Switching Protocols")},
        {"answers-without-upgrade",
         "R6455-4.2.2-15",
         "Leaves the Upgrade field out of its 101.",
         {"8.1.1"},
         answers_without("Upgrade")},
        {"answers-without-connection",
         "R6455-4.2.2-16",
         "Leaves the Connection field out of its 101.",
         {"8.1.1"},
         answers_without("Connection")},
        {"answers-without-accept",
         "R6455-4.2.2-17",
         "Leaves Sec-WebSocket-Accept out of its 101.",
         {"8.1.1"},
         answers_without("Sec-WebSocket-Accept")},
        {"answers-with-accept-in-lower-case",
         "R6455-4.2.2-17",
         "Writes Sec-WebSocket-Accept in lower case.",
         {"8.1.2"},
         changes_accept(lower)},
        {"answers-with-constant-accept",
         "R6455-4.2.2-17",
         "Answers every key with the accept value of the RFC.",
         {"8.1.1", "8.1.51"},
         changes_accept([](const std::string&) { return accept_for("dGhlIHNhbXBsZSBub25jZQ=="); })},
        {"answers-with-unpadded-accept",
         "R6455-4.2.2-18",
         "Leaves the padding off Sec-WebSocket-Accept.",
         {"8.1.2"},
         changes_accept([](const std::string& accept) { return accept.substr(0, accept.find('=')); })},
        {"hashes-untrimmed-key",
         "R6455-1.3-2",
         "Hashes the blanks around the key as well.",
         {"8.1.35"},
         peer<HashesUntrimmedKey>()},
        {"answers-with-two-accepts",
         "R6455-11.3.3-1",
         "Sends Sec-WebSocket-Accept twice.",
         {"8.1.1"},
         answers([](const Handshake& response, const Handshake&) {
             return response.add("Sec-WebSocket-Accept", value_of(response, "Sec-WebSocket-Accept").value_or(""));
         })},
        {"answers-with-content-length",
         "R9110-8.6-1",
         "Sends Content-Length in a 101.",
         {"8.1.1"},
         answers_with("Content-Length: 0")},
        {"answers-with-transfer-encoding",
         "R9112-6.1-2",
         "Sends Transfer-Encoding in a 101.",
         {"8.1.1"},
         answers_with("Transfer-Encoding: chunked")},
        {"refuses-version-without-saying-which",
         "R6455-4.4-1",
         "Does not say which version it would take.",
         {"8.5.2"},
         peer<RefusesVersionWithoutSayingWhich>()},

        // 4.2.2: subprotocols and extensions
        {"names-subprotocol-unasked",
         "R6455-4.2.2-9",
         "Names a subprotocol to a client that offered none.",
         {"8.1.1"},
         answers_with("Sec-WebSocket-Protocol: chat")},
        {"names-foreign-subprotocol",
         "R6455-4.2.2-8",
         "Names its own subprotocol, offered or not.",
         {"8.6.1"},
         answers_offer_with(subprotocol, {"Sec-WebSocket-Protocol: chat"})},
        {"names-all-subprotocols",
         "R6455-4.2.2-10",
         "Sends the whole list of subprotocols back.",
         {"8.6.2"},
         answers([](const Handshake& response, const Handshake& request) {
             auto const offered = value_of(request, subprotocol);
             return offered ? response.add(subprotocol, *offered) : response;
         })},
        {"names-two-subprotocols",
         "R6455-11.3.4-2",
         "Names two subprotocols in two lines.",
         {"8.6.2"},
         answers_offer_with(subprotocol, {"Sec-WebSocket-Protocol: x-none-such", "Sec-WebSocket-Protocol: x-neither"})},
        {"reflects-unescaped-subprotocol",
         "R9112-11.1-1",
         "Unescapes a subprotocol and copies it into its answer.",
         {"8.6.6"},
         peer<ReflectsUnescapedSubprotocol>()},
        {"names-extension-unasked",
         "R6455-4.2.2-12",
         "Names an extension to a client that offered none.",
         {"8.1.1"},
         answers_with("Sec-WebSocket-Extensions: permessage-deflate")},
        {"names-foreign-extension",
         "R6455-4.2.2-11",
         "Names an extension that is not among those offered.",
         {"8.7.1"},
         answers_offer_with(extensions, {"Sec-WebSocket-Extensions: permessage-deflate"})},
        {"names-empty-extensions",
         "R6455-4.2.2-13",
         "Sends an empty list of extensions.",
         {"8.7.1"},
         answers_offer_with(extensions, {"Sec-WebSocket-Extensions:"})},
        {"accepts-unknown-deflate-parameter",
         "R7692-7-1",
         "Agrees to permessage-deflate with an unknown parameter.",
         {"8.7.21"},
         accepts_deflate_offer("deflate; foo")},
        {"accepts-bad-deflate-window",
         "R7692-7-2",
         "Agrees to a window of 7 bits.",
         {"8.7.24"},
         accepts_deflate_offer("server_max_window_bits=7")},
        {"accepts-deflate-parameter-twice",
         "R7692-7-3",
         "Agrees to a parameter that stands twice in the offer.",
         {"8.7.36"},
         accepts_deflate_offer("server_no_context_takeover; server_no_context_takeover")},
        {"limits-deflate-window-unasked",
         "R7692-7.1.2.2-6",
         "Limits the window of a client that cannot do that.",
         {"8.7.8"},
         answers_offer_with(extensions, {"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10"})},
    };
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer loses track of std::function.
}

}  // namespace wsspec::detail
