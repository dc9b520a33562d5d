// What went wrong, in the words of people: an exception of a library names its functions and files, too.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace wsspec {

/// "Address already in use": what the system says, and nothing else.
std::string reason_of(const std::exception& error);

/// "cannot listen on 127.0.0.1:9001: Address already in use"; of a certificate or key that cannot be used, that alone.
std::string listening_failure(std::string_view where, const std::exception& error);

/// The system has no more files or memory for us, which is neither a defect of ours nor the target's doing: which, and
/// what helps. Nothing of other errors.
std::optional<std::string> shortage(const std::exception& error);

/// How many connections may be open at the same time, where both of their ends may be ours.
unsigned connections_allowed();

/// So few files may be open that not even one case could be played properly: what to tell the user.
std::optional<std::string> too_few_files();

}  // namespace wsspec
