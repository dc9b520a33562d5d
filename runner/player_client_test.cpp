// The player against clients, sans I/O: what becomes of answers to their opening handshakes.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "cases/catalogue.h"
#include "reference/handshake.h"
#include "runner/player.h"

namespace wsspec {
namespace {

ClientRequest good_request() {
    ClientRequest request;
    request.resource = "/";
    request.host = "localhost";
    request.key = random_key();
    return request;
}

/// Plays the case; `then` says what the client does where the player waits for the first, second … time.
Played played_with(const char* id, const PlayerSettings& settings, const std::function<void(Player&, int)>& then) {
    const Case* const one = find_case(id);
    EXPECT_NE(one, nullptr) << id;
    Player player(*one, one->script, settings);
    int waits = 0;
    for (int i = 0; i < 10'000; ++i) {
        auto const action = player.next();
        if (action.what == Player::Action::What::finished) return player.result();
        if (action.what == Player::Action::What::wait) then(player, ++waits);
    }
    ADD_FAILURE() << id << " does not end";
    return {};
}

PlayerSettings of_client(std::string request) {
    PlayerSettings settings;
    settings.profile.role = Role::client;
    settings.request = std::move(request);
    return settings;
}

/// Plays the case with a client that never sends a frame: `how` it ends is all that is seen of it.
Played silent_client(const char* id, Seen::Kind how) {
    return played_with(id, of_client(build_request(good_request())), [how](Player& player, int waits) {
        EXPECT_EQ(waits, 1) << "the player waits behind the end of the connection";
        player.ended(how);
    });
}

// Qt 6.4 does that: it holds these answers for no good ones, does not open, and leaves TCP open.
TEST(PlayerClient, WhoNeitherOpensNorEndsTcpHasRefusedByHalf) {
    for (const char* id : {"8.11.9", "8.11.10", "8.11.26", "8.11.28", "8.12.21", "8.15.1", "8.15.2", "8.15.30"}) {
        auto const played = silent_client(id, Seen::Kind::deadline);
        EXPECT_EQ(played.grade, Grade::non_strict) << id << ": " << played.observed;
        ASSERT_EQ(played.findings.size(), 1U) << id;
        EXPECT_EQ(played.findings.front().grade, Grade::non_strict) << id;
        EXPECT_NE(played.findings.front().what, "") << id;
    }
}

TEST(PlayerClient, WhoDoesNotTakeAGoodAnswerBreaksWhatTheCaseIsAbout) {
    for (auto const how : {Seen::Kind::end_of_stream, Seen::Kind::reset, Seen::Kind::deadline}) {
        auto const played = silent_client("8.11.11", how);
        EXPECT_EQ(played.grade, Grade::fail);
        ASSERT_EQ(played.findings.size(), 1U);
        EXPECT_EQ(played.findings.front().requirement, "R6455-4.1-35") << played.findings.front().what;
    }
}

/// Plays the case with a client that sends `octets` behind our answer, and then nothing.
Played speaking_client(const char* id, std::string_view octets) {
    return played_with(id, of_client(build_request(good_request())), [octets](Player& player, int waits) {
        if (waits > 1) return player.ended(Seen::Kind::deadline);
        Octets sent = wsspec::octets(octets);
        player.received(sent);
    });
}

// Jetty 9 does that: the connection is HTTP's, which keeps it.
TEST(PlayerClient, MayUseTheConnectionForTheNextRequestWhereAnotherStatusLeftItToHttp) {
    constexpr std::string_view request = "GET /ws HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (const char* id : {"8.14.1", "8.14.8", "8.14.18"})
        EXPECT_EQ(speaking_client(id, request).grade, Grade::pass) << id;
    // An interim response does not end the request, nor does one that breaks the handshake of a 101.
    EXPECT_EQ(speaking_client("8.14.21", request).grade, Grade::fail);
    EXPECT_EQ(speaking_client("8.12.1", request).grade, Grade::fail);
    // An unmasked frame and a masked one, first fragments of a compressed text.
    for (std::string_view const frame : {std::string_view("A\x01W", 3), std::string_view("A\x81\1\2\3\4W", 7)})
        EXPECT_EQ(speaking_client("8.14.1", frame).grade, Grade::fail);
}

// A fall-back to a draft, a field that only the first request has.
TEST(PlayerClient, IsJudgedByEachOfItsRequestsWhereTheFirstIsKnown) {
    auto const judged = [](std::string text, bool knows_first, std::vector<Defect> known) {
        auto settings = of_client(std::move(text));
        settings.known_defects = std::move(known);
        settings.knows_first_request = knows_first;
        return played_with("1.1.2", settings, [](Player& player, int) { player.ended(Seen::Kind::end_of_stream); });
    };
    std::string const good = build_request(good_request());
    std::string bad = good;
    bad.replace(bad.find("Version: 13"), 11, "Version: 8");
    auto const says_so = [](const Played& played) {
        return std::ranges::any_of(played.findings, [](const Finding& finding) {
            return finding.grade == Grade::fail && finding.what.starts_with("in its opening handshake, unlike");
        });
    };
    EXPECT_TRUE(says_so(judged(bad, true, {})));
    EXPECT_FALSE(says_so(judged(good, true, {})));
    EXPECT_FALSE(says_so(judged(bad, false, {}))) << "8.10 says so";
    EXPECT_FALSE(says_so(judged(bad, true, client_defects(check_request(bad))))) << "8.10 says so";
}

}  // namespace
}  // namespace wsspec
