#include "reference/observation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace wsspec {
namespace {

using Kind = Seen::Kind;

constexpr std::uint64_t plenty = 1U << 20;

/// One line an event.
std::string line(const Seen& seen) {
    auto const payload = " \"" + printable(as_text(seen.payload)) + "\"";
    switch (seen.kind) {
        case Kind::message:
            return std::string(to_string(seen.opcode)) + payload;
        case Kind::ping:
            return "ping" + payload;
        case Kind::pong:
            return "pong" + payload;
        case Kind::close:
            return "close " + std::to_string(seen.code) + payload;
        case Kind::violation:
            return "violation " + std::string(seen.violation->requirement) +
                   (seen.code == 0 ? "" : ", code " + std::to_string(seen.code));
        case Kind::flood:
            return "flood";
        case Kind::end_of_stream:
            return "end";
        case Kind::reset:
            return "reset";
        case Kind::deadline:
            return "deadline";
    }
    return "?";
}

std::vector<std::string> lines(const Observer& observer) {
    std::vector<std::string> out;
    for (const auto& seen : observer.seen()) out.push_back(line(seen));
    return out;
}

Octets joined(const std::vector<Frame>& frames, Role sender) {
    Octets out;
    for (const auto& one : frames) append(out, wire(one, sender));
    return out;
}

struct Row {
    const char* name;
    std::vector<Frame> frames;
    std::vector<std::string> seen;
};

TEST(Observer, SaysWhatCame) {
    for (const auto& row : std::vector<Row>{
             {"messages", {text("a"), binary(octets("b")), text("")}, {"text \"a\"", "binary \"b\"", "text \"\""}},
             {"fragments around control frames",
              {binary(octets("1")).more(), ping("?"), continuation("2").more(), pong("!"), continuation("3")},
              {"ping \"?\"", "pong \"!\"", "binary \"123\""}},
             {"a message without an end is none", {text("a").more()}, {}},
             {"close", {close_frame(1001, "why")}, {"close 1001 \"why\""}},
             {"close without a body", {close_frame()}, {"close 1005 \"\""}},
             {"what comes behind a close is seen",
              {close_frame(1000), text("late")},
              {"close 1000 \"\"", "text \"late\""}},
             {"nothing behind a violation",
              {text("a"), frame(0x3), text("b")},
              {"text \"a\"", "violation R6455-5.2-4"}},
             {"a wrong mask", {text("a").wrongly_masked()}, {"violation mask"}},
             {"a reserved bit", {text("a").with_rsv(rsv3)}, {"violation R6455-5.2-3"}},
             {"no text", {text(hex("61 ff"))}, {"violation R6455-8.1-1"}},
             {"a bad close names its code", {close_frame(1005)}, {"violation R6455-7.4.1-5, code 1005"}},
             {"a close code out of range", {close_frame(999)}, {"violation R6455-7.4.2-1, code 999"}},
             {"a close of one octet has no code", {frame(0x8, hex("03"))}, {"violation R6455-5.5.1-3"}},
         }) {
        for (Role const target : {Role::server, Role::client}) {
            for (std::size_t const size : {SIZE_MAX, std::size_t{1}, std::size_t{3}}) {
                SCOPED_TRACE(std::string(row.name) + ", " + std::string(to_string(target)));
                Observer observer(target, plenty);
                Octets stream = joined(row.frames, target);
                for (std::size_t at = 0; at < stream.size(); at += std::min(size, stream.size() - at))
                    observer.receive(std::span(stream).subspan(at, std::min(size, stream.size() - at)), at);
                auto wanted = row.seen;
                std::ranges::replace(wanted, "violation mask",
                                     target == Role::server ? "violation R6455-5.1-5" : "violation R6455-5.1-2");
                EXPECT_EQ(lines(observer), wanted);
                bool const violated = !wanted.empty() && wanted.back().starts_with("violation");
                EXPECT_EQ(observer.over(), violated);
            }
        }
    }
}

TEST(Observer, KnowsWhatWasUnderWayAndWhereItEnds) {
    Observer observer(Role::server, plenty);
    Octets first = wire(text("Hello"), Role::server);
    Octets second = wire(close_frame(1000), Role::server);
    observer.receive(first, 10);
    EXPECT_FALSE(observer.close_seen());
    observer.receive(second, 25);
    EXPECT_TRUE(observer.close_seen());
    observer.end(Kind::end_of_stream, 30);
    observer.end(Kind::deadline, 40);
    ASSERT_EQ(lines(observer), (std::vector<std::string>{"text \"Hello\"", "close 1000 \"\"", "end"}));
    EXPECT_EQ(observer.seen()[0].sent, 10U);
    EXPECT_EQ(observer.seen()[0].offset, 7U);
    EXPECT_EQ(observer.seen()[1].sent, 25U);
    EXPECT_EQ(observer.seen()[1].offset, 11U);
    EXPECT_EQ(observer.seen()[2].sent, 30U);
    EXPECT_EQ(observer.octets(), 11U);
    EXPECT_TRUE(observer.over());
    Octets late = wire(text("late"), Role::server);
    observer.receive(late, 50);
    EXPECT_EQ(observer.seen().size(), 3U);
}

TEST(Observer, SeesABadCloseAsACloseToo) {
    Observer observer(Role::server, plenty);
    Octets bad = wire(close_frame(1006), Role::server);
    observer.receive(bad, 0);
    EXPECT_TRUE(observer.close_seen());
}

TEST(Observer, KnowsHalfAFrame) {
    Octets const stream = joined({text("Hel").more(), ping("1"), continuation("lo")}, Role::server);
    std::vector<std::size_t> const boundaries = {0, 5, 8, 12};
    ASSERT_EQ(stream.size(), boundaries.back());
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        Observer observer(Role::server, plenty);
        Octets part(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(cut));
        observer.receive(part, 0);
        EXPECT_EQ(observer.inside_frame(), std::ranges::find(boundaries, cut) == boundaries.end()) << cut;
    }
}

