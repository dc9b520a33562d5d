// What we have started must not outlive us, however we end: a small process that waits for our end.
#pragma once

#include <sys/types.h>

namespace wsspec {

/// Makes the process that sees to it, unless it is there; where that fails nothing is guarded. Not from several threads
/// at the same time.
void start_guardian();

/// From now on this process group is ended (SIGTERM, two seconds later SIGKILL) when the process that has called
/// start_guardian() is gone, even by SIGKILL. To be called by the child itself, between fork() and exec(): then there
/// is no moment at which it is not guarded.
void guard(pid_t group);

/// The group is ours to end again, or is gone: its number may come to be another's.
void unguard(pid_t group);

}  // namespace wsspec
