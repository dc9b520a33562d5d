#include "runner/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace wsspec {

namespace {

bool variable_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

}  // namespace

Console::Console(Color color, bool quiet) : quiet_(quiet) {
    bool const terminal = isatty(STDOUT_FILENO) == 1;
    const char* term = std::getenv("TERM");
    bool const dumb = term != nullptr && std::string_view(term) == "dumb";
    live_ = terminal && !dumb && !quiet;
    // no-color.org: any value of NO_COLOR, as long as it is not empty.
    style_.color =
        color == Color::always || (color == Color::automatic && terminal && !dumb && !variable_set("NO_COLOR"));
    if (terminal) {
        winsize size{};
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
            style_.width = std::min<unsigned>(size.ws_col, 120);
    }
}

void Console::print(const std::string& text) {
    if (quiet_) return;
    clear_status();
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

void Console::summary(const std::string& text) {
    clear_status();
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

void Console::status(const std::string& line) {
    if (!live_) return;
    std::printf("\r%s\x1b[K", line.c_str());
    std::fflush(stdout);
    status_shown_ = true;
}

void Console::clear_status() {
    if (!status_shown_) return;
    std::fputs("\r\x1b[K", stdout);
    status_shown_ = false;
}

}  // namespace wsspec
