#include "reports/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace wsspec {

namespace {

bool fail(std::string& error, std::string_view doing, const std::string& path) {
    error = "cannot " + std::string(doing) + " " + path + ": " + std::strerror(errno);
    return false;
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        ssize_t const written = ::write(fd, text.data(), text.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

using Sink = std::function<void(std::string_view)>;
using Make = std::function<void(const Sink&)>;

bool write_all(int fd, const Make& make) {
    // Small pieces together: each write is a call of the kernel.
    constexpr std::size_t together = 64U << 10;
    std::string buffer;
    bool good = true;
    int first_error = 0;
    auto const flush = [&] {
        if (good && !write_all(fd, buffer)) {
            good = false;
            first_error = errno;
        }
        buffer.clear();
    };
    make([&](std::string_view text) {
        buffer += text;
        if (buffer.size() >= together) flush();
    });
    flush();
    errno = first_error;
    return good;
}

bool write_in_place(const std::string& path, const Make& make, std::string& error) {
    int const fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return fail(error, "open", path);
    bool const written = write_all(fd, make) || fail(error, "write to", path);
    return (::close(fd) == 0 || !written || fail(error, "write to", path)) && written;
}

/// Where the links lead, if `path` exists; else `path`.
std::string resolved(const std::string& path) {
    char buffer[PATH_MAX];
    return ::realpath(path.c_str(), buffer) != nullptr ? std::string(buffer) : path;
}

/// So that the rename itself outlives a power cut; where a file system refuses, the text is safe all the same.
void sync_folder_of(const std::string& path) {
    auto const slash = path.rfind('/');
    std::string const folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    int const fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    (void)::fsync(fd);
    (void)::close(fd);
}

Make whole(std::string_view text) {
    return [text](const Sink& out) { out(text); };
}

enum class Flush { no, yes };

bool write_atomically(const std::string& path, const Make& make, Flush flush, std::string& error) {
    error.clear();
    struct stat old{};
    bool const exists = ::stat(path.c_str(), &old) == 0;
    if (exists && S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return fail(error, "write to", path);
    }
    if (exists && !S_ISREG(old.st_mode)) return write_in_place(path, make, error);

    std::string const target = resolved(path);
    std::string fresh;
    int fd = -1;
    for (unsigned attempt = 0; attempt < 100; ++attempt) {
        fresh = target + "." + std::to_string(::getpid()) + "-" + std::to_string(attempt) + ".tmp";
        fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) break;
    }
    if (fd < 0) return fail(error, "create", fresh);

    bool done = true;
    if (exists && ::fchmod(fd, old.st_mode & 07777) != 0) done = fail(error, "set the mode of", fresh);
    if (done && !write_all(fd, make)) done = fail(error, "write to", fresh);
    if (done && flush == Flush::yes && ::fsync(fd) != 0) done = fail(error, "write to", fresh);
    if (::close(fd) != 0 && done) done = fail(error, "write to", fresh);
    if (done && ::rename(fresh.c_str(), target.c_str()) != 0) done = fail(error, "replace", target);
    if (!done) {
        (void)::unlink(fresh.c_str());
        return false;
    }
    if (flush == Flush::yes) sync_folder_of(target);
    return true;
}

bool has_content(const std::string& path, std::string_view text) {
    std::error_code missing;
    if (std::filesystem::file_size(path, missing) != text.size() || missing) return false;
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {}) == text;
}

}  // namespace

bool write_atomically(const std::string& path, std::string_view text, std::string& error) {
    return write_atomically(path, whole(text), Flush::yes, error);
}

bool write_atomically(const std::string& path,
                      const std::function<void(const std::function<void(std::string_view)>&)>& make,
                      std::string& error) {
    return write_atomically(path, make, Flush::yes, error);
}

bool write_folder(const std::string& path, const std::map<std::string, std::string>& files, std::string& error) {
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed) {
        error = "cannot make the folder " + path + ": " + failed.message();
        return false;
    }
    for (const auto& [name, text] : files) {
        std::string const file = (std::filesystem::path(path) / name).string();
        if (!has_content(file, text) && !write_atomically(file, whole(text), Flush::no, error)) return false;
    }
    return true;
}

bool can_be_rewritten(const std::string& path) {
    struct stat there{};
    return ::stat(path.c_str(), &there) != 0 || S_ISREG(there.st_mode) || S_ISDIR(there.st_mode);
}

}  // namespace wsspec
