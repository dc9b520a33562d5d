// What users give for the fields of our opening handshake: one line each, as RFC 9110 section 5 has it. Whoever wants
// broken fields has the cases.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace wsspec {

/// What is wrong with a value of --header ("Name: value"), --origin or --subprotocol, as one sentence for the user;
/// nothing if all are right. `origin` may be empty: none is given.
std::optional<std::string> wrong_in(const std::vector<std::string>& headers, const std::string& origin,
                                    const std::vector<std::string>& subprotocols);

}  // namespace wsspec
