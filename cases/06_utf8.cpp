// Group 6: UTF-8. A text message is valid as a whole or the connection fails with 1007; where its frames and reads end
// is of no concern (RFC 6455 sections 5.6 and 8.1, RFC 3629).
#include "cases/06_utf8.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "cases/groups.h"

namespace wsspec {

Script utf8::refused(std::vector<Frame> frames, Delivery delivery) {
    frames.push_back(ping("after the fault"));
    return {open(), send(std::move(frames), std::move(delivery)), expect(fails(1007))};
}

namespace {

using utf8::refused;

// The requirements of RFC 3629 that a sequence breaks, or keeps.
constexpr const char* all_characters = "R3629-3-8";
constexpr const char* surrogates = "R3629-3-1";
constexpr const char* beyond_unicode = "R3629-3-2";
constexpr const char* overlong = "R3629-3-3";
constexpr const char* never_octets = "R3629-3-4";
constexpr const char* lone = "R3629-3-5";
constexpr const char* cut_off = "R3629-3-6";
constexpr const char* long_forms = "R3629-3-7";
constexpr const char* second_octet = "R3629-4-1";
constexpr const char* any_cut = "R3629-4-2";

/// The Greek word that most collections of UTF-8 samples begin with.
constexpr const char* kosme = "ce ba e1 bd b9 cf 83 ce bc ce b5";

constexpr const char* fail_fast_note =
    "Autobahn wants the failure at the first bad octet. RFC 6455 section 8.1 sets no time: later is non-strict, never "
    "is a fail.";

Octets operator+(Octets left, const Octets& right) {
    append(left, right);
    return left;
}

Script echo(const Frame& message, Delivery delivery = {}) {
    return {open(), send(message, std::move(delivery)), expect(receives(message)), closing_handshake()};
}

/// One octet a frame, and an empty last one.
std::vector<Frame> octet_by_octet(const Octets& payload) {
    std::vector<Frame> frames;
    for (Octet const octet : payload) frames.push_back(continuation(Octets{octet}).more());
    frames.front().opcode = Opcode::text;
    frames.push_back(continuation(""));
    return frames;
}

Script echo_in_fragments(std::vector<Frame> frames, Octets whole) {
    return {open(), send(std::move(frames)), expect(receives(text(std::move(whole)))), closing_handshake()};
}

// A pause inside a frame: the rest of the payload goes out as raw octets. A masking key of zeros, as legal as any,
// leaves the payload as it is, so that the same octets serve a server and, unmasked, a client.
constexpr MaskingKey zero_key{};

/// One text frame in three pieces, then an empty last fragment.
Script one_frame_in_pieces(const Octets& prefix, const Octets& fault, const Octets& rest) {
    std::size_t const length = prefix.size() + fault.size() + rest.size();
    return {open(),
            send(text(prefix).more().claiming(length).with_key(zero_key)),
            send_octets(fault),
            await("bad octets digested"),
            send_octets(rest),
            send(continuation("")),
            expect(fails(1007).before("bad octets digested"))};
}

/// Three fragments, with a proof between them that the target has seen them.
Script three_fragments(const Octets& prefix, const Octets& fault, const Octets& rest) {
    return {open(),
            send(text(prefix).more()),
            barrier("prefix accepted"),
            send(continuation(fault).more()),
            barrier("bad octets digested"),
            send(continuation(rest)),
            expect(fails(1007).before("bad octets digested"))};
}

enum Validity : bool { bad = false, good = true };

/// One sequence in one text frame.
struct Sequence {
    const char* id;
    Validity validity;
    const char* what;
    const char* digits;
    const char* requirement;
};

// clang-format off
constexpr Sequence sequences[] = {
    // A sign of one octet.
    {"6.5.1", good, "\"hello$world\", one octet a character", "68 65 6c 6c 6f 24 77 6f 72 6c 64", all_characters},
    // A sign of two octets.
    {"6.5.2", good, "U+00A2 between ASCII letters", "68 65 6c 6c 6f c2 a2 77 6f 72 6c 64", all_characters},
    // A sign of three octets.
    {"6.5.3", good, "U+20AC between ASCII letters", "68 65 6c 6c 6f e2 82 ac 77 6f 72 6c 64", all_characters},
    // A sign of four octets: two UTF-16 units.
    {"6.5.4", good, "U+24B62 between ASCII letters", "68 65 6c 6c 6f f0 a4 ad a2 77 6f 72 6c 64", all_characters},
    // Two and three octets in turn.
    {"6.5.5", good, "the Greek word kosme", "ce ba e1 bd b9 cf 83 ce bc ce b5", all_characters},
    // kosme cut behind each of its octets: each place in a character of two and of three octets.
    {"6.6.1", bad, "the first octet of kosme, the last character cut off", "ce", cut_off},
    {"6.6.2", good, "the first 2 octets of kosme, whole characters", "ce ba", all_characters},
    {"6.6.3", bad, "the first 3 octets of kosme, the last character cut off", "ce ba e1", cut_off},
    {"6.6.4", bad, "the first 4 octets of kosme, the last character cut off", "ce ba e1 bd", cut_off},
    {"6.6.5", good, "the first 5 octets of kosme, whole characters", "ce ba e1 bd b9", all_characters},
    {"6.6.6", bad, "the first 6 octets of kosme, the last character cut off", "ce ba e1 bd b9 cf", cut_off},
    {"6.6.7", good, "the first 7 octets of kosme, whole characters", "ce ba e1 bd b9 cf 83", all_characters},
    {"6.6.8", bad, "the first 8 octets of kosme, the last character cut off", "ce ba e1 bd b9 cf 83 ce", cut_off},
    {"6.6.9", good, "the first 9 octets of kosme, whole characters", "ce ba e1 bd b9 cf 83 ce bc", all_characters},
    {"6.6.10", bad, "the first 10 octets of kosme, the last character cut off",
     "ce ba e1 bd b9 cf 83 ce bc ce", cut_off},
    {"6.6.11", good, "the first 11 octets of kosme, whole characters",
     "ce ba e1 bd b9 cf 83 ce bc ce b5", all_characters},
    {"6.7.1", good, "U+0000, the first character of one octet", "00", all_characters},  // NUL ends no text
    {"6.7.2", good, "U+0080, the first of two octets", "c2 80", all_characters},  // one above ASCII
    // E0 with its lowest second octet.
    {"6.7.3", good, "U+0800, the first of three octets", "e0 a0 80", all_characters},
    // F0 with its lowest second octet.
    {"6.7.4", good, "U+10000, the first of four octets", "f0 90 80 80", all_characters},
    // RFC 2279 had it, RFC 3629 took it out.
    {"6.8.1", bad, "the first form of five octets, U+200000", "f8 88 80 80 80", long_forms},
    {"6.8.2", bad, "the first form of six octets, U+4000000", "fc 84 80 80 80 80", long_forms},  // likewise
    {"6.9.1", good, "U+007F, the last character of one octet", "7f", all_characters},  // DEL
    {"6.9.2", good, "U+07FF, the last of two octets", "df bf", all_characters},  // the highest lead octet of two
    {"6.9.3", good, "U+FFFF, the last of three octets", "ef bf bf", all_characters},  // a noncharacter, and valid
    // F4 with its highest second octet.
    {"6.9.4", good, "U+10FFFF, the last of four octets", "f4 8f bf bf", all_characters},
    {"6.10.1", bad, "the last form of four octets, U+1FFFFF", "f7 bf bf bf", beyond_unicode},  // F7 is beyond Unicode
    {"6.10.2", bad, "the last form of five octets, U+3FFFFFF", "fb bf bf bf bf", long_forms},  // the lead octet FB
    {"6.10.3", bad, "the last form of six octets, U+7FFFFFFF", "fd bf bf bf bf bf", long_forms},  // the lead octet FD
    // ED with its highest second octet.
    {"6.11.1", good, "U+D7FF, the last character below the surrogates", "ed 9f bf", all_characters},
    // EE has the full range again.
    {"6.11.2", good, "U+E000, the first character above the surrogates", "ee 80 80", all_characters},
    // Valid as such; not to be taken for a decoding error.
    {"6.11.3", good, "U+FFFD, the replacement character", "ef bf bd", all_characters},
    // The same octets as 6.9.4.
    {"6.11.4", good, "U+10FFFF, the last character of Unicode", "f4 8f bf bf", all_characters},
    // F4 with a second octet one too high.
    {"6.11.5", bad, "U+110000, the first number beyond Unicode", "f4 90 80 80", beyond_unicode},
    {"6.12.1", bad, "a lone continuation octet, the lowest", "80", lone},  // 80
    {"6.12.2", bad, "a lone continuation octet, the highest", "bf", lone},  // BF
    {"6.12.3", bad, "two continuation octets alone", "80 bf", lone},  // skipping one leaves another
    {"6.12.4", bad, "three continuation octets alone", "80 bf 80", lone},  // an odd number
    {"6.12.5", bad, "four continuation octets alone", "80 bf 80 bf", lone},  // as long as the longest character
    {"6.12.6", bad, "five continuation octets alone", "80 bf 80 bf 80", lone},  // longer than any character
    {"6.12.7", bad, "six continuation octets alone", "80 bf 80 bf 80 bf", lone},  // longer than any form ever was
    // All but one, as Autobahn has it.
    {"6.12.8", bad, "the continuation octets 80 to BE in a row",
     "80 81 82 83 84 85 86 87 88 89 8a 8b 8c 8d 8e 8f 90 91 92 93 94 95 96 97 98 99 9a 9b 9c 9d "
     "9e 9f a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb "
     "bc bd be", lone},
    // A lead octet of two is not followed.
    {"6.13.1", bad, "the lead octets C0 to DE, a blank behind each",
     "c0 20 c1 20 c2 20 c3 20 c4 20 c5 20 c6 20 c7 20 c8 20 c9 20 ca 20 cb 20 cc 20 cd 20 ce 20 "
     "cf 20 d0 20 d1 20 d2 20 d3 20 d4 20 d5 20 d6 20 d7 20 d8 20 d9 20 da 20 db 20 dc 20 dd 20 "
     "de 20", cut_off},
    // A lead octet of three is not followed.
    {"6.13.2", bad, "the lead octets E0 to EE, a blank behind each",
     "e0 20 e1 20 e2 20 e3 20 e4 20 e5 20 e6 20 e7 20 e8 20 e9 20 ea 20 eb 20 ec 20 ed 20 ee 20", cut_off},
    // A lead octet of four is not followed.
    {"6.13.3", bad, "the lead octets F0 to F6, a blank behind each",
     "f0 20 f1 20 f2 20 f3 20 f4 20 f5 20 f6 20", cut_off},
    // Lead octets that UTF-8 no longer has.
    {"6.13.4", bad, "the lead octets F8 to FA, a blank behind each", "f8 20 f9 20 fa 20", long_forms},
    {"6.13.5", bad, "the lead octet FC with a blank behind it", "fc 20", long_forms},  // likewise
    {"6.14.1", bad, "the lowest form of two octets without its last", "c0", never_octets},  // overlong and cut off
    {"6.14.2", bad, "the lowest form of three octets without its last", "e0 80", overlong},  // overlong and cut off
    {"6.14.3", bad, "the lowest form of four octets without its last", "f0 80 80", overlong},  // overlong and cut off
    // Cut off, and no UTF-8 if it were whole.
    {"6.14.4", bad, "the lowest form of five octets without its last", "f8 80 80 80", long_forms},
    // Cut off, and no UTF-8 if it were whole.
    {"6.14.5", bad, "the lowest form of six octets without its last", "fc 80 80 80 80", long_forms},
    {"6.14.6", bad, "the highest form of two octets without its last", "df", cut_off},  // ends one octet early
    {"6.14.7", bad, "the highest form of three octets without its last", "ef bf", cut_off},  // ends one octet early
    // F7 is beyond Unicode.
    {"6.14.8", bad, "the highest form of four octets without its last", "f7 bf bf", never_octets},
    // Cut off, and no UTF-8 if it were whole.
    {"6.14.9", bad, "the highest form of five octets without its last", "fb bf bf bf", long_forms},
    // Cut off, and no UTF-8 if it were whole.
    {"6.14.10", bad, "the highest form of six octets without its last", "fd bf bf bf bf", long_forms},
    // Each cut off by the next.
    {"6.15.1", bad, "the ten cut-off forms in a row",
     "c0 e0 80 f0 80 80 f8 80 80 80 fc 80 80 80 80 df ef bf f7 bf bf fb bf bf bf fd bf bf bf bf", cut_off},
    {"6.16.1", bad, "the octet FE", "fe", never_octets},  // never in UTF-8: half a BOM of UTF-16
    {"6.16.2", bad, "the octet FF", "ff", never_octets},  // never in UTF-8
    {"6.16.3", bad, "the octets FE FE FF FF", "fe fe ff ff", never_octets},  // both, twice
    {"6.17.1", bad, "a slash in two octets", "c0 af", overlong},  // the overlong form of the path traversals
    {"6.17.2", bad, "a slash in three octets", "e0 80 af", overlong},  // E0 with a second octet below A0
    {"6.17.3", bad, "a slash in four octets", "f0 80 80 af", overlong},  // F0 with a second octet below 90
    {"6.17.4", bad, "a slash in five octets", "f8 80 80 80 af", long_forms},  // a form that is gone besides
    {"6.17.5", bad, "a slash in six octets", "fc 80 80 80 80 af", long_forms},  // likewise
    {"6.18.1", bad, "the highest overlong form of two octets", "c1 bf", overlong},  // U+007F
    // U+07FF: E0 with the highest second octet that is wrong.
    {"6.18.2", bad, "the highest overlong form of three octets", "e0 9f bf", overlong},
    // U+FFFF: F0 with the highest second octet that is wrong.
    {"6.18.3", bad, "the highest overlong form of four octets", "f0 8f bf bf", overlong},
    {"6.18.4", bad, "the highest overlong form of five octets", "f8 87 bf bf bf", long_forms},  // U+1FFFFF
    {"6.18.5", bad, "the highest overlong form of six octets", "fc 83 bf bf bf bf", long_forms},  // U+3FFFFFF
    {"6.19.1", bad, "U+0000 in two octets", "c0 80", overlong},  // Java's modified UTF-8
    {"6.19.2", bad, "U+0000 in three octets", "e0 80 80", overlong},  // the same in three
    {"6.19.3", bad, "U+0000 in four octets", "f0 80 80 80", overlong},  // in four
    {"6.19.4", bad, "U+0000 in five octets", "f8 80 80 80 80", long_forms},  // in five
    {"6.19.5", bad, "U+0000 in six octets", "fc 80 80 80 80 80", long_forms},  // in six
    // ED with the lowest second octet that is wrong.
    {"6.20.1", bad, "U+D800, the first high surrogate", "ed a0 80", surrogates},
    // The end of a block.
    {"6.20.2", bad, "U+DB7F, the last high surrogate before private use", "ed ad bf", surrogates},
    {"6.20.3", bad, "U+DB80, the first high surrogate of private use", "ed ae 80", surrogates},  // the start of a block
    {"6.20.4", bad, "U+DBFF, the last high surrogate", "ed af bf", surrogates},  // the edge of high and low
    {"6.20.5", bad, "U+DC00, the first low surrogate", "ed b0 80", surrogates},  // the edge of low and high
    {"6.20.6", bad, "U+DF80, a low surrogate", "ed be 80", surrogates},  // inside a block
    {"6.20.7", bad, "U+DFFF, the last low surrogate", "ed bf bf", surrogates},  // the last before U+E000
    // A pair is two wrongs, not one character (CESU-8).
    {"6.21.1", bad, "the surrogate pair U+D800 U+DC00", "ed a0 80 ed b0 80", surrogates},
    // A pair is two wrongs, not one character (CESU-8).
    {"6.21.2", bad, "the surrogate pair U+D800 U+DFFF", "ed a0 80 ed bf bf", surrogates},
    // A pair is two wrongs, not one character (CESU-8).
    {"6.21.3", bad, "the surrogate pair U+DB7F U+DC00", "ed ad bf ed b0 80", surrogates},
    // A pair is two wrongs, not one character (CESU-8).
    {"6.21.4", bad, "the surrogate pair U+DB7F U+DFFF", "ed ad bf ed bf bf", surrogates},
    // A pair is two wrongs, not one character (CESU-8).
    {"6.21.5", bad, "the surrogate pair U+DB80 U+DC00", "ed ae 80 ed b0 80", surrogates},
    // A pair is two wrongs, not one character (CESU-8).
    {"6.21.6", bad, "the surrogate pair U+DB80 U+DFFF", "ed ae 80 ed bf bf", surrogates},
    // A pair is two wrongs, not one character (CESU-8).
    {"6.21.7", bad, "the surrogate pair U+DBFF U+DC00", "ed af bf ed b0 80", surrogates},
    // A pair is two wrongs, not one character (CESU-8).
    {"6.21.8", bad, "the surrogate pair U+DBFF U+DFFF", "ed af bf ed bf bf", surrogates},
    {"6.22.1", good, "U+FFFE, a noncharacter", "ef bf be", all_characters},  // last but one of plane 0
    {"6.22.2", good, "U+FFFF, a noncharacter", "ef bf bf", all_characters},  // last of plane 0
    {"6.22.3", good, "U+1FFFE, a noncharacter", "f0 9f bf be", all_characters},  // last but one of plane 1
    {"6.22.4", good, "U+1FFFF, a noncharacter", "f0 9f bf bf", all_characters},  // last of plane 1
    {"6.22.5", good, "U+2FFFE, a noncharacter", "f0 af bf be", all_characters},  // last but one of plane 2
    {"6.22.6", good, "U+2FFFF, a noncharacter", "f0 af bf bf", all_characters},  // last of plane 2
    {"6.22.7", good, "U+3FFFE, a noncharacter", "f0 bf bf be", all_characters},  // last but one of plane 3
    {"6.22.8", good, "U+3FFFF, a noncharacter", "f0 bf bf bf", all_characters},  // last of plane 3
    {"6.22.9", good, "U+4FFFE, a noncharacter", "f1 8f bf be", all_characters},  // last but one of plane 4
    {"6.22.10", good, "U+4FFFF, a noncharacter", "f1 8f bf bf", all_characters},  // last of plane 4
    {"6.22.11", good, "U+5FFFE, a noncharacter", "f1 9f bf be", all_characters},  // last but one of plane 5
    {"6.22.12", good, "U+5FFFF, a noncharacter", "f1 9f bf bf", all_characters},  // last of plane 5
    {"6.22.13", good, "U+6FFFE, a noncharacter", "f1 af bf be", all_characters},  // last but one of plane 6
    {"6.22.14", good, "U+6FFFF, a noncharacter", "f1 af bf bf", all_characters},  // last of plane 6
    {"6.22.15", good, "U+7FFFE, a noncharacter", "f1 bf bf be", all_characters},  // last but one of plane 7
    {"6.22.16", good, "U+7FFFF, a noncharacter", "f1 bf bf bf", all_characters},  // last of plane 7
    {"6.22.17", good, "U+8FFFE, a noncharacter", "f2 8f bf be", all_characters},  // last but one of plane 8
    {"6.22.18", good, "U+8FFFF, a noncharacter", "f2 8f bf bf", all_characters},  // last of plane 8
    {"6.22.19", good, "U+9FFFE, a noncharacter", "f2 9f bf be", all_characters},  // last but one of plane 9
    {"6.22.20", good, "U+9FFFF, a noncharacter", "f2 9f bf bf", all_characters},  // last of plane 9
    {"6.22.21", good, "U+AFFFE, a noncharacter", "f2 af bf be", all_characters},  // last but one of plane 10
    {"6.22.22", good, "U+AFFFF, a noncharacter", "f2 af bf bf", all_characters},  // last of plane 10
    {"6.22.23", good, "U+BFFFE, a noncharacter", "f2 bf bf be", all_characters},  // last but one of plane 11
    {"6.22.24", good, "U+BFFFF, a noncharacter", "f2 bf bf bf", all_characters},  // last of plane 11
    {"6.22.25", good, "U+CFFFE, a noncharacter", "f3 8f bf be", all_characters},  // last but one of plane 12
    {"6.22.26", good, "U+CFFFF, a noncharacter", "f3 8f bf bf", all_characters},  // last of plane 12
    {"6.22.27", good, "U+DFFFE, a noncharacter", "f3 9f bf be", all_characters},  // last but one of plane 13
    {"6.22.28", good, "U+DFFFF, a noncharacter", "f3 9f bf bf", all_characters},  // last of plane 13
    {"6.22.29", good, "U+EFFFE, a noncharacter", "f3 af bf be", all_characters},  // last but one of plane 14
    {"6.22.30", good, "U+EFFFF, a noncharacter", "f3 af bf bf", all_characters},  // last of plane 14
    {"6.22.31", good, "U+FFFFE, a noncharacter", "f3 bf bf be", all_characters},  // last but one of plane 15
    {"6.22.32", good, "U+FFFFF, a noncharacter", "f3 bf bf bf", all_characters},  // last of plane 15
    {"6.22.33", good, "U+10FFFE, a noncharacter", "f4 8f bf be", all_characters},  // last but one of plane 16
    {"6.22.34", good, "U+10FFFF, a noncharacter", "f4 8f bf bf", all_characters},  // last of plane 16
    {"6.23.1", good, "U+FFF9, the annotation anchor", "ef bf b9", all_characters},  // the first special
    {"6.23.2", good, "U+FFFA, the annotation separator", "ef bf ba", all_characters},  // may be filtered by a display
    {"6.23.3", good, "U+FFFB, the annotation terminator", "ef bf bb", all_characters},  // may be filtered by a display
    // May be filtered by a display.
    {"6.23.4", good, "U+FFFC, the object replacement character", "ef bf bc", all_characters},
    {"6.23.5", good, "U+FFFD from the block of specials", "ef bf bd", all_characters},  // the same octets as 6.11.3
    {"6.23.6", good, "U+FFFE from the block of specials", "ef bf be", all_characters},  // the same octets as 6.22.1
    {"6.23.7", good, "U+FFFF from the block of specials", "ef bf bf", all_characters},  // the same octets as 6.22.2
};
// clang-format on

/// One character and a place inside it, cut between two fragments, and between two writes of one frame.
struct Cut {
    const char* fragment_id;
    const char* write_id;
    const char* name;
    const char* digits;
    std::size_t at;
};

// clang-format off
constexpr Cut cut_characters[] = {
    {"6.24.1", "6.25.1", "U+00E9", "c3 a9", 1},            // an everyday letter
    {"6.24.2", "6.25.2", "U+0080", "c2 80", 1},            // the first of two octets
    {"6.24.3", "6.25.3", "U+07FF", "df bf", 1},            // the last of two octets
    {"6.24.4", "6.25.4", "U+20AC", "e2 82 ac", 1},         // the plain three-octet form
    {"6.24.5", "6.25.5", "U+20AC", "e2 82 ac", 2},         // its last octet alone
    {"6.24.6", "6.25.6", "U+0800", "e0 a0 80", 1},         // E0: the second octet is checked against A0 after the cut
    {"6.24.7", "6.25.7", "U+0800", "e0 a0 80", 2},         // E0 and its second octet before the cut
    {"6.24.8", "6.25.8", "U+D7FF", "ed 9f bf", 1},         // ED: the second octet is checked against 9F after the cut
    {"6.24.9", "6.25.9", "U+D7FF", "ed 9f bf", 2},         // ED and its second octet before the cut
    {"6.24.10", "6.25.10", "U+FFFF", "ef bf bf", 1},       // the last of three octets
    {"6.24.11", "6.25.11", "U+FFFF", "ef bf bf", 2},       // its last octet alone
    {"6.24.12", "6.25.12", "U+1F600", "f0 9f 98 80", 1},   // a lead octet alone
    {"6.24.13", "6.25.13", "U+1F600", "f0 9f 98 80", 2},   // cut in half
    {"6.24.14", "6.25.14", "U+1F600", "f0 9f 98 80", 3},   // its last octet alone
    {"6.24.15", "6.25.15", "U+10000", "f0 90 80 80", 1},   // F0: the second octet is checked against 90 after the cut
    {"6.24.16", "6.25.16", "U+10000", "f0 90 80 80", 2},   // F0 and its second octet before the cut
    {"6.24.17", "6.25.17", "U+10000", "f0 90 80 80", 3},   // a filler in place of what is missing is no help
    {"6.24.18", "6.25.18", "U+10FFFF", "f4 8f bf bf", 1},  // F4: the second octet is checked against 8F after the cut
    {"6.24.19", "6.25.19", "U+10FFFF", "f4 8f bf bf", 2},  // F4 and its second octet before the cut
    {"6.24.20", "6.25.20", "U+10FFFF", "f4 8f bf bf", 3},  // the last octet of the last character
};
// clang-format on

/// A cut in front of which nothing is wrong yet, or all is.
struct CutFault {
    const char* fragment_id;
    const char* write_id;
    const char* what;
    const char* first;
    const char* rest;
    const char* requirement;
};

// clang-format off
constexpr CutFault cut_faults[] = {
    {"6.26.1", "6.27.1", "c3 | 28", "c3", "28", second_octet},                // the lead octet waits for a continuation
    {"6.26.2", "6.27.2", "e2 82 | 28", "e2 82", "28", second_octet},          // wrong in the third place
    {"6.26.3", "6.27.3", "f0 9f 98 | 41", "f0 9f 98", "41", second_octet},    // wrong in the fourth place
    {"6.26.4", "6.27.4", "e0 | 80 80", "e0", "80 80", overlong},              // E0 must be remembered over the cut
    {"6.26.5", "6.27.5", "e0 | 9f bf", "e0", "9f bf", overlong},              // the highest that E0 forbids
    {"6.26.6", "6.27.6", "f0 | 8f bf bf", "f0", "8f bf bf", overlong},        // F0 must be remembered
    {"6.26.7", "6.27.7", "ed | a0 80", "ed", "a0 80", surrogates},            // ED must be remembered
    {"6.26.8", "6.27.8", "f4 | 90 80 80", "f4", "90 80 80", beyond_unicode},  // F4 must be remembered
    {"6.26.9", "6.27.9", "f4 90 | 80 80", "f4 90", "80 80", beyond_unicode},  // wrong before the cut
    {"6.26.10", "6.27.10", "c0 | af", "c0", "af", overlong},                  // wrong at the first octet
    {"6.26.11", "6.27.11", "e2 82 ac | 80", "e2 82 ac", "80", lone},          // one continuation octet too many
    {"6.26.12", "6.27.12", "e2 82 | c3 a9", "e2 82", "c3 a9", cut_off},       // a good character cuts a bad one off
    {"6.26.13", "6.27.13", "c3 | c3", "c3", "c3", cut_off},                   // a lead octet follows a lead octet
    {"6.26.14", "6.27.14", "61 | ff", "61", "ff", never_octets},              // nothing to remember
};
// clang-format on

/// An octet that no UTF-8 has: alone, first, in the middle, last.
struct Never {
    const char* id;
    Octet octet;
    const char* name;
};

// clang-format off
constexpr Never nevers[] = {
    {"6.31.1", 0xc0, "C0"},   // leads to overlong forms only
    {"6.31.2", 0xc1, "C1"},   // likewise; forgotten where the check is for C0
    {"6.31.3", 0xf5, "F5"},   // one above F4: beyond Unicode
    {"6.31.4", 0xf6, "F6"},   // the bit pattern of four octets
    {"6.31.5", 0xf7, "F7"},   // the last such pattern
    {"6.31.6", 0xf8, "F8"},   // the first pattern of five octets
    {"6.31.7", 0xf9, "F9"},   // five octets
    {"6.31.8", 0xfa, "FA"},   // five octets
    {"6.31.9", 0xfb, "FB"},   // the last of five octets
    {"6.31.10", 0xfc, "FC"},  // the first pattern of six octets
    {"6.31.11", 0xfd, "FD"},  // the last of six octets
    {"6.31.12", 0xfe, "FE"},  // no pattern at all
    {"6.31.13", 0xff, "FF"},  // -1 where an octet is a signed number
};
// clang-format on

/// A long ASCII text with something else at one place.
struct Place {
    const char* id;
    const char* what;
    const char* digits;
    std::size_t at;
};

// clang-format off
constexpr Place bad_places[] = {
    {"6.32.1", "FF", "ff", 15},         // the last octet of a block of 16 (SIMD)
    {"6.32.2", "FF", "ff", 63},         // the last octet of a block of 64
    {"6.32.3", "FF", "ff", 1023},       // the last octet of a buffer of 1 KiB
    {"6.32.4", "FF", "ff", 1024},       // the first octet behind it
    {"6.32.5", "FF", "ff", 4095},       // the last octet of a page
    {"6.32.6", "FF", "ff", 4096},       // the first octet behind it
    {"6.32.7", "FF", "ff", 8191},       // the last octet of the message
    {"6.32.8", "E2 82", "e2 82", 4095},  // a cut-off character across the page
    {"6.32.9", "ED A0 80", "ed a0 80", 1023},  // a surrogate across the buffer
};
constexpr Place good_places[] = {
    {"6.33.1", "U+20AC", "e2 82 ac", 14},         // across a block of 16 (SIMD)
    {"6.33.2", "U+20AC", "e2 82 ac", 63},         // across a block of 64
    {"6.33.3", "U+20AC", "e2 82 ac", 1022},       // two octets before the end of 1 KiB, one behind
    {"6.33.4", "U+20AC", "e2 82 ac", 1023},       // one before, two behind
    {"6.33.5", "U+20AC", "e2 82 ac", 4094},       // two before the end of a page
    {"6.33.6", "U+20AC", "e2 82 ac", 4095},       // one before
    {"6.33.7", "U+1F600", "f0 9f 98 80", 4093},   // three before
    {"6.33.8", "U+1F600", "f0 9f 98 80", 4094},   // cut in half by the page
    {"6.33.9", "U+1F600", "f0 9f 98 80", 4095},   // one before, three behind
    {"6.33.10", "U+10FFFF", "f4 8f bf bf", 8188}, // the end of the message
};
// clang-format on

constexpr std::size_t long_size = 8192;

Octets long_text(const Place& row) {
    Octets made = pattern("BAsd7&jh23", long_size);
    std::size_t at = row.at;
    for (Octet const octet : hex(row.digits)) made.at(at++) = octet;
    return made;
}

/// The second, third and fourth octets on the wrong side of each limit in RFC 3629 section 4.
constexpr Sequence limits[] = {
    // clang-format off
    {"6.34.1", bad, "C2 with a second octet one too low", "c2 7f", second_octet},            // ASCII DEL
    {"6.34.2", bad, "C2 with a second octet one too high", "c2 c0", second_octet},           // a lead octet
    {"6.34.3", bad, "E0 with a second octet one too low", "e0 9f 80", second_octet},         // overlong
    {"6.34.4", bad, "E0 with a second octet one too high", "e0 c0 80", second_octet},        // no continuation
    {"6.34.5", bad, "E1 with a second octet one too low", "e1 7f 80", second_octet},         // no continuation
    {"6.34.6", bad, "E1 with a third octet one too low", "e1 80 7f", second_octet},          // no continuation
    {"6.34.7", bad, "E1 with a third octet one too high", "e1 80 c0", second_octet},         // no continuation
    {"6.34.8", bad, "ED with a second octet one too high", "ed a0 80", second_octet},        // a surrogate
    {"6.34.9", bad, "ED with a second octet one too low", "ed 7f 80", second_octet},         // no continuation
    {"6.34.10", bad, "EF with a second octet one too high", "ef c0 80", second_octet},       // no continuation
    {"6.34.11", bad, "F0 with a second octet one too low", "f0 8f 80 80", second_octet},     // overlong
    {"6.34.12", bad, "F0 with a second octet one too high", "f0 c0 80 80", second_octet},    // no continuation
    {"6.34.13", bad, "F1 with a fourth octet one too low", "f1 80 80 7f", second_octet},     // no continuation
    {"6.34.14", bad, "F1 with a fourth octet one too high", "f1 80 80 c0", second_octet},    // no continuation
    {"6.34.15", bad, "F4 with a second octet one too high", "f4 90 80 80", second_octet},    // beyond Unicode
    {"6.34.16", bad, "F4 with a second octet one too low", "f4 7f 80 80", second_octet},     // no continuation
    {"6.34.17", good, "every lead octet with the lowest that may follow",
     "c2 80 df 80 e0 a0 80 e1 80 80 ec 80 80 ed 80 80 ee 80 80 ef 80 80 f0 90 80 80 "
     "f1 80 80 80 f3 80 80 80 f4 80 80 80",
     second_octet},                                                                          // all lower limits
    {"6.34.18", good, "every lead octet with the highest that may follow",
     "c2 bf df bf e0 bf bf e1 bf bf ec bf bf ed 9f bf ee bf bf ef bf bf f0 bf bf bf "
     "f1 bf bf bf f3 bf bf bf f4 8f bf bf",
     second_octet},                                                                          // all upper limits
    // clang-format on
};

Case one_sequence(const Sequence& row, bool autobahn) {
    Frame const message = text(hex(row.digits));
    if (row.validity == good) {
        return {.id = row.id,
                .title = std::string("Send ") + row.what,
                .covers = {row.requirement},
                .needs = Need::echo,
                .script = echo(message),
                .autobahn = autobahn};
    }
    return {.id = row.id,
            .title = std::string("Send ") + row.what,
            .covers = {"R6455-8.1-1", row.requirement, "R3629-10-1"},
            .script = autobahn ? Script{open(), send(message), expect(fails(1007))} : refused({message}),
            .autobahn = autobahn};
}

}  // namespace

Group utf8_text() {
    std::vector<Case> cases;
    auto add = [&cases](Case added) { cases.push_back(std::move(added)); };
    // Five characters of two octets among ASCII.
    Octets const sample = hex("48 65 6c 6c 6f 2d c2 b5 40 c3 9f c3 b6 c3 a4 c3 bc c3 a0 c3 a1 2d 55 54 46 2d 38 21 21");
    // kosme, a surrogate, "edited"
    Octets const with_surrogate = hex(kosme) + hex("ed a0 80") + octets("edited");

    add({.id = "6.1.1",
         .title = "Send an empty text message",
         .covers = {"R6455-5.2-7", "R6455-5.4-2"},
         .needs = Need::echo,
         .script = echo(text("")),
         .autobahn = true});
    add({.id = "6.1.2",
         .title = "Send an empty text message in three fragments",
         .covers = {"R6455-5.4-12", "R6455-5.4-3"},
         .needs = Need::echo,
         .script = echo_in_fragments({text("").more(), continuation("").more(), continuation("")}, {}),
         .autobahn = true});
    add({.id = "6.1.3",
         .title = "Send a text message in three fragments, the first and the last empty",
         .covers = {"R6455-5.4-12", "R6455-5.4-3"},
         .needs = Need::echo,
         .script = echo_in_fragments({text("").more(), continuation("middle frame payload").more(), continuation("")},
                                     octets("middle frame payload")),
         .autobahn = true});
    add({.id = "6.2.1",
         .title = "Send a text with characters of two octets",
         .covers = {all_characters, "R6455-5.4-2"},
         .needs = Need::echo,
         .script = echo(text(sample)),
         .autobahn = true});
    add({.id = "6.2.2",
         .title = "Send a text with characters of two octets in two fragments, cut between characters",
         .covers = {any_cut, all_characters, "R6455-5.4-3"},
         .needs = Need::echo,
         .script = echo_in_fragments({text(Octets(sample.begin(), sample.begin() + 15)).more(),
                                      continuation(Octets(sample.begin() + 15, sample.end()))},
                                     sample),
         .autobahn = true});
    add({.id = "6.2.3",
         .title = "Send a text with characters of two octets, one octet a fragment",
         .covers = {"R6455-5.6-3", any_cut, "R6455-5.4-3"},
         .needs = Need::echo,
         .script = echo_in_fragments(octet_by_octet(sample), sample),
         .autobahn = true});
    add({.id = "6.2.4",
         .title = "Send the Greek word kosme, one octet a fragment",
         .covers = {"R6455-5.6-3", any_cut, "R6455-5.4-3"},
         .needs = Need::echo,
         .script = echo_in_fragments(octet_by_octet(hex(kosme)), hex(kosme)),
         .autobahn = true});
    add({.id = "6.3.1",
         .title = "Send a text with a surrogate in the middle",
         .covers = {"R6455-8.1-1", surrogates, "R3629-10-1"},
         .script = {open(), send(text(with_surrogate)), expect(fails(1007))},
         .autobahn = true});
    add({.id = "6.3.2",
         .title = "Send a text with a surrogate in the middle, one octet a fragment",
         .covers = {"R6455-8.1-1", surrogates, any_cut},
         .script = {open(), send(octet_by_octet(with_surrogate)), expect(fails(1007))},
         .autobahn = true});

    // Fail-fast: f4 90 can't begin a character, and the target has proved that it read it.
    add({.id = "6.4.1",
         .title = "Send valid text, then a fragment that can't be UTF-8, then the rest",
         .covers = {"R6455-8.1-1", "R6455-8.1-3", beyond_unicode},
         .script = three_fragments(hex(kosme), hex("f4 90 80 80"), octets("edited")),
         .note = fail_fast_note,
         .autobahn = true});
    add({.id = "6.4.2",
         .title = "Send valid text and a lead octet, then the second octet that makes it invalid, then the rest",
         .covers = {"R6455-8.1-1", "R6455-8.1-3", beyond_unicode, any_cut},
         .script = three_fragments(hex(kosme) + hex("f4"), hex("90"), hex("80 80") + octets("edited")),
         .note = fail_fast_note,
         .autobahn = true});
    add({.id = "6.4.3",
         .title = "Send one frame with valid text, octets that can't be UTF-8 and the rest, pausing before each",
         .covers = {"R6455-8.1-1", "R6455-8.1-3", beyond_unicode},
         .script = one_frame_in_pieces(hex(kosme), hex("f4 90 80 80"), octets("edited")),
         .note = fail_fast_note,
         .autobahn = true});
    add({.id = "6.4.4",
         .title = "Send one frame with valid text and a lead octet, a second octet that makes it invalid and the rest, "
                  "pausing before each",
         .covers = {"R6455-8.1-1", "R6455-8.1-3", beyond_unicode, any_cut},
         .script = one_frame_in_pieces(hex(kosme) + hex("f4"), hex("90"), hex("80 80") + octets("edited")),
         .note = fail_fast_note,
         .autobahn = true});
    for (const auto& row : sequences) add(one_sequence(row, true));

    // Cut in every place. Letters around it, so that the cut is neither at the start nor at the end of the text.
    Octets const front = octets("ab");
    Octets const back = octets("cdefg");
    for (const auto& row : cut_characters) {
        Octets const character = hex(row.digits);
        auto const middle = character.begin() + static_cast<std::ptrdiff_t>(row.at);
        add({.id = row.fragment_id,
             .title = std::string("Send a fragment up to octet ") + std::to_string(row.at) + " of " + row.name +
                      ", a ping, then the rest",
             .covers = {"R6455-5.6-3", any_cut, "R6455-5.4-11"},
             .needs = Need::echo,
             .script = {open(), send({text(front + Octets(character.begin(), middle)).more(), ping("in between")}),
                        expect(receives(pong("in between"))),
                        send(continuation(Octets(middle, character.end()) + back)),
                        expect(receives(text(front + character + back))), closing_handshake()}});
    }
    // The header has 2 octets, and 4 more of masking key from a client: one of the two cuts is the wanted one.
    for (const auto& row : cut_characters) {
        std::size_t const cut = 2 + front.size() + row.at;
        add({.id = row.write_id,
             .title = std::string("Send a text frame in writes that end behind octet ") + std::to_string(row.at) +
                      " of " + row.name,
             .covers = {any_cut, all_characters, "R6455-5.2-15"},
             .needs = Need::echo,
             .script = echo(text(front + hex(row.digits) + back), cut_at({cut, cut + 4}))});
    }
    for (const auto& row : cut_faults) {
        add({.id = row.fragment_id,
             .title = std::string("Send ") + row.what + " in two fragments, with a barrier at the bar",
             .covers = {"R6455-8.1-1", any_cut, row.requirement},
             .script = {open(), send(text(front + hex(row.first)).more()), barrier("first part digested"),
                        send({continuation(hex(row.rest) + back), ping("after the fault")}), expect(fails(1007))}});
    }
    for (const auto& row : cut_faults) {
        std::size_t const cut = 2 + front.size() + hex(row.first).size();
        add({.id = row.write_id,
             .title = std::string("Send ") + row.what + " in one text frame, in writes that end at the bar",
             .covers = {"R6455-8.1-1", any_cut, row.requirement},
             .script = refused({text(front + hex(row.first) + hex(row.rest) + back)}, cut_at({cut, cut + 4}))});
    }

    // The state of the decoder belongs to one text message.
    add({.id = "6.28.1",
         .title = "Send a text that ends inside a character, then the missing octet as the next text",
         .covers = {"R6455-8.1-1", cut_off},
         .script = refused({text(hex("e2 82")), text(hex("ac"))})});
    add({.id = "6.28.2",
         .title = "Send a good text, then a text that begins with a continuation octet",
         .covers = {"R6455-8.1-1", lone},
         .script = {open(), send({text(hex("e2 82 ac")), text(hex("ac")), ping("after the fault")}),
                    expect(fails(1007).after({text(hex("e2 82 ac"))}))}});
    add({.id = "6.28.3",
         .title = "Send a binary message that ends like a cut-off character, then the missing octet as a text",
         .covers = {"R6455-8.1-1", lone, "R6455-5.6-4"},
         .script = {open(), send({binary(hex("e2 82")), text(hex("ac")), ping("after the fault")}),
                    expect(fails(1007).after({binary(hex("e2 82"))}))}});
    add({.id = "6.28.4",
         .title = "Send a binary message that ends like a cut-off character, then a good text",
         .covers = {"R6455-5.6-4", all_characters, "R6455-6.2-4"},
         .needs = Need::echo,
         .script = {open(), send({binary(hex("61 f0 9f 98")), text("next")}),
                    expect(receives({binary(hex("61 f0 9f 98")), text("next")})), closing_handshake()}});
    // The ping holds just what the text is waiting for.
    add({.id = "6.28.5",
         .title = "Cut a character between two fragments and put its missing octets into a ping between them",
         .covers = {"R6455-5.6-3", "R6455-5.4-11", any_cut},
         .needs = Need::echo,
         .script = {open(), send({text(hex("e2")).more(), ping(hex("82 ac"))}), expect(receives(pong(hex("82 ac")))),
                    send(continuation(hex("82 ac"))), expect(receives(text(hex("e2 82 ac")))), closing_handshake()}});
    add({.id = "6.28.6",
         .title = "Put an octet that is no UTF-8 into a ping inside a text message",
         .covers = {"R6455-5.5.2-1", "R6455-5.4-11"},
         .needs = Need::echo,
         .script = {open(), send({text("ab").more(), ping(hex("ff"))}), expect(receives(pong(hex("ff")))),
                    send(continuation("cd")), expect(receives(text("abcd"))), closing_handshake()}});
    add({.id = "6.28.7",
         .title = "Send a text in two fragments that ends inside a character",
         .covers = {"R6455-8.1-1", cut_off, any_cut},
         .script = refused({text("ab").more(), continuation(hex("63 f0 9f 98"))})});
    // The end of the message is in a frame that has no octets to check.
    add({.id = "6.28.8",
         .title = "Send a cut-off character, then an empty last fragment",
         .covers = {"R6455-8.1-1", cut_off, any_cut},
         .script = refused({text(hex("e2 82")).more(), continuation("")})});
    add({.id = "6.28.9",
         .title = "Send a character with empty fragments between its octets",
         .covers = {"R6455-5.6-3", any_cut, "R6455-5.4-12"},
         .needs = Need::echo,
         .script = echo_in_fragments(
             {text("").more(), continuation(hex("e2")).more(), continuation("").more(), continuation(hex("82")).more(),
              continuation("").more(), continuation(hex("ac")).more(), continuation("")},
             hex("e2 82 ac"))});

    // Binary is not text.
    Octets every_octet;
    for (unsigned octet = 0; octet < 256; ++octet) every_octet.push_back(static_cast<Octet>(octet));
    add({.id = "6.29.1",
         .title = "Send a binary message with octets that are no UTF-8",
         .covers = {"R6455-5.6-4"},
         .needs = Need::echo,
         .script = echo(binary(hex("ff fe c0 80 ed a0 80")))});
    add({.id = "6.29.2",
         .title = "Send a binary message with all 256 octets",
         .covers = {"R6455-5.6-4"},
         .needs = Need::echo,
         .script = echo(binary(every_octet))});
    add({.id = "6.29.3",
         .title = "Send a binary message in fragments whose continuations are no UTF-8",
         .covers = {"R6455-5.6-4", "R6455-5.4-18"},
         .needs = Need::echo,
         .script = {open(),
                    send({binary(hex("61 e2")).more(), continuation(hex("ff")).more(), continuation(hex("c0"))}),
                    expect(receives(binary(hex("61 e2 ff c0")))), closing_handshake()}});

    // Characters that something between wire and application likes to take away.
    add({.id = "6.30.1",
         .title = "Send a text with U+0000 in the middle",
         .covers = {all_characters},
         .needs = Need::echo,
         .script = echo(text(hex("61 00 62")))});
    add({.id = "6.30.2",
         .title = "Send a text with U+0000 at the end",
         .covers = {all_characters},
         .needs = Need::echo,
         .script = echo(text(hex("61 62 00")))});
    constexpr const char* bom_note =
        "In WebSocket text a BOM is a character like any other (RFC 3629 section 6): taken away it is non-strict.";
    add({.id = "6.30.3",
         .title = "Send a text that begins with a BOM",
         .covers = {"R3629-6-1"},
         .needs = Need::echo,
         .script = {open(), send(text(hex("ef bb bf 61 62"))),
                    expect({receives(text(hex("ef bb bf 61 62"))), receives(text("ab")).non_strict()}),
                    closing_handshake()},
         .note = bom_note});
    add({.id = "6.30.4",
         .title = "Send a text that is nothing but a BOM",
         .covers = {"R3629-6-1"},
         .needs = Need::echo,
         .script = {open(), send(text(hex("ef bb bf"))),
                    expect({receives(text(hex("ef bb bf"))), receives(text("")).non_strict()}), closing_handshake()},
         .note = bom_note});
    add({.id = "6.30.5",
         .title = "Send a text with a BOM in the middle",
         .covers = {"R3629-6-1"},
         .needs = Need::echo,
         .script = echo(text(hex("61 ef bb bf 62")))});
    add({.id = "6.30.6",
         .title = "Send the control characters U+0000 to U+001F and U+007F to U+009F",
         .covers = {all_characters},
         .needs = Need::echo,
         .script = echo(text(hex("00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b "
                                 "1c 1d 1e 1f 7f c2 80 c2 81 c2 82 c2 83 c2 84 c2 85 c2 86 c2 87 c2 88 c2 89 c2 8a "
                                 "c2 8b c2 8c c2 8d c2 8e c2 8f c2 90 c2 91 c2 92 c2 93 c2 94 c2 95 c2 96 c2 97 c2 98 "
                                 "c2 99 c2 9a c2 9b c2 9c c2 9d c2 9e c2 9f")))});
    // Composed and decomposed are different texts: nothing normalises on the way.
    add({.id = "6.30.7",
         .title = "Send the letter e with acute, composed and decomposed",
         .covers = {all_characters},
         .needs = Need::echo,
         .script = echo(text(hex("c3 a9 65 cc 81")))});
    add({.id = "6.30.8",
         .title = "Send line ends of every kind",
         .covers = {all_characters},
         .needs = Need::echo,
         .script = echo(text(hex("61 0d 0a 62 0a 63 0d 64 c2 85 e2 80 a8 e2 80 a9")))});

    for (const auto& row : nevers) {
        Octets const octet{row.octet};
        add({.id = row.id,
             .title = std::string("Send the octet ") + row.name + " alone, first, in the middle and last",
             .covers = {"R6455-8.1-1", never_octets, "R3629-10-1"},
             .script = refused({text(octet)}),
             .variants = {refused({text(octet + back)}), refused({text(front + octet + back)}),
                          refused({text(front + octet)})}});
    }
    for (const auto& row : bad_places) {
        add({.id = row.id,
             .title = "Send " + std::to_string(long_size) + " octets of text with " + row.what + " at octet " +
                      std::to_string(row.at),
             .covers = {"R6455-8.1-1", "R3629-10-1"},
             .script = refused({text(long_text(row))})});
    }
    for (const auto& row : good_places) {
        add({.id = row.id,
             .title = "Send " + std::to_string(long_size) + " octets of text with " + row.what + " at octet " +
                      std::to_string(row.at),
             .covers = {any_cut, all_characters},
             .needs = Need::echo,
             .script = echo(text(long_text(row)))});
    }
    for (const auto& row : limits) add(one_sequence(row, false));
    // The pattern has 10 octets and the writes have 7: every character is cut in every place.
    Octets const mixed = pattern("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 4090);
    add({.id = "6.35.1",
         .title = "Send 4090 octets of characters of all four lengths, 7 octets a write",
         .covers = {any_cut, all_characters},
         .needs = Need::echo,
         .script = echo(text(mixed), chopped(7))});
    add({.id = "6.35.2",
         .title = "Send characters of all four lengths, one octet a write",
         .covers = {any_cut, all_characters},
         .needs = Need::echo,
         .script = echo(text(Octets(mixed.begin(), mixed.begin() + 120)), chopped(1))});
    for (auto& one : utf8::long_texts()) add(std::move(one));
    for (auto& one : utf8::contents()) add(std::move(one));
    for (auto& one : utf8::edges_of_registers()) add(std::move(one));
    for (auto& one : utf8::ends_inside_characters()) add(std::move(one));
    return {.number = "6", .title = "UTF-8", .cases = std::move(cases)};
}

}  // namespace wsspec
