#include "runner/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wsspec {

namespace {

std::string contents_of(const std::string& path) {
    int const fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return {};
    std::string text(8192, '\0');
    ssize_t const size = read(fd, text.data(), text.size());
    close(fd);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

std::string folder_of(pid_t pid) { return "/proc/" + std::to_string(pid); }

/// The names in a folder, without those that begin with a dot.
template <class Visit>
void for_each_name(const std::string& folder, Visit visit) {
    DIR* const dir = opendir(folder.c_str());
    if (dir == nullptr) return;
    while (const dirent* const entry = readdir(dir))
        if (entry->d_name[0] != '.') visit(std::string_view(entry->d_name));
    closedir(dir);
}

struct Stat {
    pid_t parent = 0;
    std::uint64_t ticks = 0;
    std::uint64_t pages = 0;
};

/// proc_pid_stat(5). The name of the program may contain anything, parentheses as well: fields are counted from the
/// last one.
std::optional<Stat> stat_of(pid_t pid) {
    std::string const text = contents_of(folder_of(pid) + "/stat");
    auto const behind = text.rfind(')');
    if (behind == std::string::npos) return std::nullopt;
    std::vector<std::string_view> fields;
    std::string_view rest = std::string_view(text).substr(behind + 1);
    while (!rest.empty()) {
        auto const from = rest.find_first_not_of(' ');
        if (from == std::string_view::npos) break;
        rest.remove_prefix(from);
        auto const end = std::min(rest.find(' '), rest.size());
        fields.push_back(rest.substr(0, end));
        rest.remove_prefix(end);
    }
    constexpr std::size_t state = 0, parent = 1, user = 11, children_system = 14, resident = 21;
    if (fields.size() <= resident || fields[state] == "Z") return std::nullopt;
    auto const number = [&](std::size_t at) {
        std::uint64_t value = 0;
        std::from_chars(fields[at].data(), fields[at].data() + fields[at].size(), value);
        return value;
    };
    Stat out;
    out.parent = static_cast<pid_t>(number(parent));
    for (std::size_t at = user; at <= children_system; ++at) out.ticks += number(at);
    out.pages = number(resident);
    return out;
}

/// "VmHWM:     2336 kB" of proc_pid_status(5).
std::uint64_t peak_of(pid_t pid) {
    std::string const text = contents_of(folder_of(pid) + "/status");
    auto const at = text.find("VmHWM:");
    return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + 6, nullptr, 10) * 1024;
}

/// `pid` and its descendants, with what their stat files say.
std::map<pid_t, Stat> family_of(pid_t pid) {
    std::map<pid_t, Stat> all;
    for_each_name("/proc", [&](std::string_view name) {
        pid_t number = 0;
        auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error != std::errc() || end != name.data() + name.size()) return;
        if (auto const stat = stat_of(number)) all.emplace(number, *stat);
    });
    std::map<pid_t, Stat> family;
    auto const root = all.find(pid);
    if (root == all.end()) return family;
    family.insert(*root);
    for (bool grows = true; grows;) {
        grows = false;
        for (const auto& [number, stat] : all)
            if (!family.contains(number) && family.contains(stat.parent)) grows = family.emplace(number, stat).second;
    }
    return family;
}

}  // namespace

std::optional<ProcessUsage> usage_of(pid_t pid) {
    auto const family = family_of(pid);
    if (family.empty()) return std::nullopt;
    auto const page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    auto const ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    ProcessUsage out;
    for (const auto& [number, stat] : family) {
        out.memory += stat.pages * page;
        out.peak += std::max(peak_of(number), stat.pages * page);
        out.cpu_seconds += static_cast<double>(stat.ticks) / ticks;
        for_each_name(folder_of(number) + "/fd", [&](std::string_view) { ++out.files; });
        ++out.processes;
    }
    return out;
}

void reset_peak(pid_t pid) {
    for (const auto& [number, stat] : family_of(pid)) {
        int const fd = open((folder_of(number) + "/clear_refs").c_str(), O_WRONLY | O_CLOEXEC);
        if (fd < 0) continue;
        (void)!write(fd, "5", 1);
        close(fd);
    }
}

}  // namespace wsspec
