// Reading the JSON files of this project: every complaint names the place in the file.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cases/describe.h"
#include "reference/octets.h"
#include "reports/run.h"

namespace wsspec::json_reader {

using Json = nlohmann::ordered_json;

/// Thrown by Place::complain(); leaves the functions that read a file only as their error.
struct Unreadable {
    std::string why;
};

/// JSON whose values are bounded: each takes up to a hundred octets of memory where the text has two. nlohmann's
/// exceptions as usual.
inline Json parsed(std::string_view text) {
    constexpr std::size_t most_values = 8'000'000;
    std::size_t values = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '"') in_string = !in_string;
        if (in_string && c == '\\') ++i;
        if (!in_string && (c == ',' || c == '[' || c == '{')) ++values;
    }
    if (values > most_values) throw Unreadable{"there are more than " + std::to_string(most_values) + " values in it"};
    return Json::parse(text);
}

/// A value and where it stands, so that every complaint can name the place.
class Place {
public:
    Place(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}

    [[noreturn]] void complain(std::string_view why) const {
        throw Unreadable{(path_.empty() ? "the file" : path_) + ": " + std::string(why)};
    }

    bool has(std::string_view key) const { return object().contains(key); }
    Place at(std::string_view key) const {
        auto const found = object().find(key);
        if (found == value_->end()) complain("\"" + std::string(key) + "\" is missing");
        return {*found, path_.empty() ? std::string(key) : path_ + "." + std::string(key)};
    }
    /// Calls `visit` for every element.
    template <class Visit>
    void each(const Visit& visit) const {
        if (!value_->is_array()) complain("not an array");
        std::size_t index = 0;
        for (const auto& element : *value_) visit(Place(element, path_ + "[" + std::to_string(index++) + "]"));
    }
    template <class Visit>
    void each_member(const Visit& visit) const {
        for (const auto& [key, member] : object().items())
            visit(key, Place(member, (path_.empty() ? "" : path_ + ".") + printable(key, 40)));
    }

    /// For members that may be of several kinds.
    const Json& raw() const { return *value_; }
    bool is_null() const { return value_->is_null(); }
    bool boolean() const {
        if (!value_->is_boolean()) complain("not true or false");
        return value_->get<bool>();
    }
    const std::string& string() const {
        if (!value_->is_string()) complain("not a string");
        return value_->get_ref<const std::string&>();
    }
    /// From 0 up: all that is measured here is a time or a duration.
    double number() const {
        if (!value_->is_number() || value_->get<double>() < 0) complain("not a number from 0 up");
        return value_->get<double>();
    }
    /// Digits in a string.
    std::uint64_t digits() const {
        const std::string& text = string();
        std::uint64_t number = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (text.empty() || error != std::errc() || end != text.data() + text.size())
            complain("not a whole number in a string, below 2^64");
        return number;
    }
    template <class Unsigned>
    Unsigned count() const {
        if (!value_->is_number_unsigned()) complain("not a whole number from 0 up");
        auto const value = value_->get<std::uint64_t>();
        if (value > std::numeric_limits<Unsigned>::max()) complain("too large");
        return static_cast<Unsigned>(value);
    }
    std::vector<std::string> strings() const {
        std::vector<std::string> out;
        each([&](const Place& one) { out.push_back(one.string()); });
        return out;
    }
    Octets octets() const {
        const std::string& text = string();
        bool const all = std::ranges::all_of(
            text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
        if (!all || text.size() % 2 != 0) complain("not octets in hexadecimal");
        return hex(text);
    }
    template <class Table>
    auto one_of(const Table& table) const {
        const std::string& name = string();
        for (const auto& [value, candidate] : table)
            if (candidate == name) return value;
        complain("no such value: \"" + printable(name, 40) + "\"");
    }
    Verdict verdict() const {
        auto const found = verdict_from(string());
        if (!found) complain("no such verdict: \"" + printable(string(), 40) + "\"");
        return *found;
    }
    Grade grade() const {
        for (Grade const candidate : {Grade::pass, Grade::informational, Grade::non_strict, Grade::fail})
            if (to_string(candidate) == string()) return candidate;
        complain("no such grade: \"" + printable(string(), 40) + "\"");
    }

private:
    const Json& object() const {
        if (!value_->is_object()) complain("not an object");
        return *value_;
    }

    const Json* value_;
    std::string path_;
};

}  // namespace wsspec::json_reader
