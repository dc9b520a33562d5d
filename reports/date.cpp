#include "reports/date.h"

namespace wsspec {

namespace {

/// `form` has a 0 where a digit stands.
bool has_form(std::string_view text, std::string_view form) {
    if (text.size() != form.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
    return true;
}

int number(std::string_view digits) {
    int out = 0;
    for (char const c : digits) out = 10 * out + (c - '0');
    return out;
}

}  // namespace

std::optional<std::chrono::sys_days> parse_date(std::string_view text) {
    using namespace std::chrono;
    if (!has_form(text, "0000-00-00")) return std::nullopt;
    year_month_day const date(year(number(text.substr(0, 4))), month(static_cast<unsigned>(number(text.substr(5, 2)))),
                              day(static_cast<unsigned>(number(text.substr(8, 2)))));
    if (!date.ok()) return std::nullopt;
    return sys_days(date);
}

std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text) {
    using namespace std::chrono;
    if (!has_form(text, "0000-00-00T00:00:00Z")) return std::nullopt;
    auto const date = parse_date(text.substr(0, 10));
    int const h = number(text.substr(11, 2));
    int const m = number(text.substr(14, 2));
    int const s = number(text.substr(17, 2));
    if (!date || h > 23 || m > 59 || s > 59) return std::nullopt;
    return *date + hours(h) + minutes(m) + seconds(s);
}

}  // namespace wsspec
