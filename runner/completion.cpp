#include "runner/completion.h"

#include <algorithm>

namespace wsspec {

namespace {

enum class Completes { nothing, files, folders, choices };

Completes completes(const OptionEntry& option) {
    if (!option.choices.empty()) return Completes::choices;
    if (option.value == "DIR") return Completes::folders;
    // URLs, commands and numbers are the user's own.
    if (option.value == "FILE" || option.value == "PATH" || option.value == "OLD" ||
        (option.positional && option.value == "TEXT" && option.names.front().starts_with("file")))
        return Completes::files;
    return Completes::nothing;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : between) + word;
    return out;
}

/// In single quotes, for all three shells: they differ in nothing that stands in our help.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (char const c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::vector<std::string> names_of(const std::vector<CommandEntry>& commands) {
    std::vector<std::string> out;
    for (const auto& command : commands) out.push_back(command.name);
    return out;
}

std::vector<std::string> option_names(const CommandEntry& command) {
    std::vector<std::string> out;
    for (const auto& option : command.options)
        if (!option.positional) out.insert(out.end(), option.names.begin(), option.names.end());
    return out;
}

}  // namespace

std::string bash_completion(const CommandEntry& program) {
    std::string const function = "_" + program.name;
    std::string out = "# bash completion for " + program.name + "\n\n" + function + "() {\n" +
                      "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                      "    COMPREPLY=()\n"
                      "    if ((COMP_CWORD == 1)); then\n"
                      "        mapfile -t COMPREPLY < <(compgen -W " +
                      quoted(joined(names_of(program.commands), " ") + " " + joined(option_names(program), " ")) +
                      " -- \"$word\")\n        return\n    fi\n    case ${COMP_WORDS[1]} in\n";
    for (const auto& command : program.commands) {
        out += "        " + command.name + ")\n            case $before in\n";
        bool positional_files = false;
        for (const auto& option : command.options) {
            if (option.positional) {
                positional_files = positional_files || completes(option) == Completes::files;
                continue;
            }
            if (option.value.empty()) continue;
            out += "                " + joined(option.names, " | ") + ")\n                    ";
            switch (completes(option)) {
                case Completes::files:
                    out += "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n                    ";
                    break;
                case Completes::folders:
                    out += "mapfile -t COMPREPLY < <(compgen -d -- \"$word\")\n                    ";
                    break;
                case Completes::choices:
                    out += "mapfile -t COMPREPLY < <(compgen -W " + quoted(joined(option.choices, " ")) +
                           " -- \"$word\")\n                    ";
                    break;
                case Completes::nothing:
                    break;
            }
            out += "return\n                    ;;\n";
        }
        out += "            esac\n            mapfile -t COMPREPLY < <(compgen" +
               std::string(positional_files ? " -f" : "") + " -W " + quoted(joined(option_names(command), " ")) +
               " -- \"$word\")\n            ;;\n";
    }
    return out + "    esac\n}\ncomplete -o filenames -F " + function + " " + program.name + "\n";
}

namespace {

/// Signs that _arguments and _describe read as their own.
std::string for_zsh(std::string text) {
    std::string out;
    for (char const c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh_action(const OptionEntry& option) {
    switch (completes(option)) {
        case Completes::files:
            return "_files";
        case Completes::folders:
            return "_files -/";
        case Completes::choices:
            return "(" + joined(option.choices, " ") + ")";
        case Completes::nothing:
            break;
    }
    return "";
}

std::string zsh_arguments(const CommandEntry& command, const std::string& indent) {
    std::string out = "_arguments -s";
    for (const auto& option : command.options) {
        if (option.positional) {
            out += " \\\n" + indent + quoted("*:" + for_zsh(option.names.front()) + ":" + zsh_action(option));
            continue;
        }
        for (const auto& name : option.names) {
            std::string spec = "*" + name + "[" + for_zsh(option.help) + "]";
            if (!option.value.empty()) spec += ":" + for_zsh(option.value) + ":" + zsh_action(option);
            out += " \\\n" + indent + quoted(spec);
        }
    }
    return out + "\n";
}

}  // namespace

std::string zsh_completion(const CommandEntry& program) {
    std::string out = "#compdef " + program.name + "\n\nlocal -a commands=(\n";
    for (const auto& command : program.commands)
        out += "    " + quoted(command.name + ":" + for_zsh(command.help)) + "\n";
    out +=
        ")\nif ((CURRENT == 2)); then\n    _describe command commands\n    return\nfi\nlocal command=$words[2]\n"
        "shift words\n((CURRENT--))\ncase $command in\n";
    for (const auto& command : program.commands)
        out += "    " + command.name + ")\n        " + zsh_arguments(command, "            ") + "        ;;\n";
    return out + "esac\n";
}

std::string fish_completion(const CommandEntry& program) {
    std::string const complete = "complete -c " + program.name + " ";
    std::string out = "# fish completion for " + program.name + "\n" + complete + "-f\n";
    for (const auto& command : program.commands)
        out += complete + "-n __fish_use_subcommand -a " + command.name + " -d " + quoted(command.help) + "\n";
    for (const auto& command : program.commands) {
        std::string const here = complete + "-n '__fish_seen_subcommand_from " + command.name + "' ";
        for (const auto& option : command.options) {
            std::string line = here;
            if (option.positional) {
                if (completes(option) != Completes::files) continue;
                out += line + "-F\n";
                continue;
            }
            for (const auto& name : option.names)
                line += name.starts_with("--") ? "-l " + name.substr(2) + " " : "-s " + name.substr(1) + " ";
            if (!option.value.empty()) {
                line += "-r ";
                if (completes(option) == Completes::files) line += "-F ";
                if (completes(option) == Completes::folders) line += "-a '(__fish_complete_directories)' ";
                if (completes(option) == Completes::choices) line += "-a " + quoted(joined(option.choices, " ")) + " ";
            }
            out += line + "-d " + quoted(option.help) + "\n";
        }
    }
    return out;
}

}  // namespace wsspec
