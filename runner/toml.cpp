#include "runner/toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstddef>
#include <sstream>

#include "reference/octets.h"

namespace wsspec {

std::expected<std::string, std::string> json_of_toml(std::string_view text) {
    // Keys of keys are a recursion for each dot, which the library does not bound.
    constexpr std::ptrdiff_t most_dots = 128;
    std::size_t number = 0;
    for (auto rest = text; !rest.empty();) {
        auto const line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        ++number;
        if (std::ranges::count(line, '.') > most_dots)
            return std::unexpected("line " + std::to_string(number) + ": more than " + std::to_string(most_dots) +
                                   " dots");
    }
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
