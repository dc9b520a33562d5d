// What a fuzzer's octets mean to a parser: streams of a peer, made from a script, and the octets as they are.
#pragma once

#include <vector>

#include "cases/script.h"
#include "fuzz/adapters/parser_check.h"

namespace wsspec {

/// A longer stream is cut off here.
inline constexpr std::size_t longest_parser_stream = 72U << 10;

/// What the script sends to a target of this role behind the opening handshake. The extension that its opening
/// handshake offers is agreed on as offered, if the parser can do `deflate`.
ParserInput parser_input(const Script& script, Role role, bool deflate);

/// The octets behind the first one as they are. Of the first: bit 0 the role, bit 1 permessage-deflate (if the parser
/// can do it), the others how long the pieces are.
ParserInput raw_parser_input(OctetView octets, bool deflate);

/// All that one input of a fuzzer is tried as: a script of format 1 (fuzz/script_codec.h) to each role that the adapter
/// can play, and raw.
std::vector<ParserInput> parser_inputs(OctetView octets, const wsspec_parser_adapter& adapter);

}  // namespace wsspec
