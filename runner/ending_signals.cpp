#include "runner/ending_signals.h"

#include <csignal>

namespace wsspec {

void add_ending_signals(boost::asio::signal_set& signals) {
    signals.add(SIGINT);
    signals.add(SIGTERM);
    struct sigaction now{};
    if (sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) signals.add(SIGHUP);
}

}  // namespace wsspec
