#include "cases/given_url.h"

#include <algorithm>

#include "cases/describe.h"
#include "reference/http.h"
#include "reference/octets.h"

namespace wsspec {

namespace {

char upper(char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string with_upper_hex(std::string_view text) {
    std::string out(text);
    for (std::size_t i = 0; i + 2 < out.size(); ++i)
        if (out[i] == '%' && hex_digit(out[i + 1]) >= 0 && hex_digit(out[i + 2]) >= 0) {
            out[i + 1] = upper(out[i + 1]);
            out[i + 2] = upper(out[i + 2]);
        }
    return out;
}

std::string filled(std::string text, const UrlPlace& place) {
    auto const fill = [&text](std::string_view name, const std::string& value) {
        if (auto const at = text.find(name); at != std::string::npos) text.replace(at, name.size(), value);
    };
    fill("{ws}", place.tls ? "wss" : "ws");
    fill("{WS}", place.tls ? "WSS" : "WS");
    fill("{host}", place.host);
    fill("{port}", std::to_string(place.port));
    fill("{port+65536}", std::to_string(65536U + place.port));
    return text;
}

}  // namespace

std::string url_at(const GivenUrl& url, const UrlPlace& place) { return filled(url.written, place); }

std::string authority_at(const GivenUrl& url, const UrlPlace& place) { return filled(url.host + ":{port}", place); }

GivenUrl::Request judged_target(const GivenUrl& url, std::string_view target) {
    std::string asked(target);
    if (auto const form = absolute_form(target))
        asked = (form->resource.starts_with('/') ? "" : "/") + std::string(form->resource);
    auto const found = std::ranges::find(url.requests, with_upper_hex(asked),
                                         [](const auto& request) { return with_upper_hex(request.target); });
    if (found != url.requests.end()) return *found;
    return {.target = std::move(asked), .grade = Grade::fail, .why = "allowed is " + describe(url)};
}

std::string describe(const GivenUrl& url) {
    std::string out;
    auto const add = [&out](Grade grade, const std::string& text) {
        if (grade == Grade::fail) return;
        out += (out.empty() ? "" : "; or ") +
               (grade == Grade::pass ? std::string() : "(" + std::string(to_string(grade)) + ") ") + text;
    };
    if (url.stays_away == Grade::pass) add(url.stays_away, "no request");
    for (const auto& request : url.requests) add(request.grade, "a request for " + printable(request.target, 200));
    if (url.stays_away != Grade::pass) add(url.stays_away, "no request");
    return out;
}

}  // namespace wsspec
