#include "runner/option_table.h"

#include <CLI/CLI.hpp>

namespace wsspec {

namespace {

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> out(1);
    for (char const c : text) {
        if (c == at) {
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

OptionEntry entry(const CLI::Option& option) {
    OptionEntry out;
    out.positional = option.nonpositional() == false;
    out.required = option.get_required();
    out.help = option.get_description();
    if (out.positional) {
        out.names = {option.get_name(true)};
    } else {
        for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
        for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
    }
    if (option.get_items_expected_max() > 0 && option.get_type_size_max() > 0) {
        out.value = option.get_type_name();
        if (out.value.find('|') != std::string::npos) out.choices = split(out.value, '|');
    }
    return out;
}

}  // namespace

CommandEntry option_table(const CLI::App& app) {
    CommandEntry out{.name = app.get_name(), .help = app.get_description(), .notes = app.get_footer()};
    for (const CLI::Option* option : app.get_options())
        if (!option->get_group().empty()) out.options.push_back(entry(*option));
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        if (!command->get_group().empty()) out.commands.push_back(option_table(*command));
    return out;
}

}  // namespace wsspec
