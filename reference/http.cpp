#include "reference/http.h"

#include <algorithm>
#include <charconv>

namespace wsspec {

namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_tchar(char c) {
    return is_digit(c) || is_alpha(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Cuts the next line off `rest`, without its line end.
struct Line {
    std::string_view text;
    bool bare_lf = false;
};
Line next_line(std::string_view& rest) {
    auto const end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) return {line.substr(0, line.size() - 1), false};
    return {line, true};
}

void check_octets(std::string_view line, std::vector<Defect>& defects) {
    // RFC 9112 section 2.2 and RFC 9110 section 5.5: reject a bare CR, NUL and the like, or put SP in their place.
    for (char const c : line) {
        auto const value = static_cast<unsigned char>(c);
        if (c == '\r') {
            defects.push_back({"R9112-2.2-2", "a bare CR stands in a line", true});
            return;
        }
        if ((value < 0x20 && c != '\t') || value == 0x7f) {
            defects.push_back({"R9110-5.5-1", "a control character stands in a line", true});
            return;
        }
    }
}

void parse_fields(std::string_view rest, HttpFields& fields, std::vector<Defect>& defects) {
    bool lf_reported = false;
    bool first = true;
    while (!rest.empty()) {
        auto const [line, bare_lf] = next_line(rest);
        if (bare_lf && !lf_reported) {
            defects.push_back({"R9112-2.2-1", "a line ends with a bare LF", true});
            lf_reported = true;
        }
        if (line.empty()) break;
        check_octets(line, defects);
        if (is_blank(line.front())) {
            if (first) {
                defects.push_back({"R9112-2.2-5", "white space stands before the first field", true});
            } else {
                defects.push_back({"R9112-5.2-1", "a field is folded over two lines", true});
                if (!fields.fields.empty()) fields.fields.back().value += ' ' + std::string(trimmed(line));
            }
            continue;
        }
        first = false;
        auto const colon = line.find(':');
        if (colon == std::string_view::npos) {
            defects.push_back({"R9112-5-1", "a field line has no colon", true});
            continue;
        }
        std::string_view const name = line.substr(0, colon);
        if (!name.empty() && is_blank(name.back())) {
            defects.push_back({"R9112-5.1-1", "white space stands between a field name and its colon", false});
        } else if (!is_token(name)) {
            defects.push_back({"R9112-5-1", "a field name is not a token", true});
        }
        fields.fields.push_back({std::string(trimmed(name)), std::string(trimmed(line.substr(colon + 1)))});
    }
}

}  // namespace

std::optional<AbsoluteForm> absolute_form(std::string_view target) {
    auto const mark = target.find("://");
    if (mark == std::string_view::npos || mark == 0) return std::nullopt;
    AbsoluteForm out{.scheme = target.substr(0, mark), .authority = target.substr(mark + 3), .resource = {}};
    // RFC 3986 section 3.1; section 3.2 says where an authority ends.
    bool const scheme = is_alpha(out.scheme.front()) && std::ranges::all_of(out.scheme, [](char c) {
                            return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
                        });
    if (!scheme) return std::nullopt;
    if (auto const end = out.authority.find_first_of("/?#"); end != std::string_view::npos) {
        out.resource = out.authority.substr(end);
        out.authority = out.authority.substr(0, end);
    }
    return out;
}

bool is_http_version(std::string_view text) {
    return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_tchar); }

bool equal_ignoring_case(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::size_t HttpFields::count(std::string_view name) const { return all(name).size(); }

std::optional<std::string_view> HttpFields::first(std::string_view name) const {
    for (const auto& field : fields)
        if (equal_ignoring_case(field.name, name)) return field.value;
    return std::nullopt;
}

std::vector<std::string_view> HttpFields::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& field : fields)
        if (equal_ignoring_case(field.name, name)) values.emplace_back(field.value);
    return values;
}

std::vector<std::string_view> HttpFields::list(std::string_view name) const {
    std::vector<std::string_view> elements;
    for (std::string_view value : all(name)) {
        while (true) {
            auto const comma = value.find(',');
            auto const element = trimmed(value.substr(0, comma));
            if (!element.empty()) elements.push_back(element);
            if (comma == std::string_view::npos) break;
            value.remove_prefix(comma + 1);
        }
    }
    return elements;
}

