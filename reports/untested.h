// Why a statement has no case: each that could be seen on the wire has a case or stands here with its reason.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "reference/requirements.h"

namespace wsspec {

struct Untested {
    std::string_view requirement;
    std::string_view reason;  ///< A clause that a reader can check: not "not yet".
};
std::span<const Untested> untested();

/// Of a statement without a case; nothing if there is no reason why it has none. What shows nowhere on the wire, and
/// what needs another protocol than this program speaks, needs no row of its own.
std::optional<std::string_view> reason_without_case(const Requirement& statement);

/// Could a peer be seen to keep or to break it, by what this program speaks? RFC 8441 and RFC 9220 are about HTTP/2 and
/// HTTP/3.
bool is_testable(const Requirement& statement);

}  // namespace wsspec
