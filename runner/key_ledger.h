// The keys of every client that came, over the whole run: what the cases that ask about them are judged by.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "cases/case.h"
#include "reference/key_record.h"
#include "reports/run.h"
#include "runner/session.h"

namespace wsspec {

class KeyLedger {
public:
    /// A case was played. Returns its result, which is judged by all keys so far if the case asks about them
    /// (Case::keys).
    CaseResult take(const std::string& agent, const Case& one, const SessionResult& session, CaseResult result);
    /// Judges these cases again, by all that has come since.
    void judge(const std::function<void(const std::string& agent, CaseResult result)>& tell) const;

private:
    struct Asked {
        const Case* one = nullptr;
        CaseResult played = {};
    };
    struct Agent {
        KeyRecord record = {};
        std::map<std::string, Asked> asked = {};
    };
    static CaseResult judged(const KeyRecord& record, const Asked& asked);

    std::map<std::string, Agent> agents_;
};

}  // namespace wsspec
