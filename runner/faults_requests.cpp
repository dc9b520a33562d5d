// Faults in what a server makes of requests that are odd or wrong, and in what it first does on an open connection
// (RFC 6455 sections 4.2, 5.2 and 6.1; RFC 9110).
#include <openssl/evp.h>

#include <algorithm>
#include <array>
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

using Which = bool (*)(const std::string& head);

/// Ends TCP without an answer where `which` picks the request: what an exception that nobody catches looks like.
class HangsUp final : public net::Filter {
public:
    explicit HangsUp(Which which) : which_(which) {}
    std::string request(std::string head) override {
        picked_ = which_(head);
        return picked_ ? "refused\r\n\r\n" : head;
    }
    std::string response(std::string response, const std::string& head) override {
        return picked_ || which_(head) ? std::string() : response;
    }

private:
    Which which_;
    bool picked_ = false;
};

net::FilterFactory hangs_up_at(Which which) {
    return [which] { return std::make_unique<HangsUp>(which); };
}

/// Answers requests that `which` picks with 500.
class Answers500 final : public net::Filter {
public:
    explicit Answers500(Which which) : which_(which) {}
    std::string response(std::string response, const std::string& head) override {
        bool const refused = !response.starts_with("HTTP/1.1 101");
        if (which_ == nullptr ? !refused : !which_(head)) return response;
        return "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    }

private:
    Which which_;  ///< Nothing: those that the reference refuses.
};

net::FilterFactory answers_500_to(Which which) {
    return [which] { return std::make_unique<Answers500>(which); };
}

/// Bends the head of the request, or of a 101.
using HeadHook = Handshake (*)(Handshake head);

class BendsRequest final : public net::Filter {
public:
    explicit BendsRequest(HeadHook hook) : hook_(hook) {}
    std::string request(std::string head) override { return text_of(hook_(lines_of(head))); }

private:
    HeadHook hook_;
};

class BendsAnswer final : public net::Filter {
public:
    explicit BendsAnswer(HeadHook hook) : hook_(hook) {}
    std::string response(std::string response, const std::string&) override {
        return response.starts_with("HTTP/1.1 101") ? text_of(hook_(lines_of(response))) : response;
    }

private:
    HeadHook hook_;
};

class Answers426WithoutUpgrade final : public net::Filter {
    std::string response(std::string response, const std::string&) override {
        return response.starts_with("HTTP/1.1 426") ? text_of(lines_of(response).drop("Upgrade")) : response;
    }
};

/// The reference refuses a list that is none, so it does not get to see it.
class NamesMalformedSubprotocols final : public net::Filter {
    std::string request(std::string head) override { return text_of(lines_of(head).drop("Sec-WebSocket-Protocol")); }
    std::string response(std::string response, const std::string& head) override {
        auto const offered = value_of(lines_of(head), "Sec-WebSocket-Protocol");
        if (!offered || !response.starts_with("HTTP/1.1 101")) return response;
        return text_of(lines_of(response).add("Sec-WebSocket-Protocol", *offered));
    }
};

/// Section 10.8 keeps SHA-1; this one thinks that it knows better. 20 octets, so that the length is right.
class HashesWithSha256 final : public net::Filter {
    std::string response(std::string response, const std::string& head) override {
        if (!response.starts_with("HTTP/1.1 101")) return response;
        std::string const text =
            value_of(lines_of(head), "Sec-WebSocket-Key").value_or("") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
        std::array<unsigned char, 32> encoded{};
        int const size = EVP_EncodeBlock(encoded.data(), digest.data(), 20);
        std::string accept(encoded.begin(), encoded.begin() + size);
        return text_of(lines_of(response).set("Sec-WebSocket-Accept", accept));
    }
};

/// Sends each frame when the next one is ready: a write that is never flushed.
class SendsEachFrameLate final : public FrameFilter {
    Frames outgoing_frame(Frame frame) override {
        bool const data = is_data(frame);
        std::swap(frame, held_);
        bool const was_held = std::exchange(holds_, data);
        if (data) return was_held ? Frames{std::move(frame)} : Frames{};
        // Control frames go at once, and take with them what is there.
        return was_held ? Frames{std::move(frame), std::move(held_)} : Frames{std::move(held_)};
    }

