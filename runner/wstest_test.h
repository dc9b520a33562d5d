// `wstest` for tests: the command, a server to be tested, a fuzzingserver.
#pragma once

#include <nlohmann/json.hpp>

#include "runner/program_test.h"

namespace wsspec::test {

inline std::string wstest_program() { return (std::filesystem::absolute(program()).parent_path() / "wstest").string(); }

inline Ran wstest(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), wstest_program());
    return Child(arguments).finish();
}

/// The path of the file, which then holds `text`.
inline std::string written(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

/// The first ws:// URL of a text, without "/" at its end.
inline std::string url_in(const std::string& text) {
    auto const begin = text.find("ws://");
    if (begin == std::string::npos) return {};
    std::string url = text.substr(begin, text.find_first_of(" \n;,", begin) - begin);
    while (url.ends_with('/')) url.pop_back();
    return url;
}

/// The reference echo server, as a process.
class EchoServer {
public:
    explicit EchoServer(const std::string& fault = {})
        : child_(fault.empty() ? std::vector<std::string>{program(), "echo", "--port", "0"}
                               : std::vector<std::string>{program(), "echo", "--port", "0", "--fault", fault}) {
        EXPECT_TRUE(child_.prints("\n"));
        url_ = url_in(child_.out());
    }
    const std::string& url() const { return url_; }

private:
    Child child_;
    std::string url_;
};

/// `wstest -m fuzzingclient` on one server, agent "Echo", into the folder's "out"; its index.json.
inline nlohmann::json fuzzed(const Folder& folder, const std::string& url, const std::vector<std::string>& cases) {
    using Json = nlohmann::json;
    Json const spec = {{"outdir", folder / "out"},
                       {"servers", Json::array({Json{{"agent", "Echo"}, {"url", url}}})},
                       {"cases", cases}};
    auto const ran = wstest(
        {"-m", "fuzzingclient", "--profile", "quick", "-s", written(folder / "fuzzingclient.json", spec.dump())});
    EXPECT_EQ(ran.status, 0) << ran.err;
    auto index = Json::parse(contents(folder / "out/index.json"), nullptr, false);
    EXPECT_TRUE(index.is_object() && index.contains("Echo")) << ran.out << ran.err;
    return index;
}

/// A fuzzingserver as a process, with its reports in the folder's "out".
class FuzzingServer {
public:
    FuzzingServer(const Folder& folder, const std::vector<std::string>& cases,
                  const std::map<std::string, std::vector<std::string>>& excluded = {})
        : index_(folder / "out/index.json"),
          child_({wstest_program(), "-m", "fuzzingserver", "--profile", "quick", "-u", "0", "-s",
                  written(folder / "fuzzingserver.json", nlohmann::json{{"url", "ws://127.0.0.1:0"},
                                                                        {"outdir", folder / "out"},
                                                                        {"cases", cases},
                                                                        {"exclude-agent-cases", excluded}}
                                                             .dump())}) {
        EXPECT_TRUE(child_.prints("\n"));
        url_ = url_in(child_.out());
    }
    const std::string& url() const { return url_; }
    /// As its first line says.
    std::size_t count() const {
        return static_cast<std::size_t>(std::atoi(child_.out().c_str() + std::string_view("Ok, will run ").size()));
    }
    nlohmann::json index() const { return nlohmann::json::parse(contents(index_), nullptr, false); }
    pid_t pid() const { return child_.pid(); }
    Ran stop() {
        child_.signal(SIGTERM);
        return child_.finish();
    }

private:
    std::string index_;
    Child child_;
    std::string url_;
};

}  // namespace wsspec::test
