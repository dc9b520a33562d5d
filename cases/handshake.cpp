#include "cases/handshake.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace wsspec {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool is_named(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':') return false;
    return std::ranges::equal(line.substr(0, name.size()), name, {}, lower, lower);
}

std::string field(std::string_view name, std::string_view value) {
    return std::string(name) + ": " + std::string(value);
}

void fill_in(std::string& text, std::string_view placeholder, std::string_view value) {
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size()))
        text.replace(at, placeholder.size(), value);
}

}  // namespace

Handshake Handshake::drop(std::string_view name) const {
    Handshake changed = *this;
    std::erase_if(changed.fields, [&](const std::string& line) { return is_named(line, name); });
    return changed;
}

Handshake Handshake::set(std::string_view name, std::string_view value) const {
    return replace_line(name, field(name, value));
}

Handshake Handshake::replace_line(std::string_view name, std::string_view line) const {
    Handshake changed = *this;
    auto const first = std::ranges::find_if(changed.fields, [&](const auto& f) { return is_named(f, name); });
    if (first == changed.fields.end()) {
        changed.fields.emplace_back(line);
        return changed;
    }
    auto const rest = std::remove_if(first + 1, changed.fields.end(), [&](const auto& f) { return is_named(f, name); });
    *first = line;
    changed.fields.erase(rest, changed.fields.end());
    return changed;
}

Handshake Handshake::add(std::string_view name, std::string_view value) const { return add_line(field(name, value)); }
Handshake Handshake::add_first(std::string_view name, std::string_view value) const {
    return add_line_first(field(name, value));
}

Handshake Handshake::add_line(std::string_view line) const {
    Handshake changed = *this;
    changed.fields.emplace_back(line);
    return changed;
}

Handshake Handshake::add_line_first(std::string_view line) const {
    Handshake changed = *this;
    changed.fields.insert(changed.fields.begin(), std::string(line));
    return changed;
}

Handshake Handshake::with_method(std::string_view method) const {
    return with_request_line(std::string(method) + " {resource} HTTP/1.1");
}
Handshake Handshake::with_target(std::string_view target) const {
    return with_request_line("GET " + std::string(target) + " HTTP/1.1");
}
Handshake Handshake::with_version(std::string_view version) const {
    return with_request_line("GET {resource} " + std::string(version));
}

Handshake Handshake::with_request_line(std::string_view line) const {
    Handshake changed = *this;
    changed.start_line = line;
    return changed;
}

Handshake Handshake::with_line_end(std::string_view end) const {
    Handshake changed = *this;
    changed.line_end = end;
    return changed;
}

Handshake Handshake::in_reverse_order() const {
    Handshake changed = *this;
    std::ranges::reverse(changed.fields);
    return changed;
}

Handshake Handshake::with_upper_names() const {
    Handshake changed = *this;
    for (auto& line : changed.fields)
        for (std::size_t i = 0; i < line.size() && line[i] != ':'; ++i) line[i] = upper(line[i]);
    return changed;
}

Handshake Handshake::with_lower_names() const {
    Handshake changed = *this;
    for (auto& line : changed.fields)
        for (std::size_t i = 0; i < line.size() && line[i] != ':'; ++i) line[i] = lower(line[i]);
    return changed;
}

Handshake Handshake::preceded_by(std::string_view octets) const {
    Handshake changed = *this;
    changed.before = octets;
    return changed;
}

Handshake Handshake::followed_by(std::string_view octets) const {
    Handshake changed = *this;
    changed.after = octets;
    return changed;
}

Handshake Handshake::with_early(std::vector<Frame> frames) const {
    Handshake changed = *this;
    changed.early = std::move(frames);
    return changed;
}

Handshake Handshake::unfinished() const {
    Handshake changed = *this;
    changed.complete = false;
    return changed;
}

Handshake acceptance() {
    Handshake made;
    made.start_line = "HTTP/1.1 101 Switching Protocols";
    made.fields = {"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: {accept}"};
    return made;
}

