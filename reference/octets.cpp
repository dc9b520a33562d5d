#include "reference/octets.h"

#include <stdexcept>

namespace wsspec {

namespace {

constexpr std::string_view digits_of = "0123456789abcdef";

}  // namespace

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Octets octets(std::string_view text) { return {text.begin(), text.end()}; }

Octets hex(std::string_view digits) {
    Octets out;
    int high = -1;
    for (char c : digits) {
        if (c == ' ') continue;
        int const value = hex_digit(c);
        if (value < 0) throw std::invalid_argument("hex(): not a hexadecimal digit in \"" + std::string(digits) + '"');
        if (high < 0) {
            high = value;
        } else {
            out.push_back(static_cast<Octet>(high * 16 + value));
            high = -1;
        }
    }
    if (high >= 0) throw std::invalid_argument("hex(): half an octet in \"" + std::string(digits) + '"');
    return out;
}

Octets repeated(Octet value, std::size_t count) { return Octets(count, value); }

Octets pattern(std::string_view pattern, std::size_t length) {
    Octets out(length);
    for (std::size_t i = 0; i < length; ++i) out[i] = static_cast<Octet>(pattern[i % pattern.size()]);
    return out;
}

std::string to_hex(OctetView octets, std::size_t limit) {
    std::string out;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (i != 0) out += ' ';
        if (i == limit) return out + "…";
        out += digits_of[octets[i] >> 4];
        out += digits_of[octets[i] & 15];
    }
    return out;
}

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == limit) return out + "…";
        auto const c = static_cast<Octet>(text[i]);
        if (c == '\r') {
            out += "\\r";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\\') {
            out += "\\\\";
        } else if (c < 0x20 || c >= 0x7f) {
            out += "\\x";
            out += digits_of[c >> 4];
            out += digits_of[c & 15];
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string_view as_text(OctetView octets) { return {reinterpret_cast<char const*>(octets.data()), octets.size()}; }

OctetView as_octets(std::string_view text) { return {reinterpret_cast<Octet const*>(text.data()), text.size()}; }

void append(Octets& to, OctetView more) { to.insert(to.end(), more.begin(), more.end()); }

}  // namespace wsspec
