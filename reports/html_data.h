// What the HTML page shows, as one compact JSON text: each text once, however many targets share it.
#pragma once

#include <span>
#include <string>

#include "reports/run.h"

namespace wsspec {

/// Read by reports/html/model.js, which names every field. ASCII, fit for a <script> element.
std::string html_data(std::span<const RunResult> runs);

}  // namespace wsspec
