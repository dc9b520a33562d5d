#include "reports/html_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "reports/markup.h"

namespace wsspec {

namespace {

struct Character {
    char32_t code = 0;
    std::size_t size = 0;  ///< Octets; 0: none begins here.
};

/// The character at the start of `text`, which is not empty (RFC 3629 section 4).
Character first_character(std::string_view text) {
    auto const at = [&](std::size_t i) { return static_cast<char32_t>(static_cast<Octet>(text[i])); };
    char32_t const lead = at(0);
    if (lead < 0x80) return {lead, 1};
    std::size_t const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
    char32_t code = lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((at(i) & 0xc0) != 0x80) return {};
        code = code << 6 | (at(i) & 0x3f);
    }
    constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
    return {code, size};
}

struct Range {
    char32_t first;
    char32_t last;
};

/// Characters that show nothing, move what stands beside them, or have no agreed shape: categories Cc, Cf, Zl, Zp, Co
/// and the noncharacters of Unicode 15, variation selectors, and the letters that are blank. In order.
constexpr Range unseen[] = {
    {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},     {0x600, 0x605},     {0x61c, 0x61c},
    {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},     {0x115f, 0x1160},
    {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
    {0x3164, 0x3164},   {0xe000, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
    {0x13430, 0x1345f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0x1fffe, 0x1ffff}, {0x2fffe, 0x10ffff},
};

bool is_unseen(char32_t code) {
    auto const found = std::ranges::lower_bound(unseen, code, {}, &Range::last);
    return found != std::end(unseen) && found->first <= code;
}

void append_utf16(std::string& out, char32_t code) {
    auto const unit = [&](std::uint32_t value) { out += fmt::format("\\u{:04x}", value); };
    if (code < 0x10000) return unit(code);
    unit(0xd800 + ((code - 0x10000) >> 10));
    unit(0xdc00 + ((code - 0x10000) & 0x3ff));
}

}  // namespace

std::string page_string(std::string_view text, std::size_t limit, Lines lines) {
    std::string out = "\"";
    std::size_t written = 0;
    for (std::size_t at = 0; at < text.size(); ++written) {
        if (written == limit) {
            out += fmt::format("\\u2026 (cut; {} octets in all)", text.size());
            break;
        }
        auto const [code, size] = first_character(text.substr(at));
        at += std::max<std::size_t>(size, 1);
        if (size == 0) {
            out += fmt::format("\\\\x{:02x}", static_cast<Octet>(text[at - 1]));
        } else if (code == '\n') {
            out += lines == Lines::kept ? "\\n" : "\\\\n";
        } else if (code == '\r') {
            out += "\\\\r";
        } else if (code == '\t') {
            out += "\\\\t";
        } else if (code < 0x20 || code == 0x7f) {
            out += fmt::format("\\\\x{:02x}", static_cast<std::uint32_t>(code));
        } else if (code == '"' || code == '\\') {
            out += '\\';
            out += static_cast<char>(code);
        } else if (code < 0x7f && code != '<' && code != '>' && code != '&') {
            out += static_cast<char>(code);
        } else if (is_unseen(code)) {
            out += fmt::format("\\\\u{{{:x}}}", static_cast<std::uint32_t>(code));
        } else {
            append_utf16(out, code);
        }
    }
    return out + '"';
}

std::string html_escaped(std::string_view text, std::size_t limit) { return markup_escaped(printable(text, limit)); }

std::string base64(OctetView octets) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((octets.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < octets.size(); at += 3) {
        std::size_t const here = std::min<std::size_t>(3, octets.size() - at);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < here ? octets[at + i] : 0U);
        for (std::size_t i = 0; i < 4; ++i) out += i <= here ? alphabet[(bits >> (18 - 6 * i)) & 0x3f] : '=';
    }
    return out;
}

}  // namespace wsspec
