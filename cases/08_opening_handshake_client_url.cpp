// Group 8, what clients make of the URL that they are given: connect where it says (RFC 6455 section 4.1), ask for what
// it names (section 3), write it in ASCII (section 11.1.1), and refuse what is none.
#include <string>

#include "cases/08_opening_handshake.h"

namespace wsspec::opening {

namespace {

using Request = GivenUrl::Request;

/// Behind scheme and place.
std::string here(std::string_view rest) { return "{ws}://{host}:{port}" + std::string(rest); }

GivenUrl::Request open_question(std::string_view target, std::string_view why) {
    return {.target = std::string(target), .grade = Grade::informational, .why = std::string(why)};
}

Case given(std::string_view id, std::string_view title, std::vector<std::string> covers, GivenUrl url,
           std::string_view note = {}) {
    return {.id = std::string(id),
            .title = std::string(title),
            .target = Target::client,
            .covers = std::move(covers),
            .script = {open(), expect(opens())},
            .url = std::move(url),
            .note = std::string(note)};
}

Case over_tls(Case one) {
    one.needs = Need::tls;
    return one;
}

/// The URL names one resource, and no other.
Case named(std::string_view id, std::string_view title, std::vector<std::string> covers, std::string_view rest,
           std::string_view target, std::string_view note = {}) {
    return given(id, title, std::move(covers), {.written = here(rest), .requests = {{.target = std::string(target)}}},
                 note);
}

/// Section 4.1: what is no WebSocket URI is refused, before anything is sent.
Case invalid(std::string_view id, std::string_view title, std::string_view written, std::vector<Request> tolerated,
             std::string_view note = {}) {
    return given(id, title, {"R6455-4.1-4"},
                 {.written = std::string(written), .requests = std::move(tolerated), .stays_away = Grade::pass}, note);
}

constexpr std::string_view whatwg = "as the URL standard of browsers has it";

std::vector<Case> names() {
    return {
        given("8.16.1", "Give the client a URL with a port and a path",
              {"R6455-3-1", "R6455-4.1-14", "R6455-4.1-8", "R6455-4.1-17"},
              {.written = here("/chat"), .requests = {{"/chat"}}},
              "It has to connect there, and to ask at once. A client that comes for no other case of the run either is "
              "none that can be judged."),
        named("8.16.2", "Give the client a URL without a path", {"R6455-3-3"}, "", "/"),
        named("8.16.3", "Give the client a URL without a path, and a query", {"R6455-3-3", "R6455-3-4"}, "?room=1",
              "/?room=1"),
        named("8.16.4", "Give the client a URL without a path, and a slash and an at sign in the query",
              {"R6455-3-4", "R6455-3-3", "R6455-3-1"}, "?room=a/b@c:1", "/?room=a/b@c:1",
              "The host ends at the question mark (RFC 3986 section 3.2)."),
        named("8.16.5", "Give the client a path and a query with reserved and encoded characters", {"R6455-3-4"},
              "/caf%C3%A9/a%20b;v=1,2/x=y:z@w!$()*+?a=b&c=d%26e+f",
              "/caf%C3%A9/a%20b;v=1,2/x=y:z@w!$()*+?a=b&c=d%26e+f",
              "What is encoded and what is not differ (RFC 3986 section 2.2): both stay as they are."),
        named("8.16.6", "Give the client a query with question marks and slashes", {"R6455-3-4"}, "/chat?a=b?c=/d?",
              "/chat?a=b?c=/d?", "RFC 3986 section 3.4 has both in queries."),
        given("8.16.7", "Give the client a URL with an empty query", {"R6455-3-4"},
              {.written = here("/chat?"),
               .requests = {{"/chat"},
                            open_question("/chat?", "the question mark stands for nothing, and harms nobody")}},
              "By the RFC the question mark belongs to a query that is not empty; browsers keep it."),
        named("8.16.8", "Give the client a path with empty segments", {"R6455-3-4"}, "//a//b/", "//a//b/",
              "They are segments like others (RFC 3986 section 3.3), and the first of them is no host."),
        given(
            "8.16.9", "Give the client a path with dot segments", {"R6455-3-4"},
            {.written = here("/a/./b/../c"),
             .requests = {{"/a/./b/../c"}, open_question("/a/c", "RFC 3986 section 6.2.2.3 takes both for the same")}}),
        named("8.16.10", "Give the client an at sign in the path, and another URL in the query",
              {"R6455-3-4", "R6455-3-1"}, "/@other.example:9/x?next=ws://me:secret@other.example:9/y",
              "/@other.example:9/x?next=ws://me:secret@other.example:9/y",
              "The host ends at the first slash; who looks further goes to another server."),
        given("8.16.11", "Give the client encoded control characters", {"R6455-3-4", "R6455-4.1-15"},
              {.written = here("/a%00b%0D%0AX-Injected:%20yes"),
               .requests = {{"/a%00b%0D%0AX-Injected:%20yes"}},
               .stays_away = Grade::informational,
               .why_away = "it may have a rule of its own against them"},
              "They stay encoded: decoded they would end the line, and begin another."),
        given(
            "8.16.12", "Give the client a URL with a fragment", {"R6455-3-5"},
            {.written = here("/chat#part"),
             .requests = {{"/chat"},
                          open_question("/chat%23part", "by section 3 a \"#\" that begins no fragment is written so")},
             .stays_away = Grade::pass},
            "Whether it refuses the URL or drops the fragment is left to the client: it must not reach the server."),
        named("8.16.13", "Give the client an encoded number sign", {"R6455-3-6"}, "/chat%23part?x=%23y",
              "/chat%23part?x=%23y", "Decoded it would begin a fragment."),
    };
}

std::vector<Case> schemes() {
    return {
        given(
            "8.16.14", "Give the client a scheme in capitals", {"R6455-3-2"},
            {.written = "{WS}://{host}:{port}/chat",
             .requests = {{"/chat"}},
             .stays_away = Grade::non_strict,
             .why_away = "RFC 3986 section 3.1 has schemes in both cases, and small letters as their canonical form"}),
        over_tls(given(
            "8.16.15", "Give the client the scheme \"wsS\"", {"R6455-3-2", "R6455-4.1-11"},
            {.written = "wsS://{host}:{port}/chat",
             .requests = {{"/chat"}},
             .stays_away = Grade::non_strict,
             .why_away = "RFC 3986 section 3.1 has schemes in both cases, and small letters as their canonical form"},
            "The scheme is compared without regard to case: without TLS, secrets go out in clear.")),
        over_tls(given("8.16.16", "Give the client a URL that says wss", {"R6455-4.1-11"},
                       {.written = here("/chat"), .requests = {{"/chat"}}},
                       "TLS comes before the first octet of the opening handshake.")),
    };
}

std::vector<Case> invalid_ones() {
    return {
        invalid("8.16.17", "Give the client a port above 65535", "{ws}://{host}:{port+65536}/chat", {},
                "Its lower 16 bits are a port that we listen on."),
        invalid("8.16.18", "Give the client a port with a letter behind the digits", "{ws}://{host}:{port}x/chat", {}),
        invalid("8.16.19", "Give the client a path with a blank", here("/a b"),
                {open_question("/a%20b", "encoded, " + std::string(whatwg))}),
        invalid("8.16.20", "Give the client a path with CR LF and a field", here("/a\r\nX-Injected:yes"),
                {open_question("/a%0D%0AX-Injected:yes", "encoded, the line end does no harm"),
                 open_question("/aX-Injected:yes", "without the line end, " + std::string(whatwg))},
                "Sent as it is, it would be a field of the request."),
        invalid("8.16.21", "Give the client a query with LF and a field", here("/a?b\nX-Injected:yes"),
                {open_question("/a?b%0AX-Injected:yes", "encoded, the line end does no harm"),
                 open_question("/a?bX-Injected:yes", "without the line end, " + std::string(whatwg))},
                "Many recipients take LF alone for a line end (RFC 9112 section 2.2)."),
        invalid("8.16.22", "Give the client a path with a backslash", here("/a\\b"),
                {open_question("/a%5Cb", "encoded, it does no harm"),
                 open_question("/a/b", "for a slash, " + std::string(whatwg)),
                 open_question("/a\\b", "it is no URI, and nobody takes it for another")}),
        invalid("8.16.23", "Give the client a percent sign without two hex digits", here("/100%/%zz"),
                {open_question("/100%/%zz", "as it is, " + std::string(whatwg)),
                 open_question("/100%25/%25zz", "encoded, it means what it says")}),
        [] {
            auto one = invalid("8.16.24", "Give the client a URL with user and password",
                               "{ws}://user:password@{host}:{port}/chat",
                               {open_question("/chat", "without them in its target and Host; " + std::string(whatwg))},
                               "Section 3 has no place for them. Where a client takes them, they are for the field "
                               "Authorization, and for nothing else.");
            one.covers.emplace_back("R9112-3.2-2");
            return one;
        }(),
    };
}

std::vector<Case> beyond_ascii() {
    constexpr std::string_view only_uris =
        "RFC 3986 has ASCII alone: an interface that takes URIs, and no IRIs, refuses others";
    GivenUrl const url = {
        .written = here("/\u00fc?\u00f6=\u00df"),
        .requests = {{"/%C3%BC?%C3%B6=%C3%9F"},
                     open_question("/%C3%83%C2%BC?%C3%83%C2%B6=%C3%83%C2%9F",
                                   "the program that has the client took its argument for ISO 8859-1")},
        .stays_away = Grade::informational,
        .why_away = std::string(only_uris)};
    return {
        given("8.16.25", "Give the client a path and a query beyond ASCII", {"R6455-11.1.1-2"}, url,
              "The URL is given in UTF-8; a program that reads its arguments in another encoding has to be told so."),
        over_tls(given("8.16.26", "Give the client a wss URL with a path and a query beyond ASCII", {"R6455-11.1.2-1"},
                       url, "As in 8.16.25.")),
        given("8.16.27", "Give the client \"localhost\" with a letter beyond ASCII", {"R6455-11.1.1-1"},
              {.written = "{ws}://\uff4cocalhost:{port}/chat",
               .requests = {{"/chat"}},
               .stays_away = Grade::informational,
               .why_away = "IDNA 2008 has no such letter, and what is mapped to what is left to the client (RFC 5895)",
               .host = "localhost"},
              "The wide \"l\" becomes the plain one (RFC 3987 section 3.1 by way of RFC 3491; Unicode TS 46)."),
    };
}

}  // namespace

std::vector<Case> client_urls() {
    std::vector<Case> cases;
    for (auto part : {names, schemes, invalid_ones, beyond_ascii})
        for (auto& one : part()) cases.push_back(std::move(one));
    return cases;
}

}  // namespace wsspec::opening
