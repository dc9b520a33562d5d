// From a script that fails to the shortest one that still fails, by asking: sans I/O, so that the answers may come from
// a process, a server or a function.
//
//     Shrinker shrinker(script);
//     while (auto const candidate = shrinker.next()) shrinker.answer(still_fails(*candidate));
//     report(shrinker.smallest());
#pragma once

#include <cstddef>
#include <optional>

#include "cases/script.h"

namespace wsspec {

/// Delta debugging. Goes for the fewest steps, then the fewest frames and handshake fields, then the plainest values,
/// then the fewest octets; begins again as long as that helped. Deterministic: the questions follow from the script and
/// the answers. The first Open of a script is never taken out.
class Shrinker {
public:
    /// `most_questions`: after so many there are no more; smallest() is then what was reached.
    explicit Shrinker(Script script, std::size_t most_questions = 2000);

    /// The next script to try, never equal to smallest(); nothing: done. Asked again before an answer it is the same.
    std::optional<Script> next();
    /// To the script that next() gave.
    void answer(bool still_fails);

    /// The smallest script that is known to fail, the original at first.
    const Script& smallest() const { return smallest_; }
    std::size_t questions() const { return questions_; }

private:
    enum class Pass { steps, repeats, sends, frames, lines, plain, payload, end };

    std::optional<Script> candidate();
    bool take_out(Script& script) const;
    std::size_t units() const;
    bool removes() const;
    void advance(bool helped);
    void start(Pass pass);

    Script smallest_;
    std::size_t most_;
    std::size_t questions_ = 0;
    std::optional<Script> asked_;

    Pass pass_ = Pass::steps;
    bool helped_ = false;    ///< In this round.
    std::size_t chunk_ = 0;  ///< Of units that are taken out together.
    std::size_t at_ = 0;     ///< The first of them; of the other passes the number of the question.
};

}  // namespace wsspec
