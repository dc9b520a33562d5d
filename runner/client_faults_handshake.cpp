// Faults in what a client asks for, and in what it makes of the answer (RFC 6455 section 4.1).
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "reference/handshake.h"
#include "runner/client_faults.h"
#include "runner/head_lines.h"

namespace wsspec::detail {

namespace {

using HeadHook = std::function<Handshake(Handshake)>;

class Asks final : public net::Filter {
public:
    explicit Asks(HeadHook hook) : hook_(std::move(hook)) {}
    std::string request(std::string head) override { return text_of(hook_(lines_of(head))); }

private:
    HeadHook hook_;
};

/// What the client sends in place of a good request.
net::FilterFactory asks(HeadHook hook) {
    return [hook = std::move(hook)] { return std::make_unique<Asks>(hook); };
}

class Reads final : public net::Filter {
public:
    explicit Reads(HeadHook hook) : hook_(std::move(hook)) {}
    std::string response(std::string response, const std::string& head) override {
        Handshake answer = hook_(lines_of(response));
        // What a fault does not look at is taken for right.
        for (auto& line : answer.fields)
            if (line == "Sec-WebSocket-Accept: right")
                line = "Sec-WebSocket-Accept: " + accept_for(check_request(head).key);
        return text_of(answer);
    }

private:
    HeadHook hook_;
};

/// What the client takes the answer for.
net::FilterFactory reads(HeadHook hook) {
    return [hook = std::move(hook)] { return std::make_unique<Reads>(hook); };
}

net::FilterFactory reads_as(std::string_view name, std::string_view value) {
    return reads([=](const Handshake& answer) { return answer.set(name, value); });
}

/// The extension of the answer, if there is one, is taken for another text.
net::FilterFactory reads_extension_as(std::string_view value) {
    return reads([=](const Handshake& answer) {
        return value_of(answer, "Sec-WebSocket-Extensions") ? answer.set("Sec-WebSocket-Extensions", value) : answer;
    });
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
