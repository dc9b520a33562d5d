// Group 8: the opening handshake, as servers and as clients see it (RFC 6455 section 4; HTTP by RFC 9110 and
// 9112).
#include "cases/08_opening_handshake.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {

namespace opening {

namespace {

/// The statuses that can be called "an appropriate error code" (4.2.1) for a request that the client got wrong.
Outcome refuses_with_client_error() {
    return refuses({400, 401, 403, 404, 405, 406, 411, 412, 417, 422, 426, 428, 431});
}

}  // namespace

Step must_refuse() {
    return expect({refuses_with_client_error(), refuses_with_any_status().non_strict(), drops().non_strict()});
}

Step must_answer_400() { return expect({refuses(400), refuses_with_any_status().non_strict(), drops().non_strict()}); }

Step must_refuse_version() {
    return expect({refuses({426, 400}), refuses_with_any_status().non_strict(), drops().non_strict()});
}

Step must_not_switch() { return expect({refuses_with_any_status(), drops().non_strict()}); }

Step should_refuse() {
    return expect({refuses_with_client_error(), refuses_with_any_status().non_strict(), drops().non_strict(),
                   opens().non_strict()});
}

Step should_open() { return expect({opens(), refuses_with_any_status().non_strict(), drops().non_strict()}); }

Step may_open_or_refuse() { return expect({opens(), refuses_with_any_status(), drops().non_strict()}); }

Step reports_answer() {
    return expect({opens().informational(), refuses_with_any_status().informational(), drops().non_strict()});
}

namespace {

std::vector<Case> origins() {
    // No Origin at all is every other case of this group.
    static const Row rows[] = {
        {"8.9.1", "Request with the Origin null", "null"},  // sandboxed frames and file: pages
        {"8.9.2", "Request with the origin of the target itself", "http://{host}"},
        {"8.9.3", "Request with a foreign origin", "http://evil.example"},                 // cross-site hijacking
        {"8.9.4", "Request with an empty Origin", ""},                                     // "absent" in careless code
        {"8.9.5", "Request with an Origin that is not UTF-8", "http://\xff\xfe.example"},  // Granian: crash
    };
    std::vector<Case> cases;
    for (const Row& row : rows)
        cases.push_back({.id = std::string(row.id),
                         .title = std::string(row.title),
                         .target = Target::server,
                         .covers = {"R6455-4.2.2-4", "R6455-10.2-1"},
                         .script = {open(Handshake{}.add("Origin", row.value)), reports_answer()},
                         .note = "Which origins are welcome is the server's business, so either answer is reported."});
    return cases;
}

std::vector<Case> policy() {
    std::vector<Case> cases = origins();
    std::vector<Case> more = {
        {.id = "8.9.6",
         .title = "Request with two Origin lines that differ",
         .target = Target::server,
         .covers = {"R6455-4.2.2-4", "R9110-5.3-1"},
         .script = {open(Handshake{}.add("Origin", "http://{host}").add("Origin", "http://evil.example")),
                    reports_answer()},
         .note = "A server that checks one of the lines and hands the other on can be deceived."},
        {.id = "8.9.7",
         .title = "Request with an Origin of 8 KiB",
         .target = Target::server,
         .covers = {"R6455-4.2.2-4", "R6455-10.1-1"},
         .script = {open(Handshake{}.add("Origin", "http://" + std::string(8192, 'a'))), reports_answer()}},
        {.id = "8.9.8",
         .title = "Request for a resource that is not there",
         .target = Target::server,
         .covers = {"R6455-4.2.2-7"},
         .script = {open(Handshake{}.with_target("/wsspec-no-such-resource")),
                    expect({refuses_with_any_status(), opens().informational(), drops().non_strict()})},
         .note = "A server with a single service may give it at every path."},
        {.id = "8.9.9",
         .title = "Plain request that carries a Sec-WebSocket-Key but asks for no upgrade",
         .target = Target::server,
         .covers = {"R6455-4.2.1-6", "R6455-4.2.1-7"},
         .script = {open(Handshake{}.drop("Upgrade").drop("Connection")), must_not_switch()}},
        {.id = "8.9.10",
         .title = "Plain request without any WebSocket field",
         .target = Target::server,
         .covers = {"R6455-4.2.1-6", "R6455-4.2.1-7"},
         .script = {open(Handshake{}
                             .drop("Upgrade")
                             .drop("Connection")
                             .drop("Sec-WebSocket-Key")
                             .drop("Sec-WebSocket-Version")),
                    must_not_switch()}},
        {.id = "8.9.11",
         .title = "Request with a foreign origin, and look at how it is refused, if it is",
         .target = Target::server,
         .covers = {"R6455-10.2-2", "R6455-4.2.2-5"},
         .script = {open(Handshake{}.add("Origin", "https://evil.example")),
                    expect({opens().informational(), refuses(403), refuses_with_any_status().non_strict(),
                            drops().non_strict()})},
         .note = "Whether it is refused is the server's business (8.9.3); how, is said by section 10.2."},
        {.id = "8.9.12",
         .title = "Request for a path below /.well-known/",
         .target = Target::server,
         .covers = {"R8307-1-1"},
         .script = {open(Handshake{}.with_target("/.well-known/wsspec-no-such-name")), may_open_or_refuse()},
         .note = "An HTTP server may have a handler of its own there, which has to answer as at any other path."},
        {.id = "8.9.13",
         .title = "Request with a field of its own whose value is not ASCII",
         .target = Target::server,
         .covers = {"R6455-4.2.1-12"},
         .script = {open(Handshake{}.add("X-Name", "caf\xe9 \xc3\xa9")),
                    expect({opens(), refuses(400).non_strict(), refuses_with_any_status().non_strict(),
                            drops().non_strict()})},
         .note = "RFC 9110 section 5.5 has such octets treated as opaque data (SHOULD)."},
    };
    std::ranges::move(more, std::back_inserter(cases));
    return cases;
}

}  // namespace

}  // namespace opening

Group opening_handshake() {
    Group group{.number = "8", .title = "Opening handshake", .cases = {}};
    for (auto part : {opening::success, opening::request_line, opening::fields, opening::limits, opening::policy,
                      opening::client_requests, opening::client_answers, opening::client_urls, opening::request_details,
                      opening::answer_details})
        std::ranges::move(part(), std::back_inserter(group.cases));
    return group;
}

}  // namespace wsspec
