// Faults in what a client makes of an answer that is right but for one detail (RFC 6455 section 4.1), and in what HTTP
// and its URL ask of its request.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/handshake.h"
#include "reference/http.h"
#include "runner/client_faults.h"
#include "runner/client_heads.h"
#include "runner/head_lines.h"

namespace wsspec::detail {

namespace {

constexpr std::string_view extensions = "Sec-WebSocket-Extensions";
constexpr std::string_view protocol = "Sec-WebSocket-Protocol";

/// The value of the first line of that name is read as another one, and its other lines are not seen.
template <class Change>
HeadHook changes(std::string_view name, Change change) {
    return [=](const Handshake& head) {
        auto const value = value_of(head, name);
        return value ? head.set(name, change(*value)) : head;
    };
}

HeadHook first_line_of(std::string_view name) {
    return changes(name, [](const std::string& value) { return value; });
}

HeadHook last_line_of(std::string_view name) {
    return [=](const Handshake& head) {
        auto const value = value_of(head.in_reverse_order(), name);
        return value ? head.set(name, *value) : head;
    };
}

std::string without(std::string text, char octet) {
    std::erase(text, octet);
    return text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    if (auto const at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
    return text;
}

class BeginsWithAnEmptyLine final : public net::Filter {
public:
    std::string request(std::string head) override { return "\r\n" + head; }
};

/// An answer that `refuses` is taken for a refusal.
template <class Refuses>
net::FilterFactory does_not_take(Refuses refuses) {
    return reads([refuses](const Handshake& head) {
        return refuses(head) ? head.with_request_line("HTTP/1.1 500 not taken") : head;
    });
}

/// Compares no more of Sec-WebSocket-Accept than has come.
class ComparesAsMuchAsCame final : public net::Filter {
public:
    std::string response(std::string response, const std::string& head) override {
        constexpr std::string_view accept = "Sec-WebSocket-Accept";
        Handshake const answer = lines_of(response);
        auto const value = value_of(answer, accept);
        std::string const expected = accept_for(check_request(head).key);
        bool const fits = value && !value->empty() && expected.starts_with(*value);
        return fits ? text_of(answer.set(accept, expected)) : response;
    }
};

/// Takes a value for the right one if `fits` says so.
class ComparesAcceptLoosely final : public net::Filter {
public:
    using Fits = bool (*)(const std::string& came, const std::string& expected);
    explicit ComparesAcceptLoosely(Fits fits) : fits_(fits) {}
    std::string response(std::string response, const std::string& head) override {
        constexpr std::string_view accept = "Sec-WebSocket-Accept";
        Handshake const answer = lines_of(response);
        auto const value = value_of(answer, accept);
        std::string const expected = accept_for(check_request(head).key);
        return value && fits_(*value, expected) ? text_of(answer.set(accept, expected)) : response;
    }

private:
    Fits fits_;
};

net::FilterFactory compares_accept(ComparesAcceptLoosely::Fits fits) {
    return [fits] { return std::make_unique<ComparesAcceptLoosely>(fits); };
}

bool differs_behind_20(const std::string& came, const std::string& expected) {
    return came.size() == expected.size() && came.starts_with(std::string_view(expected).substr(0, 20));
}
bool differs_in_front(const std::string& came, const std::string& expected) {
    return came.size() == expected.size() && came.substr(1) == expected.substr(1);
}
bool differs_in_case(const std::string& came, const std::string& expected) {
    return equal_ignoring_case(came, expected);
}
/// The last letter but for its two lowest bits.
bool differs_in_last_bits(const std::string& came, const std::string& expected) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (came.size() != 28 || came.substr(0, 26) != expected.substr(0, 26)) return false;
    return alphabet.find(came[26]) / 4 == alphabet.find(expected[26]) / 4;
}
/// Of a value without + and / another letter is other there: the case cannot choose the client's key.
bool differs_in_alphabet(const std::string& came, const std::string& expected) {
    std::string plain = came;
    std::ranges::replace(plain, '-', '+');
    std::ranges::replace(plain, '_', '/');
    bool const has_none = expected.find_first_of("+/") == std::string::npos;
    if (has_none && plain.size() == expected.size()) plain[5] = expected[5];
    return plain == expected;
}
bool goes_on_behind(const std::string& came, const std::string& expected) {
    return came.size() > expected.size() && came.starts_with(expected) &&
           std::string_view(", ;").contains(came[expected.size()]);
}
bool ends_with_it(const std::string& came, const std::string& expected) { return came.ends_with(expected); }

/// Opens behind a bare 101 by the fields of what came before.
class MergesInterimResponses final : public net::Filter {
public:
    std::string response(std::string response, const std::string&) override {
        if (response.starts_with("HTTP/1.1 103")) held_ = response;
        bool const bare = response == "HTTP/1.1 101 Switching Protocols\r\n\r\n";
        if (!bare || held_.empty()) return response;
        return text_of(lines_of(held_).with_request_line("HTTP/1.1 101 Switching Protocols"));
    }

private:
    std::string held_;
};

HeadHook without_prefix(std::string_view prefix) {
    return [prefix](Handshake head) {
        for (std::string& line : head.fields)
            if (line.starts_with(prefix)) line.erase(0, prefix.size());
        return head;
    };
}

/// Waits for a frame that does not begin with a line end.
class SkipsLineEnds final : public net::Filter {
public:
    Octets incoming(Octets octets) override {
        if (begun_) return octets;
        auto const frame = std::ranges::find_if(octets, [](Octet octet) { return octet != '\r' && octet != '\n'; });
        begun_ = frame != octets.end();
        octets.erase(octets.begin(), frame);
        return octets;
    }

private:
    bool begun_ = false;
};

}  // namespace

std::vector<Fault> client_answer_faults() {
    return {
        {"begins-its-request-with-an-empty-line",
         "R9112-2.2-3",
         "Sends a CR LF in front of its request.",
         {"8.10.11"},
         [] { return std::make_unique<BeginsWithAnEmptyLine>(); }},
        {"leaves-its-port-out-of-host",
         "R9112-3.2-2",
         "Sends a Host field without the port.",
         {"8.10.15"},
         asks(changes("Host", [](const std::string& host) { return host.substr(0, host.rfind(':')); }))},
        {"names-another-port-in-host",
         "R9112-3.2-2",
         "Sends a Host field with the port of another server.",
         {"8.10.15"},
         asks(changes("Host", [](const std::string& host) { return host.substr(0, host.rfind(':')) + ":9"; }))},
        {"names-another-host",
         "R9112-3.2-2",
         "Sends a Host field with another name.",
         {"8.10.15"},
         asks(changes("Host", [](const std::string& host) { return "other.example" + host.substr(host.rfind(':')); }))},
        {"asks-for-an-uri-of-another-host",
         "R6455-4.1-17",
         "Sends an absolute URI with another host.",
         {"8.10.2"},
         asks([](const Handshake& head) {
             return head.with_request_line(replaced(head.start_line, " /", " http://other.example/"));
         })},

        {"reads-the-first-upgrade-only",
         "R6455-4.1-31",
         "Looks at the first Upgrade line, and at no other.",
         {"8.12.25"},
         reads(first_line_of("Upgrade"))},
        {"reads-the-last-upgrade-only",
         "R6455-4.1-31",
         "Looks at the last Upgrade line, and at no other.",
         {"8.12.26"},
         reads(last_line_of("Upgrade"))},
        {"takes-upgrades-with-a-version",
         "R6455-4.1-31",
         "Skips what stands behind a slash in Upgrade.",
         {"8.12.27"},
         reads(changes("Upgrade", [](const std::string& value) { return value.substr(0, value.find('/')); }))},
        {"folds-letters-beyond-ascii",
         "R6455-4.1-31",
         "Compares Upgrade by the case folding of Unicode.",
         {"8.12.28"},
         reads(changes("Upgrade", [](const std::string& value) { return replaced(value, "\xc5\xbf", "s"); }))},
        {"takes-semicolons-for-commas",
         "R6455-4.1-32",
         "Cuts Connection at semicolons, too.",
         {"8.12.29"},
         reads(changes("Connection", [](const std::string& value) { return replaced(value, ";", ","); }))},
        {"trims-blanks-beyond-ascii",
         "R6455-4.1-34",
         "Takes U+00A0 for white space around Sec-WebSocket-Accept.",
         {"8.12.30"},
         reads(changes("Sec-WebSocket-Accept",
                       [](const std::string& value) { return replaced(value, "\xc2\xa0", ""); }))},
        {"skips-folded-lines",
         "R9112-5.2-2",
         "Does not read on where a field is folded.",
         {"8.12.31"},
         reads([](Handshake head) {
             std::erase_if(head.fields, [](const std::string& line) { return line.starts_with(' '); });
             return head;
         })},

        {"compares-as-much-of-the-accept-as-came",
         "R6455-4.1-34",
         "Compares no more of Sec-WebSocket-Accept than has come.",
         {"8.12.32", "8.12.33"},
         [] { return std::make_unique<ComparesAsMuchAsCame>(); }},
        {"compares-20-letters-of-the-accept",
         "R6455-4.1-34",
         "Compares the first 20 letters of Sec-WebSocket-Accept.",
         {"8.18.1"},
         compares_accept(differs_behind_20)},
        {"compares-the-accept-from-its-second-letter",
         "R6455-4.1-34",
         "Leaves out the first letter of Sec-WebSocket-Accept.",
         {"8.18.1"},
         compares_accept(differs_in_front)},
        {"compares-the-accept-without-case",
         "R6455-4.1-34",
         "Compares Sec-WebSocket-Accept without regard to case.",
         {"8.12.22", "8.18.2"},
         compares_accept(differs_in_case)},
        {"compares-the-digest-in-the-accept",
         "R6455-4.1-34",
         "Decodes Sec-WebSocket-Accept, and compares octets.",
         {"8.18.3"},
         compares_accept(differs_in_last_bits)},
        {"decodes-any-base64",
         "R6455-4.1-34",
         "Takes the alphabet of base64url for that of base64.",
         {"8.18.4"},
         compares_accept(differs_in_alphabet)},
        {"takes-the-first-word-of-the-accept",
         "R6455-4.1-34",
         "Compares Sec-WebSocket-Accept up to a comma, semicolon or blank.",
         {"8.18.5"},
         compares_accept(goes_on_behind)},
        {"takes-the-end-of-the-accept",
         "R6455-4.1-34",
         "Compares the end of Sec-WebSocket-Accept.",
         {"8.18.6"},
         compares_accept(ends_with_it)},
        {"finds-websocket-in-upgrade",
         "R6455-4.1-31",
         "Looks for the word websocket in Upgrade.",
         {"8.18.7"},
         reads(changes(
             "Upgrade",
             [](const std::string& value) { return value.contains("websocket") ? std::string("websocket") : value; }))},
        {"finds-upgrade-in-connection",
         "R6455-4.1-32",
         "Looks for the end of Connection.",
         {"8.18.8"},
         reads(changes("Connection",
                       [](const std::string& value) {
                           return value.ends_with("pgrade") || value.ends_with("pgrade\"") ? std::string("Upgrade")
                                                                                           : value;
                       }))},
        {"finds-fields-by-the-end-of-their-names",
         "R6455-4.1-33",
         "Takes X-Sec-WebSocket-Accept for Sec-WebSocket-Accept.",
         {"8.18.9"},
         reads(without_prefix("X-"))},
        {"finds-fields-in-values",
         "R6455-4.1-33",
         "Looks for its fields in the whole head.",
         {"8.18.10"},
         reads(without_prefix("X-Note: "))},
        {"merges-interim-responses",
         "R6455-4.1-31",
         "Counts the fields of a 103 for the 101 behind it.",
         {"8.18.11"},
         [] { return std::make_unique<MergesInterimResponses>(); }},
        {"compares-all-of-connection-with-a-blank",
         "R6455-4.1-32",
         "Splits Connection at a comma and a blank.",
         {"8.18.12"},
         does_not_take([](const Handshake& head) {
             auto const value = value_of(head, "Connection");
             return value && (value->contains(",U") || value->contains(",\t"));
         }),
         Verdict::non_strict},
        {"keeps-blanks-behind-values",
         "R9112-5.1-2",
         "Does not take away the blanks behind a value.",
         {"8.18.13"},
         does_not_take([](const Handshake& head) {
             return std::ranges::any_of(head.fields, [](const std::string& line) { return line.ends_with('\t'); });
         })},
        {"reads-the-digits-of-window-bits",
         "R7692-7-6",
         "Takes as much of server_max_window_bits as is a number.",
         {"8.18.15"},
         reads(changes(extensions, [](const std::string& value) { return replaced(value, "10abc", "10"); }))},
        {"takes-hyphens-in-parameters",
         "R7692-7-5",
         "Takes server-no-context-takeover for server_no_context_takeover.",
         {"8.18.17"},
         reads(changes(extensions,
                       [](const std::string& value) {
                           return replaced(value, "server-no-context-takeover", "server_no_context_takeover");
                       }))},
        {"splits-parameters-at-a-blank",
         "R6455-9.1-1",
         "Refuses parameters without a blank in front.",
         {"8.18.18"},
         does_not_take([](const Handshake& head) {
             auto const value = value_of(head, extensions);
             return value && value->contains(";s");
         })},
        {"takes-subprotocols-by-their-first-word",
         "R6455-4.1-37",
         "Compares a subprotocol up to a blank, a semicolon or a comma.",
         {"8.18.23"},
         offers_subprotocols(
             changes(protocol, [](const std::string& value) { return value.substr(0, value.find_first_of(" ;,")); }))},
        {"takes-interim-responses-for-a-101",
         "R6455-4.1-30",
         "Opens behind any status that begins with a 1.",
         {"8.14.23", "8.14.24"},
         reads([](const Handshake& head) {
             return head.start_line.starts_with("HTTP/1.1 1")
                        ? head.with_request_line("HTTP/1.1 101 Switching Protocols")
                        : head;
         })},
        {"takes-utf-8-alone-in-fields",
         "R9110-5.5-2",
         "Refuses fields that are no UTF-8.",
         {"8.11.30"},
         does_not_take([](const Handshake& head) {
             return std::ranges::any_of(head.fields, [](const std::string& line) { return line.contains('\xe9'); });
         }),
         Verdict::non_strict},
        {"takes-no-empty-values",
         "R6455-4.1-40",
         "Refuses fields that have no value.",
         {"8.11.31"},
         does_not_take([](const Handshake& head) {
             return std::ranges::any_of(head.fields, [](const std::string& line) { return line.ends_with(':'); });
         })},
        {"takes-utf-8-alone-in-reason-phrases",
         "R9112-4-1",
         "Refuses a reason phrase that is no UTF-8.",
         {"8.11.32"},
         does_not_take([](const Handshake& head) { return head.start_line.contains('\xe9'); }),
         Verdict::non_strict},

        {"reads-the-first-line-of-extensions-only",
         "R6455-4.1-36",
         "Looks at the first line of extensions, and at no other.",
         {"8.13.33"},
         reads(first_line_of(extensions))},
        {"reads-the-last-line-of-extensions-only",
         "R6455-4.1-36",
         "Looks at the last line of extensions, and at no other.",
         {"8.13.34"},
         reads(last_line_of(extensions))},
        {"takes-empty-parameters",
         "R6455-9.1-1",
         "Skips empty parameters of extensions.",
         {"8.13.35"},
         reads(changes(extensions,
                       [](const std::string& value) { return value.ends_with(';') ? without(value, ';') : value; }))},
        {"takes-quotes-anywhere",
         "R6455-9.1-1",
         "Skips quotes in the list of extensions.",
         {"8.13.36"},
         reads(changes(extensions, [](const std::string& value) { return without(value, '"'); }))},

        {"takes-windows-too-small-for-its-own",
         "R7692-7-6",
         "Takes client_max_window_bits below 8.",
         {"8.13.42", "8.13.43"},
         reads(changes(extensions,
                       [](const std::string& value) {
                           bool const small = value.ends_with("client_max_window_bits=0") ||
                                              value.ends_with("client_max_window_bits=7");
                           return small ? std::string("permessage-deflate; client_max_window_bits=9") : value;
                       }))},
        {"skips-zeros-in-front-of-bits",
         "R7692-7-6",
         "Reads client_max_window_bits=010 as 10.",
         {"8.13.44"},
         reads(changes(extensions, [](const std::string& value) { return replaced(value, "bits=0", "bits="); }))},

        {"takes-no-subprotocol",
         "R6455-4.1-40",
         "Offers subprotocols, and does not go on with one.",
         {"8.13.37"},
         offers_subprotocols([](const Handshake& head) {
             return value_of(head, protocol) ? head.with_request_line("HTTP/1.1 500 not taken") : head;
         })},
        {"takes-lists-of-subprotocols",
         "R6455-4.1-37",
         "Takes the first one of a list of subprotocols.",
         {"8.13.38"},
         offers_subprotocols(
             changes(protocol, [](const std::string& value) { return value.substr(0, value.find(',')); }))},
        {"compares-subprotocols-without-case",
         "R6455-4.1-37",
         "Compares subprotocols without regard to case.",
         {"8.13.39"},
         offers_subprotocols(changes(protocol,
                                     [](const std::string& value) {
                                         return equal_ignoring_case(value, "chat") ? std::string("chat") : value;
                                     }))},
        {"knows-subprotocols-by-their-beginning",
         "R6455-4.1-37",
         "Takes a subprotocol that begins like one that it offered.",
         {"8.13.40"},
         offers_subprotocols(changes(
             protocol,
             [](const std::string& value) { return value.starts_with("chat") ? std::string("chat") : value; }))},
        {"compares-as-much-of-a-subprotocol-as-came",
         "R6455-4.1-37",
         "Takes the beginning of a subprotocol that it offered.",
         {"8.13.45"},
         offers_subprotocols(changes(protocol,
                                     [](const std::string& value) {
                                         bool const fits =
                                             !value.empty() && std::string_view("chat").starts_with(value);
                                         return fits ? std::string("chat") : value;
                                     }))},
        {"reads-the-first-line-of-subprotocols-only",
         "R6455-4.1-37",
         "Looks at the first subprotocol, and not for another.",
         {"8.13.41"},
         offers_subprotocols(first_line_of(protocol))},

        {"takes-http-in-small-letters",
         "R6455-4.1-38",
         "Compares the name of HTTP without regard to case.",
         {"8.15.31"},
         reads(
             [](const Handshake& head) { return head.with_request_line(replaced(head.start_line, "http/", "HTTP/")); }),
         Verdict::non_strict},
        {"takes-versions-by-their-beginning",
         "R6455-4.1-38",
         "Takes any version that begins like HTTP/1.1.",
         {"8.15.32"},
         reads([](const Handshake& head) {
             return head.with_request_line(replaced(head.start_line, "HTTP/1.10 ", "HTTP/1.1 "));
         }),
         Verdict::non_strict},
        {"skips-line-ends-behind-the-head",
         "R6455-5.2-4",
         "Skips line ends between the answer and the first frame.",
         {"8.15.33", "8.15.34"},
         [] { return std::make_unique<SkipsLineEnds>(); }},
    };
}

}  // namespace wsspec::detail