TEST(Observer, BoundsWhatItKeeps) {
    struct Flood {
        const char* name;
        Octets again;  ///< Sent for ever.
        Octets first = {};
    };
    for (const auto& row : std::vector<Flood>{
             {"messages", wire(text("x"), Role::server)},
             {"empty pings", wire(ping(), Role::server)},
             {"pongs", wire(pong("0123456789"), Role::server)},
             {"one message without an end", wire(continuation(repeated('x', 100)).more(), Role::server),
              wire(text("x").more(), Role::server)},
             {"one frame without an end", repeated('x', 1000), wire(binary({}).claiming(INT64_MAX), Role::server)},
         }) {
        SCOPED_TRACE(row.name);
        constexpr std::uint64_t limit = 100'000;
        Observer observer(Role::server, limit);
        Octets first = row.first;
        observer.receive(first, 0);
        std::size_t fed = 0;
        while (!observer.over() && fed < 100 * limit) {
            Octets again = row.again;
            observer.receive(again, fed);
            fed += again.size();
        }
        ASSERT_TRUE(observer.over()) << fed;
        EXPECT_EQ(observer.seen().back().kind, Kind::flood);
        std::uint64_t kept = 0;
        for (const auto& seen : observer.seen()) kept += sizeof(Seen) + seen.payload.size();
        EXPECT_LE(kept, limit + sizeof(Seen));
        std::size_t const events = observer.seen().size();
        Octets again = row.again;
        observer.receive(again, 0);
        observer.end(Kind::end_of_stream, 0);
        EXPECT_EQ(observer.seen().size(), events);
    }
}

TEST(Observer, TakesWhatWasAskedFor) {
    Observer observer(Role::server, 1000);
    observer.raise_limit(100'000);
    Octets large = wire(binary(repeated('x', 90'000)), Role::server);
    observer.receive(large, 0);
    ASSERT_EQ(observer.seen().size(), 1U);
    EXPECT_EQ(observer.seen()[0].kind, Kind::message);
    EXPECT_EQ(observer.seen()[0].payload.size(), 90'000U);
}

}  // namespace
}  // namespace wsspec