Handshake Handshake::filled_with(Filler wanted) const {
    Handshake changed = *this;
    changed.filler = std::move(wanted);
    return changed;
}

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string with_another_letter(std::string accept, std::size_t place) {
    if (place < accept.size()) accept[place] = accept[place] == 'A' ? 'B' : 'A';
    return accept;
}

/// The first letter from `from` on in the other case; one that has no letter at all gets one.
template <class Iterator>
std::string with_another_case(const std::string& accept, Iterator from) {
    std::string out = accept;
    auto const end = from + static_cast<std::ptrdiff_t>(accept.size());
    auto const found = std::find_if(from, end, is_letter);
    if (found == end) return with_another_letter(out, 0);
    auto const place = static_cast<std::size_t>(&*found - accept.data());
    out[place] = upper(*found) == *found ? lower(*found) : upper(*found);
    return out;
}

/// The letter in front of the padding holds four bits of the digest and two that are zero (RFC 4648 section 3.5).
std::string with_last_bits(std::string accept) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto const padding = accept.find('=');
    if (padding == std::string::npos || padding == 0) return accept;
    auto const at = alphabet.find(accept[padding - 1]);
    accept[padding - 1] = alphabet[(at | 1U) % alphabet.size()];
    return accept;
}

/// RFC 4648 section 5; where that would change nothing, another letter.
std::string in_url_alphabet(const std::string& accept) {
    std::string out = accept;
    std::ranges::replace(out, '+', '-');
    std::ranges::replace(out, '/', '_');
    return out == accept ? with_another_letter(out, 5) : out;
}

void fill_in_all(std::string& out, const HandshakeValues& values) {
    fill_in(out, "{resource}", values.resource);
    fill_in(out, "{host}", values.host);
    fill_in(out, "{key}", values.key);
    fill_in(out, "{subprotocol}", values.subprotocol);
    fill_in(out, "{origin}", values.origin);
    fill_in(out, "{accept}", values.accept);
    fill_in(out, "{accept-27}", values.accept.substr(0, 27));
    fill_in(out, "{accept-5}", values.accept.substr(0, 5));
    if (out.contains("{accept-in-lower-case}")) {
        std::string folded = values.accept;
        std::ranges::transform(folded, folded.begin(), lower);
        fill_in(out, "{accept-in-lower-case}", folded);
    }
    for (std::size_t const place : {0U, 9U, 20U, 26U})
        fill_in(out, "{accept-but-" + std::to_string(place) + "}", with_another_letter(values.accept, place));
    fill_in(out, "{accept-first-case}", with_another_case(values.accept, values.accept.begin()));
    fill_in(out, "{accept-last-case}", with_another_case(values.accept, values.accept.rbegin()));
    fill_in(out, "{accept-last-bits}", with_last_bits(values.accept));
    fill_in(out, "{accept-url}", in_url_alphabet(values.accept));
    // For a client that offers none there is nothing to fill in.
    if (values.offered.empty()) return;
    std::string other_case = values.offered.front();
    std::ranges::transform(other_case, other_case.begin(), [](char c) { return upper(c) == c ? lower(c) : upper(c); });
    fill_in(out, "{offered}", values.offered.front());
    fill_in(out, "{offered-in-another-case}", other_case);
    fill_in(out, "{offered-shortened}", values.offered.front().substr(0, values.offered.front().size() - 1));
    fill_in(out, "{offered-too}", values.offered.size() > 1 ? values.offered[1] : "wsspec.other");
}

std::string front(const Handshake& handshake) {
    return handshake.before + handshake.start_line + handshake.line_end + handshake.filler.begin +
           handshake.filler.pattern;
}

}  // namespace

std::string render(const Handshake& handshake, const HandshakeValues& values) {
    std::string out = front(handshake) + handshake.filler.end;
    for (const auto& line : handshake.fields) out += line + handshake.line_end;
    for (const auto& line : values.extra_fields) out += line + handshake.line_end;
    if (handshake.complete) out += handshake.line_end;
    out += handshake.after;
    fill_in_all(out, values);
    return out;
}

std::string render_front(const Handshake& handshake, const HandshakeValues& values) {
    std::string out = front(handshake);
    fill_in_all(out, values);
    return out;
}

}  // namespace wsspec
