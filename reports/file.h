// Writing a file so that whoever reads it finds the old text or the new one, never half of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace wsspec {

/// Writes `text` to a new file beside `path`, flushes it to the disk and renames it over `path`. A symbolic link stays
/// one; what is no regular file (/dev/stdout, a pipe) is written to as it is. On failure: false, `error` says why, the
/// old file is untouched and the new one is gone.
bool write_atomically(const std::string& path, std::string_view text, std::string& error);

/// The same for a text that is made while it is written: `make` is called once, or not at all, with what takes the next
/// piece.
bool write_atomically(const std::string& path,
                      const std::function<void(const std::function<void(std::string_view)>&)>& make,
                      std::string& error);

/// Makes the folder and those above it, and writes each file (name to content) as write_atomically() does, but for the
/// flush: a folder of a thousand small files would spend its time there. A file that has this content already is left
/// alone, and so are files that are not named. On failure: false, `error` says why.
bool write_folder(const std::string& path, const std::map<std::string, std::string>& files, std::string& error);

/// Whether a file or folder can be written several times, each time as a whole: not a pipe, nor a terminal.
bool can_be_rewritten(const std::string& path);

}  // namespace wsspec
