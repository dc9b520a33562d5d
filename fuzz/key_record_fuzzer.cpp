// Contract: whatever keys and nonces a client sends, every question has an answer; who is guilty has broken a statement
// of the catalogue, by figures that are shown; keys all zero, or all the same, are never innocent.
//
// Input: an octet (bits 0 to 1: how keys are made of the rest: as they stand, counting up, all the same, all zero;
// bit 7: times 16), one with the number of connections, then the octets of keys and nonces.
#include <string>

#include "fuzz/targets.h"
#include "reference/key_record.h"
#include "reference/requirements.h"

namespace wsspec::targets {

void key_record(OctetView input) {
    Input in(input);
    unsigned const flags = in.octet();
    unsigned const connections = in.octet() % 40;
    enum Made { as_given, counting, same, zero };
    auto const made = static_cast<Made>(flags & 3);
    std::size_t const keys_each = (flags & 0x80) != 0 ? 64 : 4;
    KeyRecord record;
    std::size_t keys_taken = 0;
    MaskingKey key{};
    for (unsigned connection = 0; connection < connections; ++connection) {
        std::string const nonce(as_text(in.take(in.octet() % 32)));
        std::vector<MaskingKey> keys;
        for (std::size_t i = 0; i < keys_each; ++i) {
            if (made == as_given)
                for (auto& octet : key) octet = static_cast<Octet>(in.octet());
            if (made == counting)
                for (std::size_t at = 4; at-- > 0 && ++key[at] == 0;) {
                }
            if (made == same) key = {1, 2, 3, 4};
            keys.push_back(key);
        }
        keys_taken += keys.size();
        record.take(nonce, keys);
    }
    for (auto const question : {KeyQuestion::repeated, KeyQuestion::predictable, KeyQuestion::zero, KeyQuestion::biased,
                                KeyQuestion::nonce_repeated, KeyQuestion::nonce_biased, KeyQuestion::nonce_malformed}) {
        auto const answer = record.answer(question);
        if (answer.says == KeyAnswer::Says::guilty) {
            demand(find_requirement(answer.requirement) != nullptr, "guilty of nothing in the catalogue");
            demand(!answer.figures.empty(), "guilty without figures");
        }
        if (connections == 0) demand(answer.says == KeyAnswer::Says::too_few, "an answer without a key");
        bool const of_repeats = question == KeyQuestion::repeated && (made == same || made == zero);
        bool const of_zeros = question == KeyQuestion::zero && made == zero;
        bool const of_steps = question == KeyQuestion::predictable && made == counting;
        if (keys_taken > 500 && (of_repeats || of_zeros || of_steps))
            demand(answer.says == KeyAnswer::Says::guilty, "keys that anybody can guess are innocent");
    }
}

}  // namespace wsspec::targets
