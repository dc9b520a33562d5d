// What CLI11 lets pass and nobody means.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

namespace wsspec {

/// Seconds from 0.1 to `most`. CLI::Range would let "nan" pass, which compares with nothing.
CLI::Validator seconds_up_to(double most);

/// CLI11 takes "-1" for the largest number there is, and what is larger for that, too.
CLI::Validator whole_number();

/// Of all options of `app` and its subcommands. An empty value is a variable of a shell that was never set: what it was
/// for must not be left out in silence.
void refuse_empty_values(CLI::App& app);

/// The first argument is to be a subcommand, and is none: what to say. CLI11 would complain that there is none.
std::optional<std::string> unknown_command(const CLI::App& app, int argc, const char* const* argv);

}  // namespace wsspec
