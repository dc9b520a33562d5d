// Manual pages, made of the option table.
#pragma once

#include <map>
#include <string>

#include "runner/option_table.h"

namespace wsspec {

/// File names ("wsspec.1", "wsspec-run.1") to pages for man(7). `version` stands at their foot.
std::map<std::string, std::string> manual_pages(const CommandEntry& program, const std::string& version);

}  // namespace wsspec
