// Faults in what a client asks for, and in what it makes of the answer (RFC 6455 section 4.1).
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "reference/handshake.h"
#include "runner/client_faults.h"
#include "runner/client_heads.h"
#include "runner/head_lines.h"

namespace wsspec::detail {

namespace {

net::FilterFactory reads_as(std::string_view name, std::string_view value) {
    return reads([=](const Handshake& answer) { return answer.set(name, value); });
}

/// The extension of the answer, if there is one, is taken for another text.
net::FilterFactory reads_extension_as(std::string_view value) {
    return reads([=](const Handshake& answer) {
        return value_of(answer, "Sec-WebSocket-Extensions") ? answer.set("Sec-WebSocket-Extensions", value) : answer;
    });
}

/// What the client does not take, it takes for a refusal.
template <class Takes>
net::FilterFactory takes_only(Takes takes) {
    return reads([takes](const Handshake& answer) {
        bool const opens = answer.start_line.contains(" 101");
        return !opens || takes(answer) ? answer : answer.with_request_line("HTTP/1.1 500 not taken");
    });
}

std::size_t count_of(const Handshake& head, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::count_if(head.fields, [name](const std::string& line) {
        return line.size() > name.size() && line[name.size()] == ':' && line.starts_with(name);
    }));
}

/// Octets right behind the request, before there is an answer.
class HurriesOn final : public net::Filter {
public:
    explicit HurriesOn(std::string more) : more_(std::move(more)) {}
    std::string request(std::string head) override { return head + more_; }

private:
    std::string more_;
};

net::FilterFactory hurries_on(std::string more) {
    return [more = std::move(more)] { return std::make_unique<HurriesOn>(more); };
}

/// A 101 has no body (RFC 9112 section 6.3), and this client skips one.
class SkipsBody final : public net::Filter {
public:
    std::string response(std::string response, const std::string&) override {
        Handshake const answer = lines_of(response);
        auto const length = value_of(answer, "Content-Length");
        left_ = length ? static_cast<std::size_t>(std::atoi(length->c_str())) : 0;
        return text_of(answer.drop("Content-Length"));
    }
    Octets incoming(Octets octets) override {
        std::size_t const skipped = std::min(left_, octets.size());
        left_ -= skipped;
        octets.erase(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(skipped));
        return octets;
    }

private:
    std::size_t left_ = 0;
};

/// Offers less than the reference, and does not look at what comes back.
class TakesWhatItDidNotOffer final : public net::Filter {
public:
    std::string request(std::string head) override {
        return text_of(lines_of(head).set("Sec-WebSocket-Extensions", "permessage-deflate"));
    }
    std::string response(std::string response, const std::string&) override {
        Handshake const answer = lines_of(response);
        if (!value_of(answer, "Sec-WebSocket-Extensions")) return response;
        return text_of(answer.set("Sec-WebSocket-Extensions", "permessage-deflate"));
    }
};

/// A bare CR ends a line (RFC 9112 section 2.2 has it end nothing).
Handshake with_lines_at_bare_cr(Handshake head) {
    std::vector<std::string> fields;
    for (const auto& line : head.fields) {
        std::size_t from = 0;
        for (auto at = line.find('\r'); at != std::string::npos; at = line.find('\r', from)) {
            fields.push_back(line.substr(from, at - from));
            from = at + 1;
        }
        fields.push_back(line.substr(from));
    }
    head.fields = std::move(fields);
    return head;
}

}  // namespace

