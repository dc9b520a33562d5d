// The file of `wsspec matrix`: several targets, each with how it is reached and what is asked of it.
//
//     [defaults]                     # options of every target
//     profile = "quick"
//
//     [[target]]
//     name = "ws"                    # also names its result file
//     spawn = "node ws.js {port}"
//     install = "npm install ws"     # with `wsspec matrix --install`
//     version = "node -p 'require(\"ws/package.json\").version'"    # prints what stands behind the name in reports
//     baseline = "ws.json"
//
//     [[target]]
//     name = "ws, as a client"
//     role = "client"                # options are those of `wsspec serve`
//     spawn = "node ws_client.js {url}"
//
// JSON says the same: {"defaults": {…}, "target": [{…}, …]}.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace wsspec {

struct MatrixTarget {
    std::string name;       ///< Unique, and not only when it is written as a file name.
    std::string file_name;  ///< The name in letters, digits and '-'.
    std::string role = "server";
    std::string install = {};  ///< A command for /bin/sh; empty: nothing to do.
    std::string version = {};  ///< Likewise; its first line of output is the target's version.
    /// What follows `wsspec`: "run" or "serve", and the options that the file gives. Every member that is not listed
    /// above is an option of that command by its long name: true is a flag, false leaves it away, an array gives it
    /// several times.
    std::vector<std::string> arguments = {};
};

enum class Notation { json, toml };

/// The error names the place, and in TOML the line.
std::expected<std::vector<MatrixTarget>, std::string> matrix_targets(std::string_view text, Notation notation);

}  // namespace wsspec
