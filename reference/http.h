// As much of HTTP/1.1 as an opening handshake needs (RFC 9110 and 9112): message heads, parsed strictly, each defect
// filed under the statement that it breaks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wsspec {

/// One thing that is wrong with a message head.
struct Defect {
    std::string requirement;
    std::string what;        ///< For people; may quote the peer, so escape it before it is shown.
    bool tolerable = false;  ///< The RFCs let a recipient go on in spite of it.

    bool operator==(const Defect&) const = default;
};

struct HttpField {
    std::string name;
    std::string value;  ///< Without the white space around it.

    bool operator==(const HttpField&) const = default;
};

/// The fields of a head, with look-ups that know that names are case-insensitive (RFC 9110 section 5.1).
struct HttpFields {
    std::vector<HttpField> fields;

    std::size_t count(std::string_view name) const;
    /// The value of the first field of this name.
    std::optional<std::string_view> first(std::string_view name) const;
    std::vector<std::string_view> all(std::string_view name) const;
    /// All values of this name as one comma-separated list, split into elements; empty elements are dropped
    /// (RFC 9110 section 5.6.1).
    std::vector<std::string_view> list(std::string_view name) const;
    /// Some list element equals `token`, compared as ASCII without regard to case.
    bool has_token(std::string_view name, std::string_view token) const;
};

struct RequestHead {
    std::string method;
    std::string target;
    std::string version;  ///< "HTTP/1.1"
    HttpFields fields = {};
    std::vector<Defect> defects = {};
    std::size_t empty_lines = 0;  ///< In front of the request line.
};

struct ResponseHead {
    std::string version;
    unsigned status = 0;
    std::string reason;
    HttpFields fields = {};
    std::vector<Defect> defects = {};
};

/// Octets up to and including the empty line that ends the head, if it is there. Bare LF counts as a line end here
/// (RFC 9112 section 2.2), so that a lenient head is found, too; the parsers report it.
std::optional<std::size_t> head_size(std::string_view octets);

/// `head` ends with its empty line. Always gives what could be made out; `defects` says what is wrong with it.
RequestHead parse_request_head(std::string_view head);
/// Nothing if the first line is no status line at all.
std::optional<ResponseHead> parse_response_head(std::string_view head);

/// A request target in absolute-form (RFC 9112 section 3.2.2), cut into parts. Views into what it was cut from.
struct AbsoluteForm {
    std::string_view scheme;
    std::string_view authority;
    std::string_view resource;  ///< What stands behind the authority: empty, or begins with "/", "?" or "#".
};
/// Nothing for another form.
std::optional<AbsoluteForm> absolute_form(std::string_view target);

/// "HTTP/" DIGIT "." DIGIT, in capitals (RFC 9112 section 2.3).
bool is_http_version(std::string_view text);

/// tchar+ (RFC 9110 section 5.6.2).
bool is_token(std::string_view text);
/// ASCII only: no other letter folds (RFC 6455 section 2.1).
bool equal_ignoring_case(std::string_view a, std::string_view b);
/// Without SP and HTAB at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace wsspec
