#include "reference/extensions.h"

#include "reference/http.h"

namespace wsspec {

namespace {

/// A cursor over one field value. Every step is linear: no value makes it slow.
class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    }
    bool at_end() const { return at_ == text_.size(); }
    bool take(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    std::string_view token() {
        std::size_t const start = at_;
        while (!at_end() && is_token(text_.substr(at_, 1))) ++at_;
        return text_.substr(start, at_ - start);
    }
    /// Behind the opening quote; nothing if the closing one is missing.
    std::optional<std::string> quoted() {
        std::string value;
        while (!at_end()) {
            char const c = text_[at_++];
            if (c == '"') return value;
            if (c == '\\') {
                if (at_end()) return std::nullopt;
                value += text_[at_++];
            } else {
                value += c;
            }
        }
        return std::nullopt;
    }
    std::size_t at() const { return at_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

using Parameter = std::expected<ExtensionParameter, ExtensionSyntaxError>;

Parameter parameter(Parser& in) {
    in.skip_blanks();
    ExtensionParameter out;
    out.name = in.token();
    if (out.name.empty()) return std::unexpected(ExtensionSyntaxError{in.at(), "a parameter name is missing"});
    in.skip_blanks();
    if (!in.take('=')) return out;
    in.skip_blanks();
    if (in.take('"')) {
        std::size_t const start = in.at();
        auto value = in.quoted();
        if (!value) return std::unexpected(ExtensionSyntaxError{start, "a quoted-string is not closed"});
        // 9.1: "the value after quoted-string unescaping MUST conform to the 'token' ABNF".
        if (!is_token(*value))
            return std::unexpected(ExtensionSyntaxError{start, "a quoted value is not a token when unescaped"});
        out.value = std::move(*value);
    } else {
        out.value = in.token();
        if (out.value->empty()) return std::unexpected(ExtensionSyntaxError{in.at(), "a parameter value is missing"});
    }
    in.skip_blanks();
    return out;
}

}  // namespace

std::expected<std::vector<Extension>, ExtensionSyntaxError> parse_extensions(
    const std::vector<std::string_view>& values) {
    std::vector<Extension> out;
    std::size_t before = 0;  // octets of the values already done
    for (std::string_view const value : values) {
        Parser in(value);
        auto const error = [&](ExtensionSyntaxError e) {
            e.offset += before;
            return std::unexpected(std::move(e));
        };
        while (true) {
            in.skip_blanks();
            if (in.at_end()) break;
            if (in.take(',')) continue;
            Extension extension;
            extension.name = in.token();
            if (extension.name.empty()) return error({in.at(), "an extension name is missing"});
            in.skip_blanks();
            while (in.take(';')) {
                auto next = parameter(in);
                if (!next) return error(next.error());
                extension.parameters.push_back(std::move(*next));
            }
            if (!in.at_end() && !in.take(',')) return error({in.at(), "a ',' or ';' is missing behind an extension"});
            out.push_back(std::move(extension));
        }
        before += value.size() + 1;
    }
    if (out.empty()) return std::unexpected(ExtensionSyntaxError{0, "the list has no element"});
    return out;
}

std::string to_string(const std::vector<Extension>& extensions) {
    std::string out;
    for (const auto& extension : extensions) {
        if (!out.empty()) out += ", ";
        out += extension.name;
        for (const auto& [name, value] : extension.parameters) {
            out += "; " + name;
            if (!value) continue;
            if (is_token(*value)) {
                out += "=" + *value;
            } else {
                out += "=\"";
                for (char const c : *value) {
                    if (c == '"' || c == '\\') out += '\\';
                    out += c;
                }
                out += '"';
            }
        }
    }
    return out;
}

}  // namespace wsspec
