// Completions for shells, made of the option table.
#pragma once

#include <string>

#include "runner/option_table.h"

namespace wsspec {

std::string bash_completion(const CommandEntry& program);
std::string zsh_completion(const CommandEntry& program);
std::string fish_completion(const CommandEntry& program);

}  // namespace wsspec
