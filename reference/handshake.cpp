#include "reference/handshake.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <iterator>

#include "reference/octets.h"
#include "reference/permessage_deflate.h"
#include "reference/requirements.h"

namespace wsspec {

namespace {

constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // 1.3

std::string base64(OctetView octets) {
    std::string out((octets.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends with a NUL
    int const length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets.data(), static_cast<int>(octets.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

/// Octets that a base64 text stands for; nothing if it breaks the grammar of 4.3.
std::optional<std::size_t> base64_length(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) return std::nullopt;
    std::size_t const padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    bool const alphabet = std::ranges::all_of(text.substr(0, text.size() - padding), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    });
    if (!alphabet) return std::nullopt;
    return text.size() / 4 * 3 - padding;
}

void refuse(CheckedRequest& request, std::string requirement, std::string what) {
    request.defects.push_back({std::move(requirement), std::move(what), false});
}
void tolerate(CheckedRequest& request, std::string requirement, std::string what) {
    request.defects.push_back({std::move(requirement), std::move(what), true});
}

void check_request_line(CheckedRequest& request) {
    const auto& head = request.head;
    // 4.2.1 item 1: "An HTTP/1.1 or higher GET request".
    if (head.method != "GET") refuse(request, "R6455-4.2.1-2", "the method is not GET");
    if (!is_http_version(head.version)) {
        refuse(request, "R6455-4.2.1-3", "the HTTP version is malformed");
    } else if (head.version < "HTTP/1.1") {
        refuse(request, "R6455-4.2.1-3", "the HTTP version is below 1.1");
    } else if (!head.version.starts_with("HTTP/1.")) {
        tolerate(request, "R6455-4.2.1-3", "the HTTP version is not spoken like this");
    }
    bool const control =
        std::ranges::any_of(head.target, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    bool const raw = std::ranges::any_of(head.target, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (control) refuse(request, "R6455-4.2.1-1", "the request target holds a control character");
    if (raw || head.target.find('#') != std::string::npos)
        tolerate(request, "R6455-4.2.1-1", "the request target is not a URI");
    bool const origin_form = head.target.starts_with('/');
    auto const form = absolute_form(head.target);
    bool const absolute =
        form && (equal_ignoring_case(form->scheme, "http") || equal_ignoring_case(form->scheme, "https"));
    if (!origin_form && !absolute)
        tolerate(request, "R6455-4.2.1-4", "the request target is neither a path nor an http(s) URI");
}

void check_host(CheckedRequest& request) {
    const auto& fields = request.head.fields;
    if (fields.count("Host") == 0) return refuse(request, "R6455-4.2.1-5", "there is no Host field");
    std::string_view const host = *fields.first("Host");
    if (fields.count("Host") > 1) {
        bool const same = std::ranges::all_of(fields.all("Host"), [&](auto other) { return other == host; });
        request.defects.push_back({"R9112-3.2-1", "there is more than one Host field", same});
    }
    if (host.empty()) return tolerate(request, "R9112-3.2-1", "the Host field is empty");
    // uri-host [ ":" port ]; enough of RFC 3986 to tell an authority from something else.
    auto const colon = host.rfind(':');
    bool const literal = host.starts_with('[');
    bool bad = host.find_first_of(" \t,@/?#\\") != std::string_view::npos || (literal && !host.contains(']'));
    if (colon != std::string_view::npos && (!literal || colon > host.rfind(']'))) {
        unsigned port = 0;
        auto const digits = host.substr(colon + 1);
        auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        bad =
            bad || (!digits.empty() && (error != std::errc() || end != digits.data() + digits.size() || port > 65535));
    }
    if (bad) tolerate(request, "R9112-3.2-1", "the Host field is not a host and port");
}

void check_key(CheckedRequest& request) {
    auto const keys = request.head.fields.all("Sec-WebSocket-Key");
    if (keys.empty()) return refuse(request, "R6455-4.2.1-8", "there is no Sec-WebSocket-Key field");
    request.key = keys.front();
    if (keys.size() > 1) {
        bool const same = std::ranges::all_of(keys, [&](std::string_view key) { return key == keys.front(); });
        request.defects.push_back({"R6455-11.3.1-1", "there is more than one Sec-WebSocket-Key field", same});
    }
    if (request.key.empty()) return refuse(request, "R6455-4.2.1-8", "Sec-WebSocket-Key is empty");
    // 4.2.1 item 5 wants 16 octets; 4.2.2 says that a server need not decode the key to look.
    if (!is_nonce(request.key))
        tolerate(request, "R6455-4.2.1-8", "Sec-WebSocket-Key is not the base64 form of 16 octets");
}

void check_version(CheckedRequest& request) {
    auto const versions = request.head.fields.all("Sec-WebSocket-Version");
    if (versions.size() == 1 && versions.front() == "13") return;
    if (versions.empty()) return refuse(request, "R6455-4.2.1-9", "there is no Sec-WebSocket-Version field");
    if (versions.size() > 1)
        return tolerate(request, "R6455-11.3.5-2", "there is more than one Sec-WebSocket-Version field");
    std::string_view const version = versions.front();
    // Lenient number readers take these for 13; the grammar of 4.3 does not.
    if (version == "013" || version == "+13") return tolerate(request, "R6455-4.3-5", "the version is not written 13");
    if (version.contains(',')) return tolerate(request, "R6455-4.3-5", "the version is a list");
    // 4.3: 0 to 255 in decimal digits. What is none of these asks for no version at all.
    unsigned number = 256;
    std::from_chars(version.data(), version.data() + version.size(), number);
    if (number > 255 || version != std::to_string(number))
        return refuse(request, "R6455-4.3-5", "Sec-WebSocket-Version is no version number");
    request.wrong_version = true;
    // 4.4 shows a server that speaks the drafts 7 and 8 as well.
    if (version == "0" || version == "7" || version == "8")
        return tolerate(request, "R6455-4.2.2-6", "the version is that of a draft");
    refuse(request, "R6455-4.2.2-6", "the version is not 13");
}

void check_lists(CheckedRequest& request) {
    const auto& fields = request.head.fields;
    for (std::string_view const name : fields.list("Sec-WebSocket-Protocol")) request.subprotocols.emplace_back(name);
    if (fields.count("Sec-WebSocket-Protocol") != 0) {
        bool const tokens = std::ranges::all_of(request.subprotocols, [](const auto& name) { return is_token(name); });
        if (request.subprotocols.empty() || !tokens)
            tolerate(request, "R6455-4.3-4", "Sec-WebSocket-Protocol is not a list of tokens");
        auto sorted = request.subprotocols;
        std::ranges::sort(sorted);
        if (std::ranges::adjacent_find(sorted) != sorted.end())
            tolerate(request, "R6455-4.1-26", "Sec-WebSocket-Protocol names a subprotocol twice");
    }
    if (fields.count("Sec-WebSocket-Extensions") != 0) {
        // 9.1: a value that breaks the grammar makes the recipient fail the connection; many ignore it instead.
        if (auto parsed = parse_extensions(fields.all("Sec-WebSocket-Extensions"))) {
            request.extensions = std::move(*parsed);
        } else {
            tolerate(request, "R6455-9.1-1", "Sec-WebSocket-Extensions is malformed: " + parsed.error().what);
        }
    }
}

void check_body(CheckedRequest& request) {
    const auto& fields = request.head.fields;
    bool const length = fields.count("Content-Length") != 0;
    bool const coded = fields.count("Transfer-Encoding") != 0;
    if (length && coded) return refuse(request, "R9112-6.1-1", "both Transfer-Encoding and Content-Length are there");
    if (coded) {
        auto const codings = fields.list("Transfer-Encoding");
        if (codings.empty() || !equal_ignoring_case(codings.back(), "chunked"))
            return refuse(request, "R9112-6.3-1", "the last transfer coding is not chunked");
        return tolerate(request, "R9112-6.3-3", "the request has a body");
    }
    auto const lengths = fields.list("Content-Length");
    bool const digits = std::ranges::all_of(lengths, [&](std::string_view value) {
        return value == lengths.front() && !value.empty() && value.size() < 19 &&
               std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    });
    if (length && (lengths.empty() || !digits)) return refuse(request, "R9112-6.3-2", "Content-Length is not a number");
    if (length) tolerate(request, "R9112-6.3-3", "the request has a body");
}

}  // namespace

bool is_nonce(std::string_view key) { return base64_length(key) == 16U; }

std::string random_key() {
    std::array<Octet, 16> nonce{};
    if (RAND_bytes(nonce.data(), static_cast<int>(nonce.size())) != 1) std::abort();
    return base64(nonce);
}

std::string accept_for(std::string_view key) {
    std::string const text = std::string(key) + std::string(guid);
    std::array<Octet, 20> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
    return base64(digest);
}

std::string build_request(const ClientRequest& request) {
    std::string out = "GET " + request.resource + " HTTP/1.1\r\nHost: " + request.host +
                      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + request.key +
                      "\r\nSec-WebSocket-Version: 13\r\n";
    if (!request.subprotocols.empty()) {
        out += "Sec-WebSocket-Protocol: ";
        for (std::size_t i = 0; i < request.subprotocols.size(); ++i)
            out += (i == 0 ? "" : ", ") + request.subprotocols[i];
        out += "\r\n";
    }
    if (!request.extensions.empty()) out += "Sec-WebSocket-Extensions: " + request.extensions + "\r\n";
    for (const auto& line : request.more_lines) out += line + "\r\n";
    return out + "\r\n";
}

namespace {

/// RFC 9110 section 5.3: several lines of one field may be read as one, joined by commas. (Two keys should have been
/// refused, but that is another defect.)
bool accept_fits(std::string_view accept, const CheckedRequest& request) {
    auto const keys = request.head.fields.all("Sec-WebSocket-Key");
    if (keys.size() < 2) return accept == accept_for(request.key);
    std::string with_blank;
    std::string without_blank;
    for (std::string_view const key : keys) {
        with_blank += (with_blank.empty() ? "" : ", ") + std::string(key);
        without_blank += (without_blank.empty() ? "" : ",") + std::string(key);
    }
    return accept == accept_for(with_blank) || accept == accept_for(without_blank) ||
           std::ranges::any_of(keys, [&](std::string_view key) { return accept == accept_for(key); });
}

}  // namespace

bool CheckedRequest::must_be_refused() const {
    return std::ranges::any_of(defects, [](const Defect& defect) { return !defect.tolerable; });
}

CheckedRequest check_request(std::string_view head) {
    CheckedRequest request;
    request.head = parse_request_head(head);
    request.defects = request.head.defects;
    check_request_line(request);
    check_host(request);

    const auto& fields = request.head.fields;
    auto const upgrade = fields.list("Upgrade");
    if (!fields.has_token("Upgrade", "websocket")) {
        bool const versioned = std::ranges::any_of(upgrade, [](std::string_view element) {
            return equal_ignoring_case(element.substr(0, element.find('/')), "websocket");
        });
        if (versioned) {
            tolerate(request, "R6455-4.2.1-6", "the Upgrade token carries a version");
        } else {
            refuse(request, "R6455-4.2.1-6", "the Upgrade field does not name websocket");
        }
    }
    if (!fields.has_token("Connection", "upgrade")) {
        refuse(request, "R6455-4.2.1-7", "the Connection field does not include Upgrade");
    } else if (fields.has_token("Connection", "close")) {
        tolerate(request, "R9112-9.6-1", "the Connection field includes close");
    } else if (fields.list("Connection").size() > 1 &&
               std::ranges::any_of(fields.list("Connection"),
                                   [](std::string_view option) { return option.starts_with("Sec-WebSocket"); })) {
        tolerate(request, "R9110-7.6.1-1", "the Connection field names a field of the handshake");
    }
    check_key(request);
    check_version(request);
    check_lists(request);
    check_body(request);
    if (fields.count("Expect") != 0) tolerate(request, "R9110-7.8-12", "the request has an expectation");
    if (fields.count("Origin") > 1) tolerate(request, "R6455-4.1-24", "there is more than one Origin field");
    return request;
}

std::string build_acceptance(std::string_view key, std::string_view subprotocol, std::string_view extensions) {
    std::string out = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    out += "Sec-WebSocket-Accept: " + accept_for(key) + "\r\n";
    if (!subprotocol.empty()) out += "Sec-WebSocket-Protocol: " + std::string(subprotocol) + "\r\n";
    if (!extensions.empty()) out += "Sec-WebSocket-Extensions: " + std::string(extensions) + "\r\n";
    return out + "\r\n";
}

std::string build_refusal(const CheckedRequest& request) {
    bool const host_is_fine = std::ranges::none_of(request.defects, [](const Defect& defect) {
        return defect.requirement == "R6455-4.2.1-5" || defect.requirement == "R9112-3.2-1";
    });
    std::string status = "400 Bad Request";
    std::string more;
    if (request.wrong_version && host_is_fine) {
        // 4.4: say which versions would do. RFC 9110 section 15.5.22: 426 has an Upgrade field.
        status = "426 Upgrade Required";
        more = "Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n";
    } else {
        more = "Connection: close\r\n";
    }
    std::string const body =
        request.defects.empty() ? std::string("refused\n") : printable(request.defects.front().what, 200) + "\n";
    return "HTTP/1.1 " + status + "\r\n" + more +
           "Content-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

namespace {

/// Host and port of an authority, the port of the scheme filled in; of the userinfo nothing is left out.
std::pair<std::string_view, std::string_view> parts_of(std::string_view authority, bool tls) {
    auto const bracket = authority.rfind(']');
    auto const colon = authority.rfind(':');
    bool const has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || bracket < colon);
    auto const port = has_port ? authority.substr(colon + 1) : std::string_view();
    return {has_port ? authority.substr(0, colon) : authority, !port.empty() ? port : tls ? "443" : "80"};
}

/// RFC 3986 section 6.2.2.1: hosts are compared without regard to case; section 6.2.3: the default port goes without
/// saying.
bool same_authority(std::string_view a, std::string_view b, bool tls) {
    auto const [host, port] = parts_of(a, tls);
    auto const [other_host, other_port] = parts_of(b, tls);
    return equal_ignoring_case(host, other_host) && port == other_port;
}

}  // namespace

std::vector<Defect> client_defects(const CheckedRequest& request, const KnownUrl& url) {
    struct Row {
        std::string_view of_server, of_client;
    };
    constexpr Row rows[] = {
        {"R6455-4.2.1-2", "R6455-4.1-16"},  {"R6455-4.2.1-3", "R6455-4.1-16"}, {"R6455-4.2.1-1", "R6455-4.1-17"},
        {"R6455-4.2.1-4", "R6455-4.1-17"},  {"R6455-4.2.1-5", "R6455-4.1-18"}, {"R9112-3.2-1", "R6455-4.1-18"},
        {"R6455-4.2.1-6", "R6455-4.1-19"},  {"R6455-4.2.1-7", "R6455-4.1-20"}, {"R6455-4.2.1-8", "R6455-4.1-21"},
        {"R6455-11.3.1-1", "R6455-4.1-21"}, {"R6455-4.2.1-9", "R6455-4.1-25"}, {"R6455-4.2.2-6", "R6455-4.1-25"},
        {"R6455-11.3.5-2", "R6455-4.1-25"}, {"R6455-4.3-5", "R6455-4.1-25"},   {"R6455-4.3-4", "R6455-4.1-26"},
        {"R6455-4.1-26", "R6455-4.1-26"},   {"R6455-9.1-1", "R6455-4.1-27"},   {"R6455-4.1-24", "R6455-4.1-24"},
    };
    std::vector<Defect> out;
    // RFC 9112 section 2.2: a server ignores an empty line in front, "a user agent MUST NOT preface" a request with
    // one.
    constexpr std::string_view surplus = "R9112-2.2-3";
    if (request.head.empty_lines != 0)
        out.push_back({std::string(surplus), "an empty line stands before the request line", false});
    const auto& fields = request.head.fields;
    if (!url.authority.empty() && fields.count("Host") == 1 &&
        !same_authority(*fields.first("Host"), url.authority, url.tls))
        out.push_back({"R9112-3.2-2",
                       "Host is " + std::string(*fields.first("Host")) + ", and the URL has " + url.authority, false});
    if (auto const form = absolute_form(request.head.target); form && !url.authority.empty()) {
        // 4.1 item 2: its parts "match the corresponding ws/wss URI".
        bool const secure = equal_ignoring_case(form->scheme, "https");
        bool const http = secure || equal_ignoring_case(form->scheme, "http");
        if (http && (secure != url.tls || !same_authority(form->authority, url.authority, url.tls)))
            out.push_back({"R6455-4.1-17", "the request target is not the URL's", false});
    }
    auto const agent = fields.first("User-Agent");
    if (agent && agent->starts_with("Mozilla/") && fields.count("Origin") == 0)
        out.push_back({"R6455-4.1-23", "User-Agent says that it is a browser, and there is no Origin", true});
    for (const Defect& defect : request.defects) {
        if (defect.requirement == "R9112-2.2-4") continue;  // as above
        auto const row = std::ranges::find(rows, defect.requirement, &Row::of_server);
        // What is left is HTTP's, where a server may forgive and the client did no more than it should not have done.
        if (row == std::end(rows)) {
            out.push_back({"R6455-4.1-15", defect.what, defect.tolerable});
        } else {
            out.push_back({std::string(row->of_client), defect.what, false});
        }
    }
    for (const Extension& offer : request.extensions) {
        if (offer.name != permessage_deflate) continue;
        if (auto const wrong = check_deflate_offer(offer)) out.push_back({"R6455-4.1-27", wrong->what, false});
    }
    return out;
}

bool CheckedResponse::opens() const {
    return head.status == 101 && std::ranges::none_of(defects, [](const Defect& defect) { return !defect.tolerable; });
}

std::optional<CheckedResponse> check_response(std::string_view octets, const CheckedRequest& request) {
    auto head = parse_response_head(octets);
    if (!head) return std::nullopt;
    CheckedResponse response;
    response.head = std::move(*head);
    const auto& fields = response.head.fields;
    auto const defect = [&](std::string requirement, std::string what, bool tolerable = false) {
        response.defects.push_back({std::move(requirement), std::move(what), tolerable});
    };
    if (response.head.status != 101) {
        // 4.4: who refuses a version says which ones would do.
        if (request.wrong_version && !fields.has_token("Sec-WebSocket-Version", "13"))
            defect("R6455-4.2.2-6",
                   "the refused version is answered without a Sec-WebSocket-Version field that lists 13");
        if (response.head.status == 426 && !fields.has_token("Upgrade", "websocket"))
            defect("R9110-7.8-6", "a 426 has no Upgrade field", true);
        return response;
    }
    response.defects = response.head.defects;
    if (response.head.version != "HTTP/1.1")
        defect("R6455-4.2.2-14", "the response is not HTTP/1.1 but " + response.head.version);
    // 4.1, the client's list of what makes it fail the connection, in its order.
    auto const upgrade = fields.list("Upgrade");
    if (upgrade.empty()) {
        defect("R6455-4.2.2-15", "there is no Upgrade field");
    } else if (!equal_ignoring_case(upgrade.front(), "websocket") || upgrade.size() > 1) {
        defect("R6455-4.2.2-15", "the Upgrade field is not websocket");
    }
    if (!fields.has_token("Connection", "upgrade"))
        defect("R6455-4.2.2-16", "the Connection field does not include Upgrade");
    auto const accepts = fields.all("Sec-WebSocket-Accept");
    if (accepts.empty()) {
        defect("R6455-4.2.2-17", "there is no Sec-WebSocket-Accept field");
    } else {
        if (accepts.size() > 1) defect("R6455-11.3.3-1", "there is more than one Sec-WebSocket-Accept field");
        if (!accept_fits(accepts.front(), request))
            defect("R6455-4.2.2-17",
                   "Sec-WebSocket-Accept is " + std::string(accepts.front()) + ", not " + accept_for(request.key));
    }
    auto const extension_lines = fields.all("Sec-WebSocket-Extensions");
    if (!extension_lines.empty()) {
        if (auto parsed = parse_extensions(extension_lines)) {
            response.extensions = std::move(*parsed);
            for (const auto& extension : response.extensions) {
                bool const offered = std::ranges::any_of(
                    request.extensions, [&](const Extension& offer) { return offer.name == extension.name; });
                // Of a list that breaks the grammar nobody can say more than which names stand there.
                bool const malformed =
                    request.extensions.empty() &&
                    std::ranges::any_of(request.head.fields.all("Sec-WebSocket-Extensions"),
                                        [&](std::string_view line) { return line.contains(extension.name); });
                // Where the RFC says nothing about case it compares as it stands; an extension name is such a place.
                bool const other_case = std::ranges::any_of(request.extensions, [&](const Extension& offer) {
                    return equal_ignoring_case(offer.name, extension.name);
                });
                if (other_case && extension.name == permessage_deflate) {
                    auto offers = request.extensions;
                    for (auto& offer : offers)
                        if (equal_ignoring_case(offer.name, extension.name)) offer.name = extension.name;
                    if (auto wrong = check_deflate_answer(extension, offers))
                        response.defects.push_back(std::move(*wrong));
                }
                if (!offered && malformed) {
                    defect("R6455-9.1-1", "the extension " + extension.name + " is taken from a malformed list");
                    if (extension.name == permessage_deflate)
                        if (auto wrong = check_deflate_answer(extension, {}))
                            response.defects.push_back(std::move(*wrong));
                } else if (!offered) {
                    defect(request.extensions.empty() ? "R6455-4.2.2-12" : "R6455-4.2.2-11",
                           "the extension " + extension.name + " was not offered" +
                               (other_case ? ", only in another case" : ""),
                           other_case);
                }
            }
            // Each would want RSV1 for itself.
            if (std::ranges::count(response.extensions, permessage_deflate, &Extension::name) > 1)
                defect("R7692-5-7", "permessage-deflate is agreed to more than once");
        } else {
            bool const empty = std::ranges::all_of(extension_lines, [](auto line) { return line.empty(); });
            defect(empty ? "R6455-4.2.2-13" : "R6455-9.1-1",
                   "Sec-WebSocket-Extensions is malformed: " + parsed.error().what);
        }
    }
    auto const protocols = fields.all("Sec-WebSocket-Protocol");
    if (!protocols.empty()) {
        response.subprotocol = protocols.front();
        if (protocols.size() > 1) defect("R6455-11.3.4-2", "there is more than one Sec-WebSocket-Protocol field");
        if (request.head.fields.count("Sec-WebSocket-Protocol") == 0) {
            defect("R6455-4.2.2-9", "a subprotocol is named although none was offered");
        } else if (!is_token(response.subprotocol)) {
            defect("R6455-4.2.2-10", "Sec-WebSocket-Protocol is not one token");
        } else if (std::ranges::find(request.subprotocols, response.subprotocol) == request.subprotocols.end()) {
            defect("R6455-4.2.2-8", "the subprotocol " + response.subprotocol + " was not offered");
        }
    }
    if (fields.count("Content-Length") != 0) defect("R9110-8.6-1", "a 101 has a Content-Length field");
    if (fields.count("Transfer-Encoding") != 0) defect("R9112-6.1-2", "a 101 has a Transfer-Encoding field");
    return response;
}

ClientDuty client_duty(const std::optional<CheckedResponse>& checked) {
    if (!checked || checked->head.status != 101) return ClientDuty::fail;
    if (checked->defects.empty()) return ClientDuty::open;
    // The numbered list of 4.1, the rules for its fields in 4.2.2 and 11.3, and RFC 7692 section 7. Left out: what is
    // HTTP's (RFC 9112 section 2.2 lets a recipient take a bare LF, 6.3 makes it ignore Content-Length), and the empty
    // value, which names nothing.
    constexpr std::string_view deadly[] = {"R6455-4.2.2-8",  "R6455-4.2.2-9",  "R6455-4.2.2-10",
                                           "R6455-4.2.2-11", "R6455-4.2.2-12", "R6455-4.2.2-15",
                                           "R6455-4.2.2-16", "R6455-4.2.2-17", "R6455-9.1-1"};
    const auto& fields = checked->head.fields;
    auto const protocols = fields.all("Sec-WebSocket-Protocol");
    bool const names_nothing = !protocols.empty() && std::ranges::all_of(protocols, &std::string_view::empty);
    auto const accepts = fields.all("Sec-WebSocket-Accept");
    for (const Defect& defect : checked->defects) {
        if (defect.tolerable) continue;
        if (names_nothing && defect.requirement == "R6455-4.2.2-9") continue;
        // Section 7, and 9.1 of RFC 6455, have the server not take an offer that is malformed. What the client has
        // meant by it, and so whether this is an answer to that, is known to the client alone. (A list in the answer
        // that is malformed leaves no extensions.)
        if (defect.requirement == "R6455-9.1-1" && !checked->extensions.empty()) continue;
        if (defect.requirement == "R7692-7-1" || defect.requirement == "R7692-7-2" || defect.requirement == "R7692-7-3")
            continue;
        if (std::ranges::find(deadly, defect.requirement) != std::end(deadly)) return ClientDuty::fail;
        // RFC 7692 section 7.1.1.1 and 7.1.2.1 bind the server to confirm what was asked of it. Whether a client can do
        // without is known to the client alone.
        if (defect.requirement == "R7692-7.1.1.1-2" || defect.requirement == "R7692-7.1.2.1-4") continue;
        auto const* broken = find_requirement(defect.requirement);
        if (broken != nullptr && broken->rfc == "7692") return ClientDuty::fail;
        // Joined to a list, or taken by either end: one reading of two values is the wrong one.
        bool const differ =
            std::ranges::any_of(accepts, [&](std::string_view accept) { return accept != accepts.front(); });
        if (defect.requirement == "R6455-11.3.3-1" && differ) return ClientDuty::fail;
        bool const others =
            std::ranges::any_of(protocols, [&](std::string_view name) { return name != protocols.front(); });
        if (defect.requirement == "R6455-11.3.4-2" && others) return ClientDuty::fail;
    }
    return ClientDuty::judge;
}

}  // namespace wsspec
