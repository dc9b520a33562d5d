// Faults that show in the process alone: memory that is kept, files that stay open. Each in a process of its own, all
// at the same time; and one without a fault, which passes what they fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cases/catalogue.h"
#include "runner/faults.h"
#include "runner/program_test.h"
#include "runner/scheduler.h"
#include "runner/select.h"
#include "runner/server_target.h"

namespace wsspec {
namespace {

std::vector<const Case*> cases_of(const std::vector<std::string_view>& globs) {
    std::vector<const Case*> found;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (std::ranges::any_of(globs, [&](auto glob) { return glob_matches(glob, one.id); }))
                found.push_back(&one);
    return found;
}

/// `wsspec echo` as a process, and a schedule against it.
class Visit {
public:
    Visit(boost::asio::io_context& io, const std::string& fault, std::vector<const Case*> cases,
          Profile volume = Profile::quick)
        : cases_(std::move(cases)) {
        // AddressSanitizer keeps what was freed; that is not the fault that is looked for.
        std::string const command = "ASAN_OPTIONS=quarantine_size_mb=1:detect_leaks=0 exec " + test::program() +
                                    " echo --port {port}" + (fault.empty() ? "" : " --fault " + fault);
        auto made = ServerTarget::make(io.get_executor(), {.spawn = command}, "run");
        if (!made) {
            ADD_FAILURE() << made.error();
            return;
        }
        target_ = std::move(*made);
        target_->start([this, &io, volume](const std::string& failure) {
            EXPECT_EQ(failure, "");
            if (!failure.empty()) return;
            ScheduleSettings settings;
            settings.session = target_->session();
            settings.session.deadline = std::chrono::seconds(4);
            settings.session.player.volume = volume;
            settings.profile = {.reachable = true, .upgrades = true, .echoes = true, .message_limit = 16U << 20};
            settings.jobs = 1;
            settings.seed = 6455;
            settings.allow_dos = true;
            settings.process = [this] { return target_->pid(); };
            async_schedule(
                io.get_executor(), cases_, std::move(settings), [](const CaseResult&) {},
                // The process is ended with the visit: to wait for that here would hold up all others.
                [this](std::vector<CaseResult> played) { results = std::move(played); });
        });
    }

    std::vector<CaseResult> results;

private:
    std::vector<const Case*> cases_;
    std::unique_ptr<ServerTarget> target_;
};

TEST(FaultsInProcess, AreCaughtAndNobodyElse) {
    boost::asio::io_context io;
    std::map<std::string, std::unique_ptr<Visit>> visits;
    std::vector<std::string_view> all;
    for (const auto& fault : faults()) {
        if (!fault.in_process) continue;
        visits[std::string(fault.name)] =
            std::make_unique<Visit>(io, std::string(fault.name), cases_of(fault.caught_by));
        all.insert(all.end(), fault.caught_by.begin(), fault.caught_by.end());
        // One by one: who shares the machine with seven others may be looked at when its memory is free again.
        io.run();
        io.restart();
    }
    EXPECT_GE(visits.size(), 7U);
    // A bomb is kept up to the limit, which `quick` does not reach.
    std::erase(all, "17.5.1");
    Visit const honest(io, "", cases_of(all));
    Visit const honest_with_bombs(io, "", cases_of({"17.5.1"}), Profile::standard);
    io.run();

    for (const auto& fault : faults()) {
        if (!fault.in_process) continue;
        bool caught = false;
        std::string seen;
        for (const auto& result : visits.at(std::string(fault.name))->results) {
            seen += "\n  " + result.id + " " + std::string(to_string(result.verdict)) + " [" + result.requirement +
                    "] " + result.detail;
            if (result.resources)
                seen += ", " + std::to_string(result.resources->memory_before >> 10) + " KiB before, " +
                        std::to_string(result.resources->memory_peak >> 10) + " at most, for " +
                        std::to_string(result.resources->octets_sent) + " octets";
            caught = caught || (result.verdict == fault.expected && result.requirement == fault.requirement);
            ASSERT_TRUE(result.resources) << result.id;
            EXPECT_GT(result.resources->processes, 0U) << result.id;
        }
        EXPECT_TRUE(caught) << fault.name << " is not caught under " << fault.requirement << ":" << seen;
    }
    EXPECT_EQ(honest.results.size(), cases_of(all).size());
    auto results = honest.results;
    ASSERT_EQ(honest_with_bombs.results.size(), 1U);
    results.push_back(honest_with_bombs.results.front());
    for (const auto& result : results) {
        EXPECT_TRUE(result.verdict == Verdict::pass || result.verdict == Verdict::informational)
            << result.id << " " << to_string(result.verdict) << " " << result.requirement << " " << result.detail;
        ASSERT_TRUE(result.resources) << result.id;
        EXPECT_GT(result.resources->octets_sent, 0U) << result.id;
        EXPECT_GT(result.resources->memory_before, 0U) << result.id;
        EXPECT_LE(result.resources->files_after, result.resources->files_before + 16) << result.id;
    }
}

}  // namespace
}  // namespace wsspec
