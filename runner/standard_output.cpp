#include "runner/standard_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace wsspec {

void occupy_standard_streams() {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
        // The lowest number that is free is this one. In the wrong direction: its use fails as that of a closed one
        // does.
        (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

std::optional<std::string> standard_output_failure() {
    errno = 0;
    bool const failed_before = std::ferror(stdout) != 0;
    bool const failed_now = std::fflush(stdout) != 0;
    if (!failed_now && !failed_before) return std::nullopt;
    // Nobody remembers why a write in the middle failed: another one says it.
    if (!failed_now) errno = ::write(STDOUT_FILENO, "\n", 1) < 0 ? errno : 0;
    if (errno == EPIPE) return std::nullopt;
    return errno == 0 ? "not all of it could be written" : std::string(std::strerror(errno));
}

}  // namespace wsspec
