// Faults in what becomes of payloads: texts that come back as other texts, pings that are not answered as they are, and
// Closes told from each other by a part of them (RFC 6455 sections 5.5, 5.6 and 7.4).
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "reference/utf8.h"
#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// Every text message comes back as another one. To a client it goes there.
net::FilterFactory makes_of_texts(void (*change)(std::string&)) {
    return bend_outgoing([change](Frame frame) -> Frames {
        if (frame.opcode != Opcode::text) return {frame};
        std::string text(as_text(frame.payload));
        change(text);
        frame.payload = octets(text);
        return {frame};
    });
}

net::FilterFactory makes_of_pongs(void (*change)(Octets&)) {
    return bend_outgoing([change](Frame frame) -> Frames {
        if (frame.opcode == Opcode::pong) change(frame.payload);
        return {frame};
    });
}

void joins_lines_anew(std::string& text) {
    for (std::string_view const end : {"\v", "\f", "\x1c", "\x1d", "\x1e", "\xc2\x85"}) replace_all(text, end, "\n");
}
void narrows_spaces(std::string& text) {
    for (std::string_view const space : {"\xc2\xa0", "\xe3\x80\x80"}) replace_all(text, space, " ");
}
void takes_away_invisible(std::string& text) {
    for (std::string_view const one : {"\xe2\x80\x8b", "\xe2\x80\x8d", "\xc2\xad"}) replace_all(text, one, "");
}
void decodes_percent(std::string& text) { replace_all(text, "%41", "A"); }
void unescapes(std::string& text) { replace_all(text, "\\n", "\n"); }
void fills_formats(std::string& text) { replace_all(text, "%s", "(null)"); }
void reads_numbers(std::string& text) {
    if (text == "1.0") text = "1";
    if (text == "00") text = "0";
}
void escapes_markup(std::string& text) { replace_all(text, "<", "&lt;"); }
void composes(std::string& text) { replace_all(text, "\xef\xac\x81", "fi"); }
void drops_selectors(std::string& text) { replace_all(text, "\xef\xb8\x8f", ""); }
void replaces_private(std::string& text) { replace_all(text, "\xee\x80\x80", "\xef\xbf\xbd"); }
void chomps(std::string& text) {
    if (text.ends_with('\n')) text.pop_back();
}

void strips(Octets& payload) {
    while (!payload.empty() && (payload.back() == ' ' || payload.back() == '\r' || payload.back() == '\n'))
        payload.pop_back();
}
void loses_one_of_64(Octets& payload) {
    if (payload.size() == 64) payload.pop_back();
}
/// By a length in characters.
void counts_characters(Octets& payload) {
    auto const characters = std::ranges::count_if(payload, [](Octet octet) { return (octet & 0xc0) != 0x80; });
    if (is_valid_utf8(payload)) payload.resize(static_cast<std::size_t>(characters));
}

net::FilterFactory refuses_odd_pongs() {
    return bend_incoming([](Frame frame) -> Frames {
        bool const odd = frame.opcode == Opcode::pong && !is_valid_utf8(frame.payload);
        return {odd ? refused_with_1007(Opcode::text) : frame};
    });
}

net::FilterFactory loses_pings_inside(std::size_t octets, unsigned fragments) {
    return bend_incoming([=, size = std::size_t{0}, count = 0U](Frame frame) mutable -> Frames {
        if (starts_message(frame)) size = count = 0;
        if (is_data(frame)) {
            size += frame.payload.size();
            ++count;
            if (frame.fin) size = count = 0;
        }
        return frame.opcode == Opcode::ping && (size >= octets || count >= fragments) ? Frames{} : Frames{frame};
    });
}

net::FilterFactory tires_of_pings_late() {
    return bend_incoming([seen = 0U](Frame frame) mutable -> Frames {
        return frame.opcode == Opcode::ping && ++seen > 2000 ? Frames{} : Frames{frame};
    });
}

/// A Close with a code that `picks` is answered like any other.
net::FilterFactory answers_codes(bool (*picks)(std::uint16_t code)) {
    return bend_incoming([picks](Frame frame) -> Frames {
        bool const picked = frame.opcode == Opcode::close && frame.fin && picks(close_code_of(frame));
        return {picked ? close_frame(1000) : frame};
    });
}

net::FilterFactory refuses_codes(bool (*picks)(std::uint16_t code)) {
    return bend_incoming([picks](Frame frame) -> Frames {
        bool const picked = frame.opcode == Opcode::close && frame.fin && picks(close_code_of(frame));
        return {picked ? refused_with_1002() : frame};
    });
}

