// Group 13: what the parameters of permessage-deflate do to one corpus, JSON (RFC 7692 section 7.1). The ids and offers
// are Autobahn's. A target may decline an offer that it cannot meet: then there is nothing to test here.
#include <algorithm>
#include <iterator>
#include <utility>

#include "cases/12_compressed_corpora.h"
#include "cases/groups.h"

namespace wsspec {
namespace {

struct Row {
    const char* id;
    const char* action;
    std::string offer;
    std::vector<std::string> covers;  ///< Next to the one that all have.
};

}  // namespace

Group deflate_parameters() {
    std::string const base = base_offer;
    std::string const independent = base + "; server_no_context_takeover";
    std::string const smallest_window = "; server_max_window_bits=9";  // that zlib can compress with
    std::string const whole_window = "; server_max_window_bits=15";

    // What the target has to say in its answer, and to keep to.
    std::vector<std::string> const takeover = {"R7692-7.1.1.1-2", "R7692-7.2.1-10"};
    std::vector<std::string> const window = {"R7692-7.1.2.1-4", "R7692-7.2.1-12"};
    std::vector<std::string> const both = {"R7692-7.1.1.1-2", "R7692-7.2.1-10", "R7692-7.1.2.1-4", "R7692-7.2.1-12"};

    std::vector<Row> const rows = {
        {"13.1", "Offer no limit to the server and send JSON", base, {"R7692-7.2.1-1"}},
        {"13.2", "Offer server_no_context_takeover and send JSON", independent, takeover},
        {"13.3", "Offer server_max_window_bits=9 and send JSON", base + smallest_window, window},
        {"13.4", "Offer server_max_window_bits=15 and send JSON", base + whole_window, window},
        {"13.5", "Offer server_no_context_takeover with server_max_window_bits=9 and send JSON",
         independent + smallest_window, both},
        {"13.6", "Offer server_no_context_takeover with server_max_window_bits=15 and send JSON",
         independent + whole_window, both},
        // In one line, the most wanted first (section 5).
        {"13.7",
         "Offer both limits, else one, else none, and send JSON",
         independent + smallest_window + ", " + independent + ", " + base,
         {"R7692-5-3", "R7692-5-6", "R7692-7.2.1-10", "R7692-7.2.1-12"}},
    };
    std::vector<Case> cases;
    for (const auto& row : rows) {
        CompressedFamily family{.id = row.id, .action = row.action, .offer = row.offer, .covers = {"R7692-5-14"}};
        std::ranges::copy(row.covers, std::back_inserter(family.covers));
        std::ranges::move(cases_of(family), std::back_inserter(cases));
    }
    return {.number = "13", .title = "permessage-deflate: parameters", .cases = std::move(cases)};
}

}  // namespace wsspec
