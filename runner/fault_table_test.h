// The table fault -> cases that caught it, for `./dev prove`: a line for each fault, its cells parted by tabs, appended
// to the file that WSSPEC_FAULT_TABLE names.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "reports/run.h"
#include "runner/faults.h"

namespace wsspec::test {

/// "6.4.1 fail R6455-8.1-1; "
inline std::string cell(const CaseResult& result) {
    return result.id + " " + std::string(to_string(result.verdict)) + " " + result.requirement + "; ";
}

/// `role`: of the faulty peer. `cells`: cell() of each case that caught it.
inline void note_in_fault_table(std::string_view role, const Fault& fault, std::string cells) {
    const char* const path = std::getenv("WSSPEC_FAULT_TABLE");
    if (path == nullptr) return;
    std::string line;
    for (std::string_view const part : {role, fault.name, fault.requirement, fault.what, std::string_view(cells)})
        line += (line.empty() ? "" : "\t") + std::string(part);
    line += '\n';
    if (std::FILE* file = std::fopen(path, "a")) {
        std::fputs(line.c_str(), file);
        std::fclose(file);
    }
}

}  // namespace wsspec::test
