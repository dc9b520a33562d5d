// What tells a command to come to its end.
#pragma once

#include <boost/asio/signal_set.hpp>

namespace wsspec {

/// SIGINT, SIGTERM, and SIGHUP: the terminal is gone. nohup(1) has the last one ignored, and then it stays so.
void add_ending_signals(boost::asio::signal_set& signals);

}  // namespace wsspec
