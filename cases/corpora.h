// The corpora: one long text or picture of each kind that WebSockets carry, made by rule. So there is nothing to load
// or to license, and they are the same on every machine. How well they compress is about that of the files that
// Autobahn sends, which makes figures comparable.
#pragma once

#include "reference/octets.h"

namespace wsspec {

/// Octets of a corpus; of `html_corpus` code points. Every power of two up to here cuts it evenly, so that after a few
/// messages the same ones come again, and can be kept compressed.
inline constexpr std::size_t corpus_size = 262144;

/// In valid UTF-8: every octet but the continuation octets 80 to BF (RFC 3629 section 3).
constexpr bool begins_code_point(Octet octet) { return (octet & 0xc0) != 0x80; }

/// Departures of trains, indented: the answer of a chatty service. ASCII.
Octets json_corpus();
/// 512 rows of 512 grey pixels: soft shapes and the grain of a film. Hardly compressible, and no text.
Octets photo_corpus();
/// Sentences without end in German, UTF-8 with a byte order mark, umlauts and quotes.
Octets prose_corpus();
/// The departures as a table for people, UTF-8 with some characters of two and three octets.
Octets html_corpus();
/// Short objects in ASCII between streams that look compressed already: what a printed page is shipped in. No text.
Octets document_corpus();

}  // namespace wsspec
