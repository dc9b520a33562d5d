// Parsers with one bug each, modelled on bugs that were found in real ones: what the harness has to find, so that a
// parser in which it finds nothing has shown something.
#pragma once

#include <span>
#include <string_view>

#include "fuzz/adapters/parser_check.h"

namespace wsspec {

struct PlantedBug {
    std::string_view name;
    std::string_view story;  ///< What is wrong, in one sentence.
    /// The statement that is overlooked, where the bug is to overlook one: the failure has to name it. Empty: the bug
    /// spoils what it touches, and which statement that breaks depends on the stream.
    std::string_view requirement = {};
};
std::span<const PlantedBug> planted_bugs();

/// A small parser of both roles that inflates, written apart from reference/; with this bug, or with none (nullptr).
wsspec_parser_adapter planted_parser(const PlantedBug* bug);

}  // namespace wsspec
