#include "cases/case.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace wsspec {

namespace {

bool sends_much(const Script& script) {
    constexpr std::size_t much = 1U << 20;
    return largest_message(script) >= much;
}

}  // namespace

bool has_volume(const Case& one) {
    auto const in = [](const Script& script) {
        return std::ranges::any_of(script, [](const Step& step) {
            return std::holds_alternative<RoundTrips>(step.action) || std::holds_alternative<Flood>(step.action) ||
                   std::holds_alternative<Crowd>(step.action);
        });
    };
    return in(one.script) || std::ranges::any_of(one.variants, in) || sends_much(one.script) ||
           std::ranges::any_of(one.variants, sends_much);
}

const Case& proof_of_life(bool echoes) {
    static const Case message{.id = "0.1",
                              .title = "Send a text message on a fresh connection",
                              .script = {open(), send(text("still there?")), expect(receives(text("still there?")))}};
    static const Case control{.id = "0.2",
                              .title = "Send a ping on a fresh connection",
                              .script = {open(), send(ping("still there?")), expect(receives(pong("still there?")))}};
    return echoes ? message : control;
}

std::string group_of(const std::string& id) {
    return id.find('/') == std::string::npos ? id.substr(0, id.find('.')) : "derived";
}

bool id_less(const std::string& a, const std::string& b) {
    std::string_view left = a;
    std::string_view right = b;
    while (!left.empty() && !right.empty()) {
        unsigned long x = 0;
        unsigned long y = 0;
        auto const l = std::from_chars(left.data(), left.data() + left.size(), x);
        auto const r = std::from_chars(right.data(), right.data() + right.size(), y);
        if (x != y) return x < y;
        left.remove_prefix(static_cast<std::size_t>(l.ptr - left.data()));
        right.remove_prefix(static_cast<std::size_t>(r.ptr - right.data()));
        if (left.empty() || right.empty()) break;
        if (left.front() != right.front()) return left.front() < right.front();
        left.remove_prefix(1);
        right.remove_prefix(1);
    }
    return left.size() < right.size();
}

void add_script(Case& one, Script script) {
    if (one.script.empty()) {
        one.script = std::move(script);
    } else {
        one.variants.push_back(std::move(script));
    }
}

}  // namespace wsspec
