// What was exchanged as pcapng, which Wireshark opens and decodes as WebSocket.
#pragma once

#include <span>
#include <string>

#include "reports/run.h"

namespace wsspec {

/// The transcripts of all cases as TCP connections, one after another, between addresses that are reserved for tests
/// (RFC 2544). Made from what passed the transport, so TLS is off already and the capture shows what was inside. Each
/// connection is labelled with its case. What a transcript did not keep shows as a cut packet and a gap.
std::string to_pcapng(std::span<const RunResult> runs);

}  // namespace wsspec
