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
