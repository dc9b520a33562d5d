// OpenSSL's random generator replaced by one that gives the same numbers for the same input: or a finding that depends
// on a masking key could not be repeated.
#pragma once

namespace wsspec::targets {

/// Once, at the start of the program.
void fix_random();
/// Before each input.
void restart_random();

}  // namespace wsspec::targets
