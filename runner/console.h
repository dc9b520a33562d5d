// The terminal: one live status line where there is one, nothing but plain lines where there is none.
#pragma once

#include <string>

#include "reports/terminal.h"
#include "runner/commands.h"

namespace wsspec {

class Console {
public:
    /// `quiet`: only the summary is printed.
    Console(Color color, bool quiet);

    const TerminalStyle& style() const { return style_; }
    /// Standard output is a terminal that can go back to the start of a line.
    bool live() const { return live_; }

    void print(const std::string& text);
    void summary(const std::string& text);
    /// Replaces the status line.
    void status(const std::string& line);
    void clear_status();

private:
    TerminalStyle style_;
    bool quiet_;
    bool live_;
    bool status_shown_ = false;
};

}  // namespace wsspec
