// Group 8 comes in several files; this header is theirs alone. Here are the parts, and what a server may do about a
// request, named after the words of the RFCs.
#pragma once

#include <string_view>
#include <vector>

#include "cases/case.h"

namespace wsspec::opening {

std::vector<Case> success();          // 8.1
std::vector<Case> request_line();     // 8.2
std::vector<Case> fields();           // 8.3 to 8.7
std::vector<Case> limits();           // 8.8
std::vector<Case> client_requests();  // 8.10, of clients
std::vector<Case> client_answers();   // 8.11 to 8.15, to clients
std::vector<Case> client_urls();      // 8.16, given to clients
std::vector<Case> request_details();  // 8.17
std::vector<Case> answer_details();   // 8.18, to clients

/// A family of requests that differ in one value.
struct Row {
    std::string_view id;
    std::string_view title;
    std::string_view value;
};

/// RFC 6455, 4.2.1: a handshake that is not as described is answered with a fitting HTTP error. Hanging up without an
/// answer is against 10.7 (SHOULD) only.
Step must_refuse();
/// As must_refuse(), where HTTP names the status 400.
Step must_answer_400();
/// RFC 6455, 4.4: a version that the server does not speak. That the answer names those it speaks is judged always.
Step must_refuse_version();
/// The request is no WebSocket handshake, so that HTTP alone decides: any final status but 101.
Step must_not_switch();
/// As must_refuse(), where a server that opens all the same has a sentence of the RFCs on its side.
Step should_refuse();
/// A legal request that a server may still stumble over without breaking RFC 6455.
Step should_open();
/// Both answers are right.
Step may_open_or_refuse();
/// The RFCs leave it open; the answer is worth knowing.
Step reports_answer();

}  // namespace wsspec::opening