    Frame held_;
    bool holds_ = false;
};

bool is_for_another_path(const std::string& head) { return !head.contains(" / HTTP/"); }
bool has_odd_octets(const std::string& head) {
    return std::ranges::any_of(head, [](char c) {
        auto const octet = static_cast<unsigned char>(c);
        return octet >= 0x7f || (octet < 0x20 && octet != '\r' && octet != '\n' && octet != '\t');
    });
}
bool has_expectation(const std::string& head) { return head.contains("\r\nExpect:"); }
bool is_large(const std::string& head) { return head.size() > 8000; }
bool is_from_elsewhere(const std::string& head) { return head.contains("\r\nOrigin: https://evil.example"); }
bool has_subprotocol_list(const std::string& head) {
    auto const offered = value_of(lines_of(head), "Sec-WebSocket-Protocol");
    return offered && offered->contains(',');
}
bool has_empty_element(const std::string& head) {
    auto const value = value_of(lines_of(head), "Connection");
    return value && (value->starts_with(',') || value->contains(", ,") || value->contains(",,"));
}

Handshake without_odd_lines(Handshake head) {
    std::erase_if(head.fields, [](const std::string& line) { return !line.contains(':') || line.starts_with(':'); });
    return head;
}

Handshake without_body(Handshake head) { return head.drop("Content-Length").drop("Transfer-Encoding"); }

Handshake get_without_body(Handshake head) {
    if (head.start_line.starts_with("POST ")) head.start_line.replace(0, 4, "GET");
    return without_body(std::move(head));
}

Handshake folded(Handshake head) { return head.add_line("X-Folded: one\r\n two"); }

Handshake with_short_values(Handshake head) {
    constexpr std::size_t buffer = 256;
    if (auto const value = value_of(head, "Connection"); value && value->size() > buffer)
        head = head.set("Connection", value->substr(0, buffer));
    return head;
}

Handshake with_hyphens(Handshake head) {
    for (std::string& line : head.fields)
        if (line.starts_with("Sec_WebSocket_")) std::replace(line.begin(), line.begin() + 14, '_', '-');
    return head;
}

Handshake without_parameters(Handshake head) {
    auto const value = value_of(head, "Connection");
    return value ? head.set("Connection", value->substr(0, value->find(';'))) : head;
}

Handshake without_prefixes(Handshake head) {
    for (std::string& line : head.fields)
        if (line.starts_with("X-Sec-WebSocket-")) line.erase(0, 2);
    return head;
}

/// The lines of a list are one behind the other in the answer, without a comma.
class JoinsSubprotocolLines final : public net::Filter {
    std::string response(std::string response, const std::string& head) override {
        constexpr std::string_view name = "Sec-WebSocket-Protocol";
        Handshake const request = lines_of(head);
        auto const first = value_of(request, name);
        auto const last = value_of(request.in_reverse_order(), name);
        bool const two = first && last && *first != *last && response.starts_with("HTTP/1.1 101");
        return two ? text_of(lines_of(response).add(name, *first + *last)) : response;
    }
};

/// The key is decoded, and written anew: the bits behind it are gone.
class HashesDecodedKey final : public net::Filter {
    std::string response(std::string response, const std::string& head) override {
        constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        auto key = value_of(lines_of(head), "Sec-WebSocket-Key").value_or("");
        if (!response.starts_with("HTTP/1.1 101") || key.size() != 24) return response;
        // Two octets of padding: the letter in front of them holds two bits of the last octet.
        key[21] = alphabet[alphabet.find(key[21]) & 0x30U];
        return text_of(lines_of(response).set("Sec-WebSocket-Accept", accept_for(key)));
    }
};

bool has_octets_beyond_ascii(const std::string& head) {
    return std::ranges::any_of(head, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

std::vector<Fault> request_faults() {
    using enum Verdict;
    return {
        {"takes-underscores-for-hyphens",
         "R6455-4.2.1-8",
         "Takes Sec_WebSocket_Key for Sec-WebSocket-Key.",
         {"8.17.5"},
         [] { return std::make_unique<BendsRequest>(with_hyphens); }},
        {"cuts-parameters-of-connection",
         "R6455-4.2.1-7",
         "Cuts Connection at a semicolon.",
         {"8.17.3"},
         [] { return std::make_unique<BendsRequest>(without_parameters); }},
        {"finds-fields-by-their-end",
         "R6455-4.2.1-8",
         "Takes X-Sec-WebSocket-Key for Sec-WebSocket-Key.",
         {"8.17.6"},
         [] { return std::make_unique<BendsRequest>(without_prefixes); }},
        {"joins-lines-of-subprotocols",
         "R6455-4.2.2-8",
         "Names both subprotocols of two lines as one.",
         {"8.17.10"},
         [] { return std::make_unique<JoinsSubprotocolLines>(); }},
        {"hashes-the-decoded-key",
         "R6455-4.2.2-17",
         "Makes Sec-WebSocket-Accept of the key that it has decoded and encoded again.",
         {"8.4.22", "8.17.11"},
         [] { return std::make_unique<HashesDecodedKey>(); }},
        {"hangs-up-at-unknown-paths",
         "R6455-4.2.2-7",
         "Ends TCP if the path is not its own.",
         {"8.9.8", "8.9.12"},
         hangs_up_at(is_for_another_path),
         non_strict},
        {"hangs-up-at-odd-octets",
         "R9110-5.5-1",
         "Ends TCP if there are octets in a request that are no ASCII text.",
         {"8.8.19", "8.8.24"},
         hangs_up_at(has_odd_octets),
         non_strict},
        {"hangs-up-at-expectations",
         "R9110-10.1.1-1",
         "Ends TCP if a request has an Expect field.",
         {"8.8.55", "8.8.56"},
         hangs_up_at(has_expectation),
         non_strict},
        {"hangs-up-at-large-requests",
         "R6455-10.1-1",
         "Ends TCP if a request is larger than a browser's.",
         {"8.4.26"},
         hangs_up_at(is_large),
         non_strict},
        {"hangs-up-at-subprotocol-lists",
         "R6455-4.2.1-11",
         "Ends TCP if more than one subprotocol is offered.",
         {"8.6.2"},
         hangs_up_at(has_subprotocol_list),
         non_strict},
        {"hangs-up-at-empty-list-elements",
         "R9110-5.6.1-1",
         "Ends TCP if a list has an empty element.",
         {"8.1.22"},
         hangs_up_at(has_empty_element),
         non_strict},
        {"refuses-origins-with-500",
         "R6455-10.2-2",
         "Answers an origin that it does not like with 500.",
         {"8.9.11"},
         answers_500_to(is_from_elsewhere),
         non_strict},
        {"refuses-with-500",
         "R9110-15.5.1-1",
         "Answers every bad request with 500.",
         {"8.8.6"},
         answers_500_to(nullptr),
         non_strict},
        {"cuts-connection-at-256-octets",
         "R6455-4.2.1-7",
         "Reads 256 octets of the value of Connection.",
         {"8.3.30", "8.3.31"},
         [] { return std::make_unique<BendsRequest>(with_short_values); }},
        {"hangs-up-at-octets-beyond-ascii",
         "R6455-4.2.1-12",
         "Ends TCP over a field whose value is not ASCII.",
         {"8.9.13"},
         hangs_up_at(has_octets_beyond_ascii),
         Verdict::non_strict},
        {"skips-lines-without-colon",
         "R9112-5-1",
         "Skips field lines that are none.",
         {"8.8.12", "8.8.13"},
         [] { return std::make_unique<BendsRequest>(without_odd_lines); },
         non_strict},
        {"takes-post-for-get",
         "R9110-7.8-7",
         "Upgrades a POST, whose body is then served by nobody.",
         {"8.2.13"},
         [] { return std::make_unique<BendsRequest>(get_without_body); }},
        {"ignores-bodies",
         "R9112-6.1-1",
         "Looks neither at Content-Length nor at Transfer-Encoding.",
         {"8.8.41"},
         [] { return std::make_unique<BendsRequest>(without_body); }},
        {"names-malformed-subprotocols",
         "R6455-4.3-4",
         "Sends back whatever stands in the list of subprotocols.",
         {"8.6.9", "8.6.11"},
         peer<NamesMalformedSubprotocols>()},
        {"answers-426-without-upgrade",
         "R9110-7.8-6",
         "Sends a 426 without an Upgrade field.",
         {"8.5.2"},
         peer<Answers426WithoutUpgrade>(),
         non_strict},
        {"hashes-with-sha-256",
         "R6455-10.8-1",
         "Computes Sec-WebSocket-Accept with SHA-256.",
         {"8.1.2", "8.1.3"},
         peer<HashesWithSha256>()},
        {"folds-its-answer",
         "R9112-5.2-3",
         "Folds a field of its 101 over two lines.",
         {"8.1.1"},
         [] { return std::make_unique<BendsAnswer>(folded); },
         non_strict},
        {"loses-first-frame",
         "R6455-4.2.2-19",
         "Loses the first frame that comes behind the opening handshake.",
         {"8.1.55", "1.1.2"},
         bend_incoming([first = true](Frame frame) mutable -> Frames {
             if (std::exchange(first, false)) return {};
             return {std::move(frame)};
         })},
        {"prefixes-extension-data",
         "R6455-5.2-17",
         "Sends an octet of Extension data in front of each message.",
         {"1.2.1", "1.1.1"},
         bend_outgoing([](Frame frame) -> Frames {
             if (starts_message(frame)) frame.payload.insert(frame.payload.begin(), Octet{0});
             return {std::move(frame)};
         })},
        {"sends-each-frame-late",
         "R6455-6.1-6",
         "Sends each message when the next frame is ready.",
         {"1.7.6", "1.1.2"},
         peer<SendsEachFrameLate>()},
    };
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the analyzer loses track of std::function.
}

}  // namespace wsspec::detail
