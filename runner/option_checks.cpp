#include "runner/option_checks.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <string_view>

#include "reference/octets.h"

namespace wsspec {

namespace {

template <class Number>
std::optional<Number> all_of_it(std::string_view text) {
    Number value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

CLI::Validator seconds_up_to(double most) {
    return {[most](const std::string& text) {
                auto const seconds = all_of_it<double>(text);
                return seconds && *seconds >= 0.1 && *seconds <= most
                           ? std::string()
                           : fmt::format("wants seconds from 0.1 to {}, not \"{}\"", most, printable(text, 40));
            },
            ""};
}

CLI::Validator whole_number() {
    return {[](const std::string& text) {
                return all_of_it<std::uint64_t>(text)
                           ? std::string()
                           : "wants a whole number below 2^64, not \"" + printable(text, 40) + "\"";
            },
            ""};
}

void refuse_empty_values(CLI::App& app) {
    CLI::Validator const given([](const std::string& text) { return std::string(text.empty() ? "is empty" : ""); }, "");
    for (auto* option : app.get_options([](const CLI::Option* each) { return each->get_items_expected_max() > 0; }))
        option->check(given);
    for (auto* command : app.get_subcommands([](const CLI::App*) { return true; })) refuse_empty_values(*command);
}

std::optional<std::string> unknown_command(const CLI::App& app, int argc, const char* const* argv) {
    if (argc < 2 || *argv[1] == '-' || *argv[1] == '\0') return std::nullopt;
    std::string known;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (command->get_name() == argv[1]) return std::nullopt;
        if (!command->get_group().empty()) known += (known.empty() ? "" : ", ") + command->get_name();
    }
    return "\"" + printable(argv[1], 40) + "\" is no subcommand; there are " + known + " (wsspec --help)";
}

}  // namespace wsspec
