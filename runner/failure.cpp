#include "runner/failure.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <filesystem>
#include <new>
#include <system_error>

#include "reference/net/listener.h"

namespace wsspec {

namespace {

/// Of our own: standard streams, the event queue, signals, reports, the log of a target.
constexpr rlim_t own_files = 32;
constexpr rlim_t fewest_files = 64;

rlim_t files_allowed() {
    rlimit limit{};
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

/// The number of the system's error; 0 if it is none.
int number_of(const std::exception& error) {
    if (const auto* of_boost = dynamic_cast<const boost::system::system_error*>(&error))
        return of_boost->code().category() == boost::system::system_category() ? of_boost->code().value() : 0;
    if (const auto* of_std = dynamic_cast<const std::system_error*>(&error)) return of_std->code().value();
    return 0;
}

}  // namespace

std::string reason_of(const std::exception& error) {
    if (const auto* of_boost = dynamic_cast<const boost::system::system_error*>(&error))
        return of_boost->code().message();
    if (const auto* of_std = dynamic_cast<const std::system_error*>(&error)) return of_std->code().message();
    return error.what();
}

std::string listening_failure(std::string_view where, const std::exception& error) {
    if (dynamic_cast<const net::UnusableCertificate*>(&error) != nullptr) return error.what();
    return "cannot listen on " + std::string(where) + ": " + shortage(error).value_or(reason_of(error));
}

std::optional<std::string> shortage(const std::exception& error) {
    int const number = number_of(error);
    if (number == EMFILE) return "too many open files: " + std::to_string(files_allowed()) + " are allowed (ulimit -n)";
    if (number == ENFILE) return "the system has too many open files";
    if (number == ENOMEM || number == ENOBUFS || dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
        return "there is not enough memory (ulimit -v, or that of the machine or container)";
    return std::nullopt;
}

unsigned connections_allowed() {
    rlim_t const files = files_allowed();
    constexpr rlim_t plenty = 1U << 20;
    return static_cast<unsigned>(std::clamp<rlim_t>(files, own_files + 2, plenty) - own_files) / 2;
}

std::optional<std::string> too_few_files() {
    rlim_t const files = files_allowed();
    if (files >= fewest_files) return std::nullopt;
    return "only " + std::to_string(files) + " files may be open at the same time (ulimit -n); it takes " +
           std::to_string(fewest_files);
}

}  // namespace wsspec
