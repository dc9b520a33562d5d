// What a fuzzer has against a target, in a form that can be compared: is this the same failure again?
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cases/script.h"
#include "runner/player.h"

namespace wsspec {

struct Breach {
    Grade grade = Grade::fail;
    std::string requirement = {};
    std::string kind = {};  ///< `what` without the numbers that differ from script to script.
    std::string what = {};  ///< As in Finding.
    /// Octets of the target's stream behind the opening handshake up to where it shows.
    std::optional<std::uint64_t> offset = {};

    bool is_like(const Breach& other) const { return requirement == other.requirement && kind == other.kind; }
};

/// The worst of what the target did; nothing if all of it is allowed, or nothing was learnt. `strict`: non-strict
/// counts, too.
std::optional<Breach> breach_of(const Played& played, bool strict);

/// The target's process ended, or answers nobody any more. `how`: "was killed by signal 11 (Segmentation fault)".
Breach breach_of_death(const std::string& how);

/// What kind of steps and frames a script has, without payloads: two failures of one kind that need the same are one.
std::string shape_of(const Script& script);

/// The statement under which a failure is filed that breaks no particular one: an echo that is lost or changed.
std::string presumed_requirement(const Script& script);

}  // namespace wsspec
