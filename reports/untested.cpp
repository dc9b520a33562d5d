#include "reports/untested.h"

#include <algorithm>

namespace wsspec {

namespace {

constexpr std::string_view intermediary = "binds intermediaries, which stand between two endpoints; a run talks to one";

constexpr std::string_view several =
    "several processes may come under one name: that two openings are under way at once breaks nothing that we can see";
constexpr std::string_view proxy = "needs a proxy between the client and us, and a client that is told to use it";
constexpr std::string_view again =
    "whether and when a client connects again is its application's doing, and each case is one connection";
constexpr std::string_view inside = "is about what the client lets its application do, which no frame shows";

constexpr Untested rows[] = {
    {"R6455-4.2-1", "a permission that does not show: from outside, several machines are one server"},
    {"R6455-5.4-9", intermediary},
    {"R6455-5.4-14", intermediary},
    {"R6455-5.4-15", intermediary},
    {"R6455-5.4-16", intermediary},
    {"R6455-5.4-17", intermediary},
    {"R6455-9.1-6", "says what the order means; a server is free to agree to any offer, so no answer breaks it"},
    {"R6455-9.1-7", "needs two extensions at once, and only permessage-deflate has a specification"},
    {"R6455-11.3.2-2", "withdrawn by the verified erratum 3433: several fields are allowed"},
    {"R6455-11.3.5-3",
     "says what the field is for; a 101 that has it means nothing else, and clients ignore it (8.11)"},
    {"R7692-7.2.1-7", "the distance codes of RFC 1951 end at 32768, so nothing longer can be written"},

    // What binds clients alone.
    {"R6455-3-7", "a permission that needs port 80 or 443, which are not ours to listen at"},
    {"R6455-4.1-5", several},
    {"R6455-4.1-6", several},
    {"R6455-4.1-7", proxy},
    {"R6455-4.1-41", several},
    {"R6455-4.3-6", "shows only at a client that tries again with another version, and none has to (section 4.4)"},
    {"R6455-7.1.4-1", inside},
    {"R6455-7.2.3-1", again},
    {"R6455-7.2.3-2", again},
    {"R6455-7.2.3-3", again},
    {"R6455-7.2.3-4", again},
    {"R6455-7.4.1-10",
     "which extensions a client cannot do without is known to its application alone; 8.13 looks that it fails"},
    {"R6455-7.4.1-11", "which extensions a client cannot do without is known to its application alone"},
    {"R6455-10.3-2", inside},
    {"R6455-10.6-3", "which algorithms count as strong is no matter of RFC 6455, and changes"},
    {"R7692-5.1-1",
     "which parameters a client cannot work with is known to it alone; that it fails where none may, 8.13 checks"},
    {"R7692-7-8",
     "which parameters a client cannot work with is known to it alone; that it fails where none may, 8.13 checks"},
    {"R9110-7.8-11", "frames inside of a request make another request of it, which asks for no case"},
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
