// The commands and options of the program as plain values: what its manual pages and completions are made of.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace wsspec {

struct OptionEntry {
    std::vector<std::string> names = {};  ///< "--jobs", "-j"; of a positional one its name alone.
    bool positional = false;
    bool required = false;
    std::string value = {};                 ///< What it takes: "FILE"; empty for a flag.
    std::vector<std::string> choices = {};  ///< If `value` lists them: "quick|standard|full".
    std::string help = {};
};

struct CommandEntry {
    std::string name;
    std::string help = {};
    std::string notes = {};  ///< What `--help` says behind the options; lines are broken, paragraphs apart.
    std::vector<OptionEntry> options = {};
    std::vector<CommandEntry> commands = {};
};

/// What is hidden from `--help` is left out.
CommandEntry option_table(const CLI::App& app);

}  // namespace wsspec
