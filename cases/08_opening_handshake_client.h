// What clients may do about the answer to their opening handshake: for the files of group 8 about them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cases/08_opening_handshake.h"

namespace wsspec::opening {

Case client_case(std::string_view id, std::string_view title, std::vector<std::string> covers, Script script,
                 std::string_view note = {});

/// 4.1 has it fail the connection, and 7.1.7 knows a Close frame only where a connection was established. Not to open
/// is what matters; who never ends TCP either has failed the connection by half (7.1.7).
Step must_fail();
/// Opens, and is seen to by a pong.
Script opens_and_pongs(Step answer);
/// Legal or nearly so, and RFC 6455 does not say which: a pong, or no connection at what this is worth. As above, who
/// does not open and leaves TCP open has refused, too.
Script opens_or(Step answer, Outcome refusal);

}  // namespace wsspec::opening
