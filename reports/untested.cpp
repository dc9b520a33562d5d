#include "reports/untested.h"

#include <algorithm>

namespace wsspec {

namespace {

constexpr std::string_view permission =
    "a permission: no target can break it by what it sends, and whatever it does is "
    "judged by the statements around it";
constexpr std::string_view intermediary = "binds intermediaries, which stand between two endpoints; a run talks to one";
constexpr std::string_view setup = "depends on how the target is set up, which a run cannot know";

constexpr Untested rows[] = {
    {"R6455-4.2-1", "a permission that does not show: from outside, several machines are one server"},
    {"R6455-4.2.2-3", setup},
    {"R6455-5.4-9", intermediary},
    {"R6455-5.4-14", intermediary},
    {"R6455-5.4-15", intermediary},
    {"R6455-5.4-16", intermediary},
    {"R6455-5.4-17", intermediary},
    {"R6455-9.1-6", "says what the order means; a server is free to agree to any offer, so no answer breaks it"},
    {"R6455-9.1-7", "needs two extensions at once, and only permessage-deflate has a specification"},
    {"R6455-10.5-1", setup},
    {"R6455-10.7-2", permission},
    {"R6455-11.3.2-2", "withdrawn by the verified erratum 3433: several fields are allowed"},
    {"R6455-11.3.5-1", permission},
    {"R6455-11.3.5-3",
     "says what the field is for; a 101 that has it means nothing else, and clients ignore it (8.11)"},
    {"R7692-7.1.1.1-3", "a server that cannot do it declines, which shows as `unimplemented` and is no breach"},
    {"R7692-7.2.1-7", "the distance codes of RFC 1951 end at 32768, so nothing longer can be written"},
    {"R7692-7.3-1", "an agreed window may be as small as 256 octets (RFC 7692 section 7.1.2), so no answer breaks it"},
    {"R9110-7.8-2", permission},
};

}  // namespace

std::span<const Untested> untested() { return rows; }

bool is_testable(const Requirement& statement) {
    return statement.observable != Observable::nowhere && statement.rfc != "8441" && statement.rfc != "9220";
}

std::optional<std::string_view> reason_without_case(const Requirement& statement) {
    if (statement.observable == Observable::nowhere) return "not observable on the wire";
    if (statement.rfc == "8441") return "needs HTTP/2";
    if (statement.rfc == "9220") return "needs HTTP/3";
    auto const row = std::ranges::find(rows, statement.id, &Untested::requirement);
    if (row == std::end(rows)) return std::nullopt;
    return row->reason;
}

}  // namespace wsspec
