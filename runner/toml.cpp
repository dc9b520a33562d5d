#include "runner/toml.h"

#include <toml++/toml.h>

#include <sstream>

#include "reference/octets.h"

namespace wsspec {

std::expected<std::string, std::string> json_of_toml(std::string_view text) {
    try {
        toml::table const table = toml::parse(text);
        std::ostringstream out;
        out << toml::json_formatter{table};
        return out.str();
    } catch (const toml::parse_error& error) {
        return std::unexpected("line " + std::to_string(error.source().begin.line) + ", column " +
                               std::to_string(error.source().begin.column) + ": " +
                               printable(error.description(), 200));
    }
}

}  // namespace wsspec
