// 6.40: a text is what it is. What reads encodings, markup, escapes or numbers in it, folds its letters or its white
// space, or takes away what nobody sees, hands on another text than was sent (RFC 6455 section 5.6, RFC 3629 section
// 3).
#include <string>
#include <string_view>
#include <utility>

#include "cases/06_utf8.h"

namespace wsspec::utf8 {

namespace {

Octets encoded(char32_t c) {
    auto const octet = [](char32_t bits) { return static_cast<Octet>(bits); };
    auto const tail = [&](unsigned shift) { return octet(0x80U | ((c >> shift) & 0x3fU)); };
    if (c < 0x80) return {octet(c)};
    if (c < 0x800) return {octet(0xc0U | (c >> 6U)), tail(0)};
    if (c < 0x10000) return {octet(0xe0U | (c >> 12U)), tail(6), tail(0)};
    return {octet(0xf0U | (c >> 18U)), tail(12), tail(6), tail(0)};
}

struct Range {
    char32_t first, last;
};

/// A text for each character, which stands between two letters: alone, so that nothing beside it decides what becomes
/// of it.
std::vector<Frame> between_letters(std::initializer_list<Range> ranges) {
    std::vector<Frame> messages;
    for (const Range& range : ranges)
        for (char32_t c = range.first; c <= range.last; ++c) {
            Octets message = octets("a");
            append(message, encoded(c));
            append(message, octets("b"));
            messages.push_back(text(std::move(message)));
        }
    return messages;
}

std::vector<Frame> texts(std::initializer_list<std::string_view> all) {
    std::vector<Frame> messages;
    for (std::string_view const one : all) messages.push_back(text(one));
    return messages;
}

}  // namespace

std::vector<Case> contents() {
    struct Row {
        const char* what;
        std::vector<Frame> messages;
    };
    const Row rows[] = {
        {"each control character between two letters", between_letters({{0x00, 0x1f}, {0x7f, 0x9f}})},
        {"each character from U+00A0 to U+00FF between two letters", between_letters({{0xa0, 0xff}})},
        {"each kind of space and line end between two letters", between_letters({{0x20, 0x20},
                                                                                 {0x1680, 0x1680},
                                                                                 {0x180e, 0x180e},
                                                                                 {0x2000, 0x200a},
                                                                                 {0x2028, 0x2029},
                                                                                 {0x202f, 0x202f},
                                                                                 {0x205f, 0x205f},
                                                                                 {0x3000, 0x3000}})},
        {"each character that nobody sees between two letters", between_letters({{0xad, 0xad},
                                                                                 {0x34f, 0x34f},
                                                                                 {0x61c, 0x61c},
                                                                                 {0x115f, 0x1160},
                                                                                 {0x200b, 0x200f},
                                                                                 {0x202a, 0x202e},
                                                                                 {0x2060, 0x206f},
                                                                                 {0x3164, 0x3164},
                                                                                 {0xfe00, 0xfe0f},
                                                                                 {0xfeff, 0xfeff},
                                                                                 {0xfff9, 0xfffd},
                                                                                 {0xe0001, 0xe0001},
                                                                                 {0xe0020, 0xe0022},
                                                                                 {0xe0100, 0xe0102}})},
        {"texts that are something else in another encoding",
         texts({"%41%20%00+%u0041", "&amp;&#65;&#x41;&lt;&nbsp;", R"(\n\t\\\x41\u0041\101\0)",
                "=41=3D=", "SGVsbG8=", "+AGEA-", "xn--bcher-kva", "\"quoted\" 'quoted' `quoted`", "48656c6c6f"})},
        {"texts that formats and templates fill in",
         texts({"100%", "%s%d%x%c%p", "%n%n", "%1$s %%", "{} {0} {name}", "${HOME} $(id) `id`", "{{7*7}} <%= 7 %>",
                "#{7*7}", "~a ~s"})},
        {"texts that are values in JSON",
         texts({"{\"b\" : 1, \"a\":1, \"a\":2}", "[ 1 ,2 ]", "1.0", "1e3", "-0", "00", "null", "true", "\"x\"", "{}",
                "\"\\u00e9\\/\"", "12345678901234567890"})},
        {"texts that are commands or markup elsewhere",
         texts({"<b>&</b>", "<script>1</script>", "]]>", "<!-- -->", "'; --", "../../x", "*", "quit", "close", "ping",
                "GET / HTTP/1.1\r\n\r\n", "\x1b[2J", "#", "//", "NaN", "undefined", "None"})},
        {"texts that are other texts when letters are folded",
         texts({"aA\xc3\xa4\xc3\x84\xc3\x9f\xe1\xba\x9e", "\xef\xac\x81\xef\xac\x85\xc5\xbf",
                "\xef\xbc\xa1\xef\xbd\x81\xef\xbc\x91", "\xe2\x84\xab\xe2\x84\xa6\xe2\x84\xaa", "\xc3\xa9", "e\xcc\x81",
                "\xea\xb0\x80", "\xe1\x84\x80\xe1\x85\xa1", "\xc4\xb0\xc4\xb1", "\xcf\x82\xcf\x83",
                "\xc2\xb2\xc2\xbd\xe2\x85\xa3\xe2\x80\xa6", "\xd7\xa9\xd7\x81", "o\xcc\xa7\xcc\x81",
                "o\xcc\x81\xcc\xa7"})},
        {"texts of characters that belong together",
         texts({"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
                "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
                "\xe2\x9d\xa4\xef\xb8\x8f\xe2\x9d\xa4\xef\xb8\x8e", "1\xef\xb8\x8f\xe2\x83\xa3",
                "\xe0\xa4\x95\xe0\xa5\x8d\xe0\xa4\xb7\xe0\xa4\xbf", "\xd9\x84\xd8\xa7\xd9\x8e",
                "a\xcc\x80\xcc\x81\xcc\x82\xcc\x83"})},
        {"private and unassigned characters between two letters", between_letters({{0x378, 0x379},
                                                                                   {0xe000, 0xe000},
                                                                                   {0xf8ff, 0xf8ff},
                                                                                   {0xfdd0, 0xfdd0},
                                                                                   {0xfffe, 0xffff},
                                                                                   {0x1fffe, 0x1ffff},
                                                                                   {0xf0000, 0xf0000},
                                                                                   {0x10fffd, 0x10ffff}})},
        {"texts that are white space, or end in it",
         texts({" ", "\n", "\r\n", "\t", "\r", "a\n", "a\r\n", "a ", "\na", "\n\n\n", "a\n\n", "a\r\n\r\n", "a\xc2\xa0",
                "\xe3\x80\x80"})},
    };
    std::vector<Case> cases;
    for (const Row& row : rows)
        cases.push_back({.id = "6.40." + std::to_string(cases.size() + 1),
                         .title = "Send " + std::string(row.what),
                         .covers = {"R3629-3-8", "R6455-5.6-2"},
                         .needs = Need::echo,
                         .script = {open(), send(row.messages), expect(receives(row.messages)), closing_handshake()}});
    return cases;
}

}  // namespace wsspec::utf8
