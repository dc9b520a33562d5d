// Faulty peers: the reference with one behaviour bent, by a filter that stands outside of it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "reference/net/echo_server.h"
#include "reports/run.h"

namespace wsspec {

struct Fault {
    std::string_view name;
    std::string_view requirement;
    std::string_view what;
    std::vector<std::string_view> caught_by;
    net::FilterFactory make;
    Verdict expected = Verdict::fail;
};
std::span<const Fault> faults();
const Fault* find_fault(std::string_view name);

}  // namespace wsspec