bool is_between_0_and_999(std::uint16_t code) { return code > 1 && code < 999 && code != 500 && code != 3; }
bool is_inside_3000s(std::uint16_t code) { return code == 3100 || code == 3500; }
bool is_inside_4000s(std::uint16_t code) { return code > 4050 && code < 4700 && code != 4321; }

}  // namespace

std::vector<Fault> content_faults() {
    constexpr const char* characters = "R3629-3-8";
    return {
        {"joins-lines-anew",
         characters,
         "Makes a line feed of VT, FF, FS to RS and NEL in texts.",
         {"6.40.1"},
         makes_of_texts(joins_lines_anew)},
        {"narrows-spaces",
         characters,
         "Makes a blank of U+00A0 and U+3000 in texts.",
         {"6.40.2", "6.40.3"},
         makes_of_texts(narrows_spaces)},
        {"takes-away-what-nobody-sees",
         characters,
         "Takes U+00AD, U+200B and U+200D out of texts.",
         {"6.40.4"},
         makes_of_texts(takes_away_invisible)},
        {"decodes-percent-signs", characters, "Decodes %41 in texts.", {"6.40.5"}, makes_of_texts(decodes_percent)},
        {"unescapes-texts",
         characters,
         "Makes a line feed of a backslash and an n.",
         {"6.40.5"},
         makes_of_texts(unescapes)},
        {"fills-in-formats", characters, "Prints texts by printf().", {"6.40.6"}, makes_of_texts(fills_formats)},
        {"reads-numbers",
         characters,
         "Sends back the number that a text is.",
         {"6.40.7"},
         makes_of_texts(reads_numbers)},
        {"escapes-markup", characters, "Escapes texts for HTML.", {"6.40.8"}, makes_of_texts(escapes_markup)},
        {"composes-texts", characters, "Makes two letters of a ligature (NFKC).", {"6.40.9"}, makes_of_texts(composes)},
        {"drops-variation-selectors",
         characters,
         "Takes U+FE0F out of texts.",
         {"6.40.10"},
         makes_of_texts(drops_selectors)},
        {"replaces-private-characters",
         characters,
         "Makes U+FFFD of a private character.",
         {"6.40.11"},
         makes_of_texts(replaces_private)},
        {"chomps-texts",
         characters,
         "Takes a line feed away from the end of a text.",
         {"6.40.12"},
         makes_of_texts(chomps)},

        {"strips-pings",
         "R6455-5.5.3-1",
         "Answers a ping without the blanks and line ends behind its payload.",
         {"2.18.2"},
         makes_of_pongs(strips)},
        {"loses-an-octet-of-64",
         "R6455-5.5.3-1",
         "Answers a ping of 64 octets with 63 of them.",
         {"2.18.1"},
         makes_of_pongs(loses_one_of_64)},
        {"counts-the-characters-of-pings",
         "R6455-5.5.3-1",
         "Answers a ping with as many octets as it has characters.",
         {"2.18.3"},
         makes_of_pongs(counts_characters)},
        {"wants-pongs-to-be-text",
         "R6455-5.5.3-3",
         "Fails the connection over a pong that is no UTF-8.",
         {"2.18.4"},
         refuses_odd_pongs()},
        {"loses-pings-inside-large-messages",
         "R6455-5.5.2-2",
         "Overlooks a ping when it holds 64 KiB of a message.",
         {"2.18.6"},
         loses_pings_inside(65536, 1'000'000)},
        {"loses-pings-behind-many-fragments",
         "R6455-5.5.2-2",
         "Overlooks a ping behind 64 fragments.",
         {"2.18.7"},
         loses_pings_inside(SIZE_MAX, 64)},
        {"tires-of-pings-late", "R6455-5.5.2-2", "Answers no more than 2000 pings.", {"2.18.8"}, tires_of_pings_late()},

        {"takes-codes-below-1000",
         "R6455-7.4.2-1",
         "Takes a Close with codes between 1 and 999.",
         {"7.20.1"},
         answers_codes(is_between_0_and_999)},
        {"refuses-codes-that-nobody-registered",
         "R6455-7.4.2-3",
         "Fails the connection over codes that nobody has registered.",
         {"7.20.3"},
         refuses_codes(is_inside_3000s)},
        {"refuses-codes-above-4050",
         "R6455-7.4.2-4",
         "Fails the connection over 4051 and more.",
         {"7.20.4"},
         refuses_codes(is_inside_4000s)},
    };
}

}  // namespace wsspec::detail