bool HttpFields::has_token(std::string_view name, std::string_view token) const {
    return std::ranges::any_of(list(name),
                               [&](std::string_view element) { return equal_ignoring_case(element, token); });
}

std::optional<std::size_t> head_size(std::string_view octets) {
    // Empty lines in front of the start line belong to the head that follows (RFC 9112 section 2.2).
    std::size_t at = 0;
    while (at < octets.size() && (octets[at] == '\n' || octets.substr(at).starts_with("\r\n")))
        at += octets[at] == '\n' ? 1 : 2;
    while (true) {
        at = octets.find('\n', at);
        if (at == std::string_view::npos) return std::nullopt;
        ++at;
        if (octets.substr(at).starts_with("\r\n")) return at + 2;
        if (octets.substr(at).starts_with("\n")) return at + 1;
    }
}

RequestHead parse_request_head(std::string_view head) {
    RequestHead out;
    // RFC 9112 section 2.2: a server should ignore at least one empty line in front.
    bool bare_lf_in_front = false;
    while (head.starts_with("\r\n") || head.starts_with('\n')) {
        bare_lf_in_front = bare_lf_in_front || head.front() == '\n';
        head.remove_prefix(head.front() == '\n' ? 1 : 2);
        ++out.empty_lines;
    }
    if (out.empty_lines > 1)
        out.defects.push_back({"R9112-2.2-4", "more than one empty line stands before the request line", true});

    auto const [line, bare_lf] = next_line(head);
    if (bare_lf || bare_lf_in_front) out.defects.push_back({"R9112-2.2-1", "a line ends with a bare LF", true});
    check_octets(line, out.defects);
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        out.defects.push_back({"R6455-4.2.1-1", "the request line has not three parts", false});
        out.method = line.substr(0, first);
    } else {
        out.method = line.substr(0, first);
        out.target = line.substr(first + 1, last - first - 1);
        out.version = line.substr(last + 1);
        if (out.version.empty() || out.version.find('\t') != std::string::npos ||
            out.method.find('\t') != std::string::npos || out.target.empty() ||
            out.target.find_first_of(" \t") != std::string::npos)
            out.defects.push_back({"R9112-3-1", "white space in the request line is not one SP at a place", true});
    }
    if (!is_token(out.method)) out.defects.push_back({"R6455-4.2.1-1", "the method is not a token", false});
    parse_fields(head, out.fields, out.defects);
    return out;
}

std::optional<ResponseHead> parse_response_head(std::string_view head) {
    auto const [line, bare_lf] = next_line(head);
    // status-line = HTTP-version SP status-code SP [ reason-phrase ] (RFC 9112 section 4)
    auto const space = line.find(' ');
    // RFC 2616 section 2.1 had the name in any case; since RFC 7230 it is case-sensitive (RFC 9112 section 2.3). What
    // comes in another one is a status line with the wrong version.
    if (!equal_ignoring_case(line.substr(0, 5), "HTTP/") || space == std::string_view::npos) return std::nullopt;
    ResponseHead out;
    out.version = line.substr(0, space);
    std::string_view const rest = line.substr(space + 1);
    if (rest.size() < 3 || !std::ranges::all_of(rest.substr(0, 3), is_digit)) return std::nullopt;
    if (rest.size() > 3 && rest[3] != ' ') return std::nullopt;
    std::from_chars(rest.data(), rest.data() + 3, out.status);
    if (rest.size() == 3) {
        out.defects.push_back({"R6455-4.2.2-14", "no SP stands behind the status code", true});
    } else {
        out.reason = rest.substr(4);
    }
    if (bare_lf) out.defects.push_back({"R6455-4.2.2-14", "the status line ends with a bare LF", false});
    check_octets(line, out.defects);
    parse_fields(head, out.fields, out.defects);
    // A sender must not do what a recipient may forgive.
    for (auto& defect : out.defects) {
        if (defect.requirement == "R9112-5.2-1") defect.requirement = "R9112-5.2-3";
        // What a recipient may forgive, a server must not send.
        defect.tolerable =
            defect.tolerable && defect.requirement != "R9112-2.2-2" && defect.requirement != "R9110-5.5-1";
        if (defect.requirement == "R9112-2.2-1") defect = {"R6455-4.2.2-14", "a line ends with a bare LF", false};
    }
    return out;
}

}  // namespace wsspec
