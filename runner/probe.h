// The probe: looks at a target before the run, so that cases ask only for what it offers.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>

#include "reports/run.h"
#include "runner/session.h"

namespace wsspec {

/// `base`: how to reach the target; its profile is what the probe finds out. `done` is called once, within about twelve
/// times `base.deadline`, however slow the target is: what was not learnt by then stays unknown.
void async_probe(boost::asio::any_io_executor executor, SessionSettings base, std::function<void(ProbedProfile)> done);

/// What the judge needs to know of it.
TargetProfile target_profile(const ProbedProfile& probed);

}  // namespace wsspec