std::vector<Fault> client_handshake_faults() {
    constexpr std::string_view extensions = "Sec-WebSocket-Extensions";
    return {
        {"asks-with-post", "R6455-4.1-16", "Opens with the method POST.", {"8.10.1"}, asks([](const Handshake& head) {
             return head.with_request_line("POST" + head.start_line.substr(head.start_line.find(' ')));
         })},
        {"asks-in-http-1.0", "R6455-4.1-16", "Opens in HTTP/1.0.", {"8.10.1"}, asks([](const Handshake& head) {
             return head.with_request_line(head.start_line.substr(0, head.start_line.rfind(' ')) + " HTTP/1.0");
         })},
        {"asks-without-host", "R6455-4.1-18", "Sends no Host.", {"8.10.3"}, asks([](const Handshake& head) {
             return head.drop("Host");
         })},
        {"asks-with-two-hosts", "R6455-4.1-18", "Sends Host twice.", {"8.10.3"}, asks([](const Handshake& head) {
             return head.add("Host", "other.example");
         })},
        {"asks-without-upgrade", "R6455-4.1-19", "Sends no Upgrade.", {"8.10.4"}, asks([](const Handshake& head) {
             return head.drop("Upgrade");
         })},
        {"asks-without-connection", "R6455-4.1-20", "Sends no Connection.", {"8.10.5"}, asks([](const Handshake& head) {
             return head.drop("Connection");
         })},
        {"asks-with-connection-close",
         "R6455-4.1-20",
         "Sends Connection: close.",
         {"8.10.5"},
         asks([](const Handshake& head) { return head.set("Connection", "close"); })},
        {"key-of-15-octets", "R6455-4.1-21", "Its nonce has 15 octets.", {"8.10.6"}, asks([](const Handshake& head) {
             return head.set("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4P");
         })},
        {"key-is-no-base64", "R6455-4.1-21", "Its nonce is not in base64.", {"8.10.6"}, asks([](const Handshake& head) {
             return head.set("Sec-WebSocket-Key", "0123456789abcdef");
         })},
        {"key-of-15-octets-now-and-then",
         "R6455-4.1-21",
         "Its nonce has 15 octets on each fourth connection.",
         {"8.10.1", "8.10.2", "8.10.3", "8.10.4", "8.10.17"},
         asks([connections = std::make_shared<unsigned>(0)](const Handshake& head) {
             return ++*connections % 4 == 0 ? head.set("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4P") : head;
         })},
        {"key-in-base64url",
         "R6455-4.1-21",
         "Writes its nonce with the letters - and _ of base64url.",
         {"8.10.1", "8.10.17", "8.11.*"},
         asks([](const Handshake& head) {
             auto key = value_of(head, "Sec-WebSocket-Key").value_or("");
             std::ranges::replace(key, '+', '-');
             std::ranges::replace(key, '/', '_');
             return head.set("Sec-WebSocket-Key", key);
         })},
        {"asks-for-version-12", "R6455-4.1-25", "Asks for version 12.", {"8.10.7"}, asks([](const Handshake& head) {
             return head.set("Sec-WebSocket-Version", "12");
         })},
        {"asks-for-no-version",
         "R6455-4.1-25",
         "Sends no Sec-WebSocket-Version.",
         {"8.10.7"},
         asks([](const Handshake& head) { return head.drop("Sec-WebSocket-Version"); })},
        {"offers-a-subprotocol-twice",
         "R6455-4.1-26",
         "Names one subprotocol twice.",
         {"8.10.8"},
         asks([](const Handshake& head) { return head.add("Sec-WebSocket-Protocol", "chat, chat"); })},
        {"offers-subprotocols-that-are-no-tokens",
         "R6455-4.1-26",
         "Names subprotocols with blanks.",
         {"8.10.8"},
         asks([](const Handshake& head) { return head.add("Sec-WebSocket-Protocol", "a chat"); })},
        {"offers-malformed-extensions",
         "R6455-4.1-27",
         "Its list of extensions breaks the grammar.",
         {"8.10.9"},
         asks([=](const Handshake& head) { return head.set(extensions, "permessage-deflate; =1"); })},
        {"offers-a-window-of-7-bits",
         "R6455-4.1-27",
         "Offers server_max_window_bits=7.",
         {"8.10.9"},
         asks([=](const Handshake& head) {
             return head.set(extensions, "permessage-deflate; server_max_window_bits=7");
         })},
        {"is-a-browser-without-an-origin",
         "R6455-4.1-23",
         "Calls itself a browser and sends no Origin.",
         {"8.10.16"},
         asks([](const Handshake& head) { return head.set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"); }),
         Verdict::non_strict},
        {"sends-two-origins", "R6455-4.1-24", "Sends Origin twice.", {"8.10.10"}, asks([](const Handshake& head) {
             return head.add("Origin", "http://a.example").add("Origin", "http://b.example");
         })},
        {"folds-a-field",
         "R6455-4.1-15",
         "Writes a field on two lines.",
         {"8.10.11"},
         asks([](const Handshake& head) { return head.add("X-Folded", "one\r\n two"); }),
         Verdict::non_strict},
        {"same-key-always",
         "R6455-4.1-22",
         "Opens every connection with one Sec-WebSocket-Key.",
         {"8.10.1", "8.10.13"},
         asks([](const Handshake& head) { return head.set("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA=="); })},

        {"asks-with-a-fragment",
         "R6455-4.1-17",
         "Puts a fragment into the request target.",
         {"8.10.2"},
         asks([](const Handshake& head) {
             auto const end = head.start_line.rfind(' ');
             return head.with_request_line(head.start_line.substr(0, end) + "#top" + head.start_line.substr(end));
         })},
        {"asks-in-http-0.9", "R6455-11.1.1-3", "Opens in HTTP/0.9.", {"8.10.1"}, asks([](const Handshake& head) {
             return head.with_request_line(head.start_line.substr(0, head.start_line.rfind(' ')) + " HTTP/0.9");
         })},
        {"asks-to-keep-alive",
         "R9110-7.8-8",
         "Sends Upgrade, and Connection: keep-alive.",
         {"8.10.5"},
         asks([](const Handshake& head) { return head.set("Connection", "keep-alive"); })},
        {"sends-two-keys",
         "R6455-11.3.1-1",
         "Sends Sec-WebSocket-Key twice.",
         {"8.10.6"},
         asks([](const Handshake& head) { return head.add("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA=="); })},
        {"key-without-padding",
         "R6455-4.3-1",
         "Leaves out the padding of its nonce.",
         {"8.10.6"},
         asks([](const Handshake& head) { return head.set("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA"); })},
        {"sends-two-versions",
         "R6455-11.3.5-2",
         "Sends Sec-WebSocket-Version twice.",
         {"8.10.7"},
         asks([](const Handshake& head) { return head.add("Sec-WebSocket-Version", "13"); })},
        {"asks-for-version-013",
         "R6455-4.3-5",
         "Writes the version with a zero in front.",
         {"8.10.7"},
         asks([](const Handshake& head) { return head.set("Sec-WebSocket-Version", "013"); })},
        {"offers-a-subprotocol-in-quotes",
         "R6455-4.3-4",
         "Names a subprotocol in quotes.",
         {"8.10.8"},
         asks([](const Handshake& head) { return head.add("Sec-WebSocket-Protocol", "\"chat\""); })},
        {"offers-values-that-are-no-tokens",
         "R6455-4.3-3",
         "Puts a blank into a quoted value of an extension.",
         {"8.10.9"},
         asks([=](const Handshake& head) { return head.set(extensions, "x-wsspec; a=\"b c\""); })},
        {"quotes-what-is-no-token",
         "R6455-9.1-10",
         "Puts a comma into a quoted value of an extension.",
         {"8.10.9"},
         asks([=](const Handshake& head) { return head.set(extensions, "x-wsspec; a=\"b\\,c\""); })},
        {"offers-empty-parameters",
         "R6455-4.3-2",
         "Ends an extension with a semicolon.",
         {"8.10.9"},
         asks([=](const Handshake& head) { return head.set(extensions, "permessage-deflate;"); })},
        {"offers-bits-with-a-zero-in-front",
         "R7692-7.1.2.1-2",
         "Offers server_max_window_bits=010.",
         {"8.10.9"},
         asks([=](const Handshake& head) {
             return head.set(extensions, "permessage-deflate; server_max_window_bits=010");
         })},
        {"offers-a-window-of-16-bits",
         "R7692-7.1.2.2-2",
         "Offers client_max_window_bits=16.",
         {"8.10.9"},
         asks([=](const Handshake& head) {
             return head.set(extensions, "permessage-deflate; client_max_window_bits=16");
         })},
        {"ends-its-request-with-a-line-too-many",
         "R9112-2.2-3",
         "Sends a CR LF behind its request.",
         {"8.10.12"},
         hurries_on("\r\n")},
        {"pings-before-the-answer",
         "R6455-4.1-29",
         "Sends a ping right behind its request.",
         {"8.10.12"},
         hurries_on(std::string(as_text(wire(ping("early"), Role::client))))},
        {"sends-before-it-is-open",
         "R6455-4.1-1",
         "Sends a message right behind its request.",
         {"8.10.12"},
         hurries_on(std::string(as_text(wire(text("early"), Role::client))))},

        {"takes-any-status",
         "R6455-4.1-30",
         "Holds any answer for a 101.",
         {"8.14.*"},
         reads([](const Handshake& head) { return head.with_request_line("HTTP/1.1 101 Switching Protocols"); })},
        {"takes-malformed-status-lines",
         "R6455-4.1-38",
         "Reads a status line without a look at its form.",
         {"8.15.3", "8.15.4", "8.15.5", "8.15.6", "8.15.7"},
         reads([](const Handshake& head) {
             return value_of(head, "Sec-WebSocket-Accept") ? head.with_request_line("HTTP/1.1 101 Switching Protocols")
                                                           : head;
         })},
        {"takes-any-accept",
         "R6455-4.1-34",
         "Does not compare Sec-WebSocket-Accept.",
         {"8.12.13", "8.12.14", "8.12.15"},
         reads([](const Handshake& head) {
             return value_of(head, "Sec-WebSocket-Accept") ? head.set("Sec-WebSocket-Accept", "right") : head;
         })},
        {"takes-no-accept",
         "R6455-4.1-33",
         "Goes on without Sec-WebSocket-Accept.",
         {"8.12.11"},
         reads([](const Handshake& head) {
             return value_of(head, "Sec-WebSocket-Accept") ? head : head.add("Sec-WebSocket-Accept", "right");
         })},
        {"takes-any-upgrade",
         "R6455-4.1-31",
         "Does not look at Upgrade.",
         {"8.12.1", "8.12.2", "8.12.4", "8.12.5"},
         reads_as("Upgrade", "websocket")},
        {"takes-any-connection",
         "R6455-4.1-32",
         "Does not look at Connection.",
         {"8.12.6", "8.12.7", "8.12.9"},
         reads_as("Connection", "Upgrade")},
        {"takes-any-extension",
         "R6455-4.1-36",
         "Takes extensions that it did not offer for none.",
         {"8.13.1", "8.13.2", "8.13.5"},
         reads([=](const Handshake& head) { return head.drop(extensions); })},
        {"takes-any-subprotocol",
         "R6455-4.1-37",
         "Does not mind a subprotocol that it did not offer.",
         {"8.13.24", "8.13.25", "8.13.27"},
         reads([](const Handshake& head) { return head.drop("Sec-WebSocket-Protocol"); })},
        {"takes-any-window",
         "R7692-7-6",
         "Does not look at values of parameters.",
         {"8.13.9", "8.13.14", "8.13.16"},
         reads_extension_as("permessage-deflate")},
        {"takes-unknown-parameters",
         "R7692-7-5",
         "Skips parameters that it does not know.",
         {"8.13.18"},
         reads_extension_as("permessage-deflate")},
        {"takes-parameters-twice",
         "R7692-7-7",
         "Takes the last of several values.",
         {"8.13.19", "8.13.20"},
         reads_extension_as("permessage-deflate")},
        {"compares-names-of-fields-by-case",
         "R6455-4.1-39",
         "Knows field names in one spelling only.",
         {"8.11.2"},
         reads([](Handshake head) {
             std::erase_if(head.fields, [](const std::string& line) { return line.starts_with("upgrade"); });
             return head;
         })},
        {"compares-upgrade-by-case",
         "R6455-4.1-31",
         "Knows websocket in lower case only.",
         {"8.11.5", "8.11.6"},
         reads([](const Handshake& head) {
             return value_of(head, "Upgrade") == "websocket" ? head : head.drop("Upgrade");
         })},
        {"compares-the-token-of-the-registry-by-case",
         "R6455-11.2-1",
         "Knows the token websocket in lower case only.",
         {"8.11.5", "8.11.6"},
         takes_only([](const Handshake& head) { return !value_of(head, "Upgrade")->starts_with('W'); })},
        {"wants-fields-in-order",
         "R6455-1.3-1",
         "Wants Upgrade in front of the other fields.",
         {"8.11.4"},
         takes_only([](const Handshake& head) { return !head.fields.front().starts_with("Sec-WebSocket-Accept"); })},
        {"wants-known-fields-only",
         "R6455-1.3-6",
         "Refuses fields that it does not know.",
         {"8.11.13"},
         takes_only([](const Handshake& head) { return !value_of(head, "X-Unknown"); })},
        {"wants-its-reason-phrase",
         "R6455-4.1-40",
         "Compares the reason phrase.",
         {"8.11.14", "8.11.15"},
         takes_only([](const Handshake& head) { return head.start_line.ends_with("Switching Protocols"); })},
        {"trims-no-tabs",
         "R9112-5.1-2",
         "Takes blanks around a value for a part of it.",
         {"8.11.11"},
         takes_only([](const Handshake& head) {
             return std::ranges::none_of(head.fields, [](const auto& line) { return line.contains('\t'); });
         })},
        {"compares-the-accept-with-its-blanks",
         "R6455-4.1-35",
         "Does not ignore white space around Sec-WebSocket-Accept.",
         {"8.11.11"},
         takes_only([](const Handshake& head) {
             return std::ranges::none_of(head.fields, [](const auto& line) {
                 return line.starts_with("Sec-WebSocket-Accept:") && line.ends_with(' ');
             });
         })},
        {"compares-connection-as-a-whole",
         "R9110-7.6.1-1",
         "Does not take Connection for a list.",
         {"8.11.9"},
         takes_only([](const Handshake& head) { return !value_of(head, "Connection")->contains(','); }),
         Verdict::non_strict},
        {"reads-the-first-connection-line",
         "R9110-5.3-1",
         "Does not join the lines of Connection.",
         {"8.11.10"},
         takes_only([](const Handshake& head) { return count_of(head, "Connection") < 2; }),
         Verdict::non_strict},
        {"knows-no-empty-elements",
         "R9110-5.6.1-1",
         "Takes an empty element of a list for an error.",
         {"8.11.28"},
         takes_only([](const Handshake& head) {
             return !value_of(head, "Connection")->contains(", ,") && !value_of(head, "Connection")->ends_with(',');
         }),
         Verdict::non_strict},
        {"opens-whatever-the-accept",
         "R6455-1.3-4",
         "Does not know which Sec-WebSocket-Accept to expect.",
         {"8.12.13", "8.12.14"},
         reads([](const Handshake& head) {
             return value_of(head, "Sec-WebSocket-Accept") ? head.set("Sec-WebSocket-Accept", "right") : head;
         })},
        {"takes-malformed-extensions",
         "R6455-9.1-1",
         "Skips extensions that it cannot read.",
         {"8.13.7"},
         reads([=](const Handshake& head) { return head.drop(extensions); })},
        {"takes-competing-extensions",
         "R7692-5-8",
         "Takes permessage-deflate twice for once.",
         {"8.13.8"},
         reads_extension_as("permessage-deflate")},
        {"takes-other-compressions",
         "R7692-5-13",
         "Does not mind a compression that it did not offer.",
         {"8.13.4", "8.13.5", "8.13.6"},
         reads([=](const Handshake& head) { return head.drop(extensions); })},
        {"takes-bits-it-did-not-offer",
         "R7692-7.1.2.2-7",
         "Offers no client_max_window_bits, and takes it.",
         {"8.13.21"},
         [] { return std::make_unique<TakesWhatItDidNotOffer>(); }},
        {"takes-two-subprotocols",
         "R6455-4.3-7",
         "Does not mind two subprotocols.",
         {"8.13.27"},
         reads([](const Handshake& head) { return head.drop("Sec-WebSocket-Protocol"); })},
        {"takes-lines-without-a-colon",
         "R9112-5-1",
         "Skips lines that are no fields.",
         {"8.15.12"},
         reads([](Handshake head) {
             std::erase_if(head.fields, [](const std::string& line) { return !line.contains(':'); });
             return head;
         }),
         Verdict::non_strict},
        {"ends-lines-at-a-bare-cr",
         "R9112-2.2-2",
         "Takes a bare CR for a line end.",
         {"8.15.16", "8.15.18"},
         reads(with_lines_at_bare_cr)},
        {"takes-nul-in-values",
         "R9110-5.5-1",
         "Skips NUL in a value.",
         {"8.15.17"},
         reads([](Handshake head) {
             for (auto& line : head.fields) std::erase(line, '\0');
             return head;
         }),
         Verdict::non_strict},
        {"skips-a-body-behind-101",
         "R9112-6.3-4",
         "Takes a 101 to have a body, and skips it.",
         {"8.15.20"},
         [] { return std::make_unique<SkipsBody>(); }},
        {"knows-no-interim-responses",
         "R9110-15.2-1",
         "Takes the first response for the final one.",
         {"8.11.26"},
         reads([](const Handshake& head) {
             return head.start_line.contains(" 100 ") ? head.with_request_line("HTTP/1.1 500 interim") : head;
         }),
         Verdict::non_strict},
    };
}

}  // namespace wsspec::detail
