// 15.9: close codes that group 7 leaves out, a script for each code: between the edges that stand there, and with a
// reason behind the code.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "cases/15_state.h"

namespace wsspec::state {
namespace {

enum class Class { good, late, reserved, bad, unknown };

std::vector<unsigned> answers_to(unsigned code) {
    return code == 1000 ? std::vector<unsigned>{1000, 0} : std::vector<unsigned>{code, 1000, 0};
}

Step expect_for(Class which, unsigned code) {
    switch (which) {
        case Class::good:
            break;
        case Class::late:
            return expect({closes(answers_to(code)), fails(1002).non_strict()});
        case Class::reserved:
            return expect({fails(1002), closes(answers_to(code)).non_strict()});
        case Class::bad:
            return expect(fails(1002));
        case Class::unknown:
            return expect({fails(1002), closes(answers_to(code)).informational()});
    }
    return expect(closes(answers_to(code)));
}

struct Row {
    const char* id;
    const char* title;
    Class which;
    std::vector<std::uint16_t> codes;
    const char* reason;
    std::vector<std::string> covers;
    const char* note = "";
};

constexpr const char* late_note =
    "The codes were registered after RFC 6455; section 7.4.2 lets an endpoint of that time take them for reserved: "
    "1002 "
    "is non-strict.";
constexpr const char* reserved_note =
    "RFC 6455 reserves the codes (section 7.4.1 or 7.4.2) without telling the receiver to fail: a normal answer is "
    "non-strict.";
constexpr const char* unknown_note =
    "RFC 6455 section 7.4.2 is silent about codes above 4999: a normal answer is only reported.";

}  // namespace

std::vector<Case> codes() {
    // 1010 is not used by servers (7.4.1): a client may take it for an error.
    std::vector<std::uint16_t> const sent_by_both = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011};
    std::string const longest(123, 'r');
    Row const rows[] = {
        // Below 1000: octets of one half only, statuses of HTTP, and the last but one.
        {"15.9.1",
         "Close with 2, 100, 101, 255, 256, 404 and 998, which are not used",
         Class::bad,
         {2, 100, 101, 255, 256, 404, 998},
         "",
         {"R6455-7.4.2-1", "R6455-11.7-1"}},
        {"15.9.2", "Close with 0, 1 and 999 and a reason", Class::bad, {0, 1, 999}, "with a reason", {"R6455-7.4.2-1"}},
        {"15.9.3",
         "Close with each defined code and a reason",
         Class::good,
         sent_by_both,
         "with a reason",
         {"R6455-7.4.1-1", "R6455-5.5.1-4", "R6455-7.4-1"}},
        {"15.9.4",
         "Close with each defined code and the longest reason",
         Class::good,
         sent_by_both,
         longest.c_str(),
         {"R6455-7.4.1-1", "R6455-5.5.1-4", "R6455-7.4-1"}},
        {"15.9.5",
         "Close with 1012, 1013 and 1014 and a reason",
         Class::late,
         {1012, 1013, 1014},
         "with a reason",
         {"IANA-close-1", "R6455-5.5.1-4"},
         late_note},
        {"15.9.6",
         "Close with 1004 and 1016 and a reason",
         Class::reserved,
         {1004, 1016},
         "with a reason",
         {"R6455-7.4.2-2", "R6455-7.4.1-4"},
         reserved_note},
        {"15.9.7",
         "Close with codes between 1018 and 2998 that nobody assigned",
         Class::reserved,
         {1018, 1020, 1023, 1024, 1099, 1500, 1999, 2001, 2998},
         "",
         {"R6455-7.4.2-2"},
         reserved_note},
        {"15.9.8",
         "Close with 3002, 3500 and 3998, which are left to libraries",
         Class::good,
         {3002, 3500, 3998},
         "",
         {"R6455-7.4.2-3", "R6455-5.5.1-9"}},
        {"15.9.9",
         "Close with 3000 and 3999 and a reason",
         Class::good,
         {3000, 3999},
         "with a reason",
         {"R6455-7.4.2-3", "R6455-5.5.1-4"}},
        // 4096 has an octet of zeros.
        {"15.9.10",
         "Close with 4001, 4096, 4500 and 4998, which are for private use",
         Class::good,
         {4001, 4096, 4500, 4998},
         "",
         {"R6455-7.4.2-4", "R6455-5.5.1-9"}},
        {"15.9.11",
         "Close with 4000 and 4999 and a reason",
         Class::good,
         {4000, 4999},
         "with a reason",
         {"R6455-7.4.2-4", "R6455-5.5.1-4"}},
        {"15.9.12",
         "Close with 5002, 9999, 32767, 49152 and 65534, which are outside all ranges",
         Class::unknown,
         {5002, 9999, 32767, 49152, 65534},
         "",
         {"R6455-7.4.2-5"},
         unknown_note},
        {"15.9.13",
         "Close with 5000 and 65535 and a reason",
         Class::unknown,
         {5000, 65535},
         "with a reason",
         {"R6455-7.4.2-5"},
         unknown_note},
        {"15.9.14",
         "Close with 1005, 1006 and 1015 and the longest reason",
         Class::bad,
         {1005, 1006, 1015},
         longest.c_str(),
         {"R6455-7.4.1-5", "R6455-7.4.1-6", "R6455-7.4.1-14"}},
    };
    std::vector<Case> cases;
    for (const auto& row : rows) {
        Case made{.id = row.id, .title = row.title, .covers = row.covers, .note = row.note};
        for (std::uint16_t const code : row.codes) {
            Script script = {open(), send(close_frame(code, row.reason)), expect_for(row.which, code)};
            add_script(made, std::move(script));
        }
        cases.push_back(std::move(made));
    }
    return cases;
}

}  // namespace wsspec::state
