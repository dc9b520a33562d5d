// The probe: looks at a target before the run, so that cases ask only for what it offers.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>

#include "reports/run.h"
#include "runner/session.h"

namespace wsspec {

/// `base`: how to reach the target; its profile is what the probe finds out. `done` is called once, within about twelve
/// times `base.deadline`, however slow the target is: what was not learnt by then stays unknown. Until `starting_until`
/// an HTTP status 5xx is the word of a server that is not ready yet: it is asked again.
void async_probe(boost::asio::any_io_executor executor, SessionSettings base, std::function<void(ProbedProfile)> done,
                 std::chrono::steady_clock::time_point starting_until = {});

/// What the judge needs to know of it.
TargetProfile target_profile(const ProbedProfile& probed);

}  // namespace wsspec
