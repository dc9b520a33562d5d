// Validates XML with xmllint, which ./dev test installs.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace wsspec::test {

struct XmlChecked {
    bool valid = false;
    std::string output;
};

/// `schema`: path of the XSD, from the project's top folder.
inline XmlChecked checked_by_xsd(const std::string& xml, const std::string& schema) {
    auto const path = std::filesystem::temp_directory_path() / ("wsspec-xml-" + std::to_string(::getpid()) + ".xml");
    std::ofstream(path, std::ios::binary) << xml;
    // --huge: without it a long text alone is an error.
    std::string const command = "xmllint --nonet --huge --noout --schema " + schema + " '" + path.string() + "' 2>&1";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return {false, "cannot run xmllint"};
    XmlChecked checked;
    char buffer[4096];
    for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) != 0;)
        checked.output.append(buffer, got);
    int const status = ::pclose(pipe);
    checked.valid = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    std::filesystem::remove(path);
    return checked;
}

}  // namespace wsspec::test
