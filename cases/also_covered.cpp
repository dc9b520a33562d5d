#include "cases/also_covered.h"

#include <algorithm>

namespace wsspec {

std::span<const AlsoCovered> also_covered() {
    static const std::vector<AlsoCovered> rows = {
        // What a target sends is decoded under the strict rules, in every case. Here are some in which it sends much.
        {"R6455-5.1-4", "no frame of a server may have the mask bit", {"1.1.2", "1.2.3", "2.2", "5.3", "7.3.3"}},
        {"R6455-5.2-2", "RSV bits of what comes are looked at", {"1.1.2", "1.2.2", "2.2", "5.3"}},
        {"R6455-5.2-10", "an echo of 65536 octets has the length form with the top bit", {"1.1.7", "1.2.7"}},
        {"R6455-5.2-13", "the length form of every echo is looked at", {"1.1", "1.2"}},
        {"R6455-5.2-17", "an empty message or pong with one octet in it is another one", {"1.1.1", "1.2.1", "2.1"}},
        {"R6455-5.4-7", "the pong and the Close have to come with FIN = 1", {"2.2", "2.4", "5.6", "7.3.3"}},
        {"R6455-5.5-4", "the pong and the Close have to come with FIN = 1", {"2.2", "2.4", "5.6", "7.3.3"}},
        {"R6455-5.4-10",
         "echoes that are mixed up, or fragments of two of them in turn, do not decode",
         {"1.7.1", "5.28.1", "5.28.2", "5.28.3", "9.9", "9.10", "9.15.3"}},
        {"R6455-5.6-2", "an echo that is text is checked for UTF-8", {"6.2", "9.14.14"}},
        {"R6455-5.8-1",
         "RSV1 in an echo is a violation where permessage-deflate was not agreed to",
         {"1.1.7", "14.1.53", "14.2.1", "14.2.10"}},
        {"R6455-6.1-1",
         "octets in front of the 101 are no answer, and none may come behind the target's own Close",
         {"7.1.1", "7.1.4", "7.3.3", "7.7.1", "8.1.1"}},
        {"R6455-6.1-2", "what is not in frames does not decode", {"1.1.2", "1.2.2", "5.3"}},
        {"R6455-6.1-3",
         "text that comes back as binary, or the other way round, is another message",
         {"1.1.2", "1.2.2", "1.7.2"}},
        {"R6455-6.1-4", "an echo whose last frame has FIN = 0 never ends", {"1.1.2", "1.2.2", "5.3"}},
        {"R6455-6.1-6", "the echo has to come without anything more from us", {"1.1.2", "1.7.6", "2.15.1", "9.7"}},
        {"R6455-6.2-2", "each kind of control frame has to be answered, or left alone", {"2.2", "2.7", "5.6", "7.3.3"}},
        {"R6455-6.2-5", "the echo of a masked message comes in clear", {"1.6.1", "1.6.4", "11.2", "11.3"}},
        {"R6455-10.7-1",
         "invalid frames, text, Close bodies and requests, one at least of each kind",
         {"3.1", "4.1.1", "5.9", "6.3.1", "7.3.2", "7.3.6", "7.5.1", "8.3.1", "11.1.1"}},
        {"R6455-10.7-3",
         "who drops TCP over invalid data without a Close is non-strict",
         {"3.1", "4.1.1", "5.9", "6.3.1", "7.3.2"}},
        {"R6455-10.7-4",
         "who drops TCP over an invalid request without a status is non-strict",
         {"8.2.1", "8.3.1", "8.4.1", "8.5.1"}},
        {"R6455-11.7-1", "codes outside 1000 to 4999 are refused", {"7.9.1", "7.9.2", "7.13", "7.14.18", "7.14.8"}},
        {"R6455-11.8-1", "each opcode that is not registered is refused, and none may come", {"4.1", "4.2"}},

        {"R6455-4.2.2-19", "a message follows the 101 at once", {"1.1.2", "1.7.1"}},

        // The end of a connection is looked at in every case that comes to one.
        {"R6455-5.5.1-11", "a Close has to be answered before the deadline", {"7.1.1", "7.3.1", "7.3.3"}},
        {"R6455-5.5.1-14", "TCP has to end behind the closing handshake", {"7.1.1", "7.3.3", "7.7.1"}},
        {"R6455-7.1.1-1", "a reset behind the closing handshake is non-strict", {"7.1.1", "7.3.3", "7.7.1"}},
        {"R6455-7.1.1-5", "TCP that stays open behind a failure is non-strict", {"3.1", "4.1.1", "5.9"}},
        {"R6455-7.1.2-2", "TCP has to end behind the closing handshake", {"7.1.1", "7.3.3", "7.7.1"}},
        {"R6455-7.1.3-1", "what comes behind a Close gets no answer", {"7.1.3", "7.1.4"}},
        {"R6455-7.1.7-3", "a server has to end what it fails", {"3.1", "4.1.1", "5.9"}},
        {"R6455-7.1.7-5", "another code, or none, is non-strict", {"3.1", "4.1.1", "6.3.1"}},
        {"R6455-7.3-3", "who ends TCP without a Close fails", {"1.1.1", "1.1.2", "2.2"}},
        {"R6455-7.4-1", "the Close has no body, a code, or both", {"7.3.1", "7.3.3", "7.3.4"}},
        {"R6455-7.4.1-2", "another code for a violation is non-strict, and the code is legal", {"3.1", "5.9", "7.7.3"}},
        {"R6455-7.4.1-7", "another code for bad text is non-strict, and the code is legal", {"6.3.1", "7.7.5"}},
        {"R6455-7.4.1-9", "another code above the limit is non-strict, and the code is legal", {"9.13.2", "7.7.7"}},
        {"R6455-7.4.1-12", "a server that closes with it fails", {"1.1.1", "1.1.2"}},

        // What we may do at any time, and a target has to bear.
        {"R6455-5.1-7",
         "messages are under way in both directions: who cannot read while it writes gets stuck",
         {"1.7.1", "1.7.8", "9.9", "9.10", "9.12"}},
        {"R6455-5.4-6", "our control frame stands between fragments", {"2.14.2", "5.6", "5.7", "5.8", "5.27.3"}},
        {"R6455-5.5.2-4", "our pings come at any point of an open connection", {"2.9", "2.10", "2.14.1", "5.27.3"}},
        {"R6455-6.2-6", "compressed messages read as plain ones come back changed", {"12.1.1", "12.2.1", "14.4.1"}},
        {"R6455-9-1",
         "the offer has more than a server knows, and it agrees to a part",
         {"14.1.41", "14.1.47", "8.7.9"}},
        {"R6455-9.1-12", "the offers stand on several lines", {"8.7.18", "14.1.46", "14.1.47"}},
        {"R6455-11.3.4-1", "the offer stands on two lines", {"8.6.21"}},

        // Permissions. Who makes use of one is not accused: runner/rights.cpp has peers that do.
        {"R6455-4.2.2-3", "a 302 is a refusal like any other", {"8.9.1", "8.9.3", "8.9.4"}},
        {"R6455-7.1.7-6", "who ends TCP without a Close is not accused of more than that", {"3", "4.1", "4.2"}},
        {"R6455-7.2.2-1", "the end of TCP is a refusal, if a poor one", {"8.2.1", "8.3.1", "8.4.1", "8.5.1"}},
        {"R6455-7.3-1", "a Close with 1001 says nothing about the message in front of it", {"1.1.1", "1.1.2", "5.3"}},
        {"R6455-7.4.1-15",
         "1003 for a binary message is no fault of who takes text alone",
         {"1.2.1", "1.2.2", "1.3.1"}},
        {"R6455-10.5-1", "a 401 with any scheme is a refusal", {"8.1.42"}},
        {"R6455-10.7-2", "who drops TCP is not accused of more than that", {"5.9", "6.3.1", "7.3.2", "7.5.1"}},
        {"R6455-11.3.5-1", "all lines are one list", {"8.5.2", "8.5.3", "8.5.5"}},
        {"R6455-4.4-3", "another attempt is another connection, and judged like the first", {"8.14.17"}},
        {"R9110-7.8-2", "a page is a refusal", {"8.3.1", "8.3.2", "8.3.3"}},

        // The same duty in another section.
        {"R6455-9-2", "RFC 6455 section 4.2.2 says it first", {"8.1.1", "8.7.1", "14.1.53"}},
        {"R6455-9-3",
         "the parameters of the answer are checked against RFC 7692",
         {"8.7.15", "13.3", "14.1.3", "14.1.49"}},
        {"R6455-9.1-4", "RFC 7692 section 7 says it of its own parameters", {"8.7.21", "14.2.1", "14.2.5", "14.2.8"}},
        {"R6455-10.8-1", "Sec-WebSocket-Accept is compared with the SHA-1 of RFC 3174", {"8.1.2", "8.1.3", "8.1.6"}},
        {"IANA-upgrade-1", "the other spelling of the registry is asked for", {"8.1.12"}},
        {"IANA-version-1", "a reserved number and those of drafts are asked for", {"8.5.4", "8.5.11", "8.5.12"}},
        {"R9110-15.5.1-1", "another status than 400 is non-strict", {"8.8.6", "8.8.7"}},
        {"R9110-15.5.22-1", "a 426 without Upgrade is non-strict", {"8.5.2", "8.5.3", "8.5.5"}},
        {"R9112-5.2-3", "a folded line in the answer is a defect of it", {"8.1.1"}},

        // In the request of a client, or in what it makes of our answer.
        {"R6455-1.3-1", "the fields of the answer come in another order", {"8.11.4"}},
        {"R6455-4.3-1", "the key is decoded, and has to be 16 octets", {"8.10.6"}},
        {"R6455-4.3-2", "the offer is read by the grammar, and the answer breaks it", {"8.10.9", "8.13.7"}},
        {"R6455-4.3-3", "the offer is read by the grammar", {"8.10.9"}},
        {"R6455-4.3-4", "what is no list of tokens is a defect", {"8.10.8"}},
        {"R6455-4.3-5", "the version has to be written as 13", {"8.10.7"}},
        {"R6455-9.1-10", "the offer is read by the grammar", {"8.10.9"}},
        {"R6455-11.2-1", "the token comes in other letters", {"8.11.5", "8.11.6"}},
        {"R6455-11.3.1-1", "a second line is a defect", {"8.10.6"}},
        {"R6455-11.3.5-2", "a second line is a defect", {"8.10.7"}},

        // What binds clients alone.
        {"R6455-1.3-4",
         "the value in the answer is another one",
         {"8.12.12", "8.12.13", "8.12.14", "8.12.15", "8.12.22"}},
        {"R6455-4.1-1", "what comes before the answer is complete is seen", {"8.10.12"}},
        {"R6455-4.3-7", "two subprotocols are no token, and were not offered", {"8.13.26", "8.13.27"}},
        {"R6455-5.5.1-7", "a Close without a mask is a violation", {"7.1.1", "7.3.1", "11.4.3", "11.4.4"}},
        {"R6455-6.1-5", "a data frame without a mask is a violation", {"1.1.2", "1.2.2", "5.3", "11.4.1"}},
        {"R6455-7.1.7-1",
         "who does nothing about what breaks the protocol is asked whether it is still there",
         {"3.2", "4.1.1", "5.9", "11.1.1"}},
        {"R6455-7.1.7-8",
         "who closes a connection on which all is in order fails",
         {"1.1.1", "1.2.2", "2.2", "2.7", "5.3", "6.2"}},
        {"R6455-7.2.1-1",
         "one at least of each kind of answer and of frame that has to be refused",
         {"3.2", "4.1.1", "5.9", "6.3.1", "7.9.1", "8.12.1", "8.12.13", "8.13.1", "8.14.7", "11.1.1"}},
        {"R6455-7.2.1-3",
         "who closes a connection on which all is in order fails",
         {"1.1.1", "1.2.2", "2.2", "2.7", "5.3", "6.2"}},
        {"R6455-7.3-2",
         "who closes a connection on which all is in order fails",
         {"1.1.1", "1.2.2", "2.2", "2.7", "5.3", "6.2"}},
        {"R6455-9.1-5",
         "RSV1 in an echo is a violation where our answer agreed to nothing",
         {"1.1.2", "1.1.7", "1.2.7", "14.3.1"}},
        {"R6455-11.1.1-3", "another version in the request line is a defect", {"8.10.1"}},
        {"R7692-7.1.2.1-2", "the value of each offer is checked", {"8.10.9"}},
        {"R7692-7.1.2.2-2", "the value of each offer is checked", {"8.10.9"}},
        {"R7692-7.2.1-11", "the distances of what comes are measured", {"13.3", "13.5"}},
        {"R7692-7.2.2-8", "the reference goes back 32768 octets", {"14.6.9", "14.6.17"}},
        {"R7692-5-1",
         "RSV1 from a client that named the extension nowhere is a violation",
         {"1.1.2", "1.1.7", "1.2.7"}},
        {"R7692-7.1.1.1-3",
         "who declines an offer over it, and takes others, shows as unimplemented here alone",
         {"13.2.1", "13.2.2", "13.2.3", "14.1.3"}},
        {"R7692-7.2.2-2",
         "each message is read from an empty window, if that was agreed",
         {"13.2.1", "13.2.2", "13.2.3"}},
        {"R7692-7.2.2-3", "the second message refers back to the first", {"14.4.3", "14.4.27"}},
        {"R9110-7.8-8", "RFC 6455 section 4.1 asks for it, too", {"8.10.5"}},
        {"R9112-2.2-3", "octets behind the request come before the answer, and are no frame", {"8.10.12"}},
        // Of clients.
        {"R6455-1.3-3", "the answer has all that it needs but the status", {"8.14"}},

        // permessage-deflate.
        {"R7692-5-4", "who did not say so and compresses, or inflates, fails", {"14.2.1", "14.2.5", "14.2.10"}},
        {"R7692-7.1.1.1-1", "the offer has the parameter", {"13.2", "14.1.19", "14.6.40"}},
        {"R7692-7.1.1.2-2", "to a client, the answer has the parameter", {"13.2"}},
        {"R7692-7.1.2.1-1", "the offer has the parameter with each value", {"13.3", "13.4", "14.1.2", "14.6.42"}},
        {"R7692-7.1.2.1-3",
         "who agrees and goes beyond the window fails",
         {"14.6.42", "14.6.43", "14.6.44", "14.6.49"}},
        {"R7692-7.1.2.1-5", "the value in the answer is checked", {"8.7.12", "13.3", "14.1.3", "14.1.9"}},
        {"R7692-7.1.2.2-1", "the offer has the parameter, with and without a value", {"8.7.14", "14.1.1", "14.6.21"}},
        {"R7692-7.1.2.2-3", "to a client, the answer has the parameter", {"13.3"}},
        {"R7692-7.1.2.2-5", "the value in the answer is checked", {"8.7.14", "14.1.1", "14.6.21"}},
    };
    return rows;
}

bool is_in(std::string_view id, std::string_view prefix) {
    return id.starts_with(prefix) && (id.size() == prefix.size() || id[prefix.size()] == '.');
}

void add_also_covered(std::vector<Group>& groups) {
    for (const auto& row : also_covered()) {
        for (auto& group : groups) {
            for (auto& one : group.cases) {
                bool const meant =
                    std::ranges::any_of(row.cases, [&](std::string_view prefix) { return is_in(one.id, prefix); });
                if (meant && std::ranges::find(one.covers, row.requirement) == one.covers.end())
                    one.covers.emplace_back(row.requirement);
            }
        }
    }
}

}  // namespace wsspec
