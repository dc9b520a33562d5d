// The requirement catalogue: every normative statement of RFC 6455, RFC 7692 and their relatives, in our words.
// Verdicts, documentation and coverage cite its ids; level, binding and wording live here and nowhere else.
#pragma once

#include <span>
#include <string_view>

namespace wsspec {

/// RFC 2119 level of a statement.
enum class Level { must, must_not, should, should_not, may };

/// Whether the RFC uses the key word, or says the thing without it.
enum class Stated { stated, implied };

/// Who is bound. `sender` and `receiver` mean either endpoint in that part.
enum class Bound { client, server, both, sender, receiver, intermediary };

/// In which part a target can be seen, on the wire, to keep or break a statement.
enum class Observable : unsigned { nowhere = 0, at_server = 1, at_client = 2 };

constexpr Observable operator|(Observable a, Observable b) {
    return static_cast<Observable>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool includes(Observable set, Observable part) {
    return (static_cast<unsigned>(set) & static_cast<unsigned>(part)) != 0;
}

struct Requirement {
    std::string_view id;       ///< "R6455-5.1-2": RFC, section, running number. Never reused.
    std::string_view rfc;      ///< "6455", or "IANA" for a registry.
    std::string_view section;  ///< "5.1"
    Level level;
    Stated stated;
    Bound bound;
    Observable observable;
    std::string_view statement;  ///< One sentence, ours.
};

/// The whole catalogue, in the order RFC 6455, RFC 7692, the others, those about TLS last; inside a document by
/// section.
std::span<const Requirement> requirements();

/// The row with this id, or nullptr.
const Requirement* find_requirement(std::string_view id);

/// "MUST", "SHOULD NOT" …
std::string_view level_name(Level level);

/// "client", "receiver" …
std::string_view to_string(Bound bound);

}  // namespace wsspec
