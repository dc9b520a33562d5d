#include "runner/manual.h"

#include <algorithm>

namespace wsspec {

namespace {

/// Nothing in it is a request or an escape of roff; a hyphen stays the one that can be typed.
std::string roff(const std::string& text) {
    std::string out;
    for (char const c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            if (out.empty() && (c == '.' || c == '\'')) out += "\\&";
            out += c;
        }
    }
    return out;
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

/// Broken lines are joined, blank ones part paragraphs.
std::string paragraphs(const std::string& text) {
    std::string out;
    std::string line;
    bool begins = true;
    auto const take = [&] {
        if (line.empty()) {
            begins = true;
            return;
        }
        if (begins) out += ".PP\n";
        begins = false;
        out += roff(line) + "\n";
        line.clear();
    };
    for (char const c : text) {
        if (c == '\n') {
            take();
        } else {
            line += c;
        }
    }
    take();
    return out;
}

std::string title(const std::string& name, const std::string& version) {
    return ".TH " + upper(roff(name)) + " 1 \"\" \"wsspec " + roff(version) + "\" \"User Commands\"\n";
}

std::string options_of(const CommandEntry& command) {
    std::string out;
    for (const auto& option : command.options) {
        out += ".TP\n";
        if (option.positional) {
            out += "\\fI" + roff(option.names.front()) + "\\fR\n";
        } else {
            for (std::size_t i = 0; i < option.names.size(); ++i)
                out += (i == 0 ? "\\fB" : ", \\fB") + roff(option.names[i]) + "\\fR";
            if (!option.value.empty()) out += " \\fI" + roff(option.value) + "\\fR";
            out += "\n";
        }
        out += roff(option.help) + "\n";
    }
    return out;
}

std::string page(const CommandEntry& program, const CommandEntry& command, const std::string& version) {
    std::string const name = program.name + "-" + command.name;
    std::string out = title(name, version);
    out += ".SH NAME\n" + roff(name) + " \\- " + roff(command.help) + "\n";
    out += ".SH SYNOPSIS\n.B " + roff(program.name + " " + command.name) + "\n";
    if (std::ranges::any_of(command.options, [](const auto& option) { return !option.positional; }))
        out += "[\\fIOPTION\\fR ...]\n";
    for (const auto& option : command.options)
        if (option.positional)
            out += option.required ? "\\fI" + upper(roff(option.names.front())) + "\\fR\n"
                                   : "[\\fI" + upper(roff(option.names.front())) + "\\fR]\n";
    out += ".SH OPTIONS\n" + options_of(command);
    if (!command.notes.empty()) out += ".SH NOTES\n" + paragraphs(command.notes);
    out += ".SH SEE ALSO\n.BR " + roff(program.name) + " (1)\n";
    return out;
}

}  // namespace

std::map<std::string, std::string> manual_pages(const CommandEntry& program, const std::string& version) {
    std::map<std::string, std::string> pages;
    std::string main = title(program.name, version);
    main += ".SH NAME\n" + roff(program.name) + " \\- conformance tests for WebSocket servers and clients\n";
    main += ".SH SYNOPSIS\n.B " + roff(program.name) + "\n\\fICOMMAND\\fR [\\fIOPTION\\fR ...]\n";
    main += ".SH DESCRIPTION\n" + roff(program.help) + "\n.SH COMMANDS\n";
    std::string also;
    for (const auto& command : program.commands) {
        std::string const name = program.name + "-" + command.name;
        main += ".TP\n.BR " + roff(name) + " (1)\n" + roff(command.help) + "\n";
        also += (also.empty() ? ".BR " : ",\n.BR ") + roff(name) + " (1)";
        pages[name + ".1"] = page(program, command, version);
    }
    main += ".SH OPTIONS\n" + options_of(program);
    if (!program.notes.empty()) main += ".SH NOTES\n" + paragraphs(program.notes);
    main += ".SH SEE ALSO\n" + also + "\n";
    pages[program.name + ".1"] = std::move(main);
    return pages;
}

}  // namespace wsspec
