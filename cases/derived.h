// Derived cases: every positive flow of the catalogue with one thing changed. A flow is a case whose script passes only
// by legal behaviour, found by rule and not by a list; what a target may do about the changed one is left to the
// forecast alone. Their ids name both, "1.1.2/rsv1", and stand apart from the hand-written numbers: they come and go
// with the flows.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cases/case.h"

namespace wsspec {

/// A way to change a flow.
struct Mutation {
    std::string_view name;  ///< "rsv1"
    std::string_view what;  ///< What the tester does: "Flip RSV1 of the last frame".
};
std::span<const Mutation> mutations();

/// A script of one connection, whose request is legal and whose frames are too, of 4096 octets at most. What is cut by
/// TCP (HalfClose, Abort), what is about TLS, repeats, octets as they are and round trips are not for it.
bool is_flow(const Case& one);

/// What can be made of a flow, in the order of mutations(); nothing of a case that is none. Only flows of up to 1024
/// octets are sent octet by octet.
std::vector<Case> derive(const Case& flow);

/// Of the whole catalogue. Of flows that send the same frames in the same steps the first one counts. Made when first
/// asked for.
std::span<const Case> derived_cases();

/// "1.1.2/rsv1": not a hand-written id.
bool is_derived(std::string_view id);

/// The derived case with this id, or nullptr.
const Case* find_derived(std::string_view id);

}  // namespace wsspec
