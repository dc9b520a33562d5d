// What a client asks of `wsspec serve` with the URL that it connects to: Autobahn's protocol, and paths of our own.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace wsspec {

struct ServeCall {
    enum class What {
        case_count,      ///< /getCaseCount: a message with the number of cases.
        case_info,       ///< /getCaseInfo?case=N: a message with its id and title, as JSON.
        case_status,     ///< /getCaseStatus?case=N&agent=A: a message with its verdict, as JSON.
        run_case,        ///< /runCase?case=N&agent=A, or /case/ID?agent=A: the case itself.
        update_reports,  ///< /updateReports?agent=A: the reports are written.
        stop_server,     ///< /stopServer
        commands,        ///< Any other path but /: the client says what it wants to be sent; see direct_commands.h.
    };
    What what = What::run_case;
    std::optional<std::size_t> number = {};  ///< Of a case or a further script: see CaseServerSettings::cases.
    std::string id = {};                     ///< Of a case, where there is no number.
    std::string agent = {};
    bool shutdown_on_complete = false;
};

/// `target` is the request-target: path and query, percent-encoded, or an absolute URI that has them. The error is for
/// the client's author, in one sentence.
std::expected<ServeCall, std::string> parse_serve_call(std::string_view target);

}  // namespace wsspec
