#include "runner/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "reference/endpoint.h"

namespace wsspec {
namespace {

RoundTrips trips_of(std::size_t size, std::size_t count) {
    RoundTrips trips;
    trips.content.pattern = octets("0123456789");
    trips.size = size;
    trips.count = count;
    return trips;
}

/// A target in memory that sends back what it gets; `bend` may change a message on its way back.
class Echo {
public:
    explicit Echo(std::optional<DeflateAgreement> deflate = {})
        : endpoint_(Role::server, {}, deflate), observer_(Role::server, 1U << 20, deflate) {}

    std::function<void(EndpointEvent&)> bend = [](EndpointEvent&) {};
    /// Seen on the way to the target.
    std::vector<std::size_t> writes;

    void play(Exchange& exchange) {
        observer_.divert(&exchange);
        for (unsigned i = 0; i < 100'000 && !exchange.done() && !exchange.broken(); ++i) {
            Octets out = exchange.next_write();
            if (!out.empty()) writes.push_back(out.size());
            std::span<Octet> rest = out;
            while (!rest.empty()) {
                rest = rest.subspan(endpoint_.receive(rest));
                for (auto& event : endpoint_.take_events()) {
                    if (event.kind != EndpointEvent::Kind::message) continue;
                    bend(event);
                    endpoint_.send_message(event.opcode, event.payload);
                }
            }
            Octets back = endpoint_.take_output();
            if (out.empty() && back.empty()) return;
            observer_.receive(back, 0);
        }
    }
    const Observer& observer() const { return observer_; }
    const Endpoint& endpoint() const { return endpoint_; }

private:
    Endpoint endpoint_;
    Observer observer_;
};

TEST(Exchange, ComesToItsEndWithEverySizeAndWindow) {
    for (std::size_t const size : {0U, 1U, 125U, 126U, 65535U, 65536U, 300'000U}) {
        for (std::size_t const fragment : {0U, 64U, 65536U}) {
            for (std::size_t const in_flight : {1U, 8U}) {
                RoundTrips trips = trips_of(size, 5);
                trips.fragment = fragment;
                trips.in_flight = in_flight;
                Exchange exchange(trips, {.count = 5});
                Echo echo;
                echo.play(exchange);
                EXPECT_TRUE(exchange.done()) << size << ' ' << fragment << ' ' << in_flight;
                EXPECT_FALSE(exchange.broken());
                EXPECT_TRUE(exchange.at_frame_boundary());
                EXPECT_EQ(exchange.octets(), 5 * size);
                EXPECT_TRUE(echo.observer().seen().empty()) << "messages go to the exchange";
            }
        }
    }
}

TEST(Exchange, CutsAMessageIntoFragmentsAndEndsAFullOneWithAnEmptyOne) {
    struct Row {
        std::size_t size;
        std::size_t fragment;
        std::vector<std::size_t> lengths;
    };
    for (const auto& row : std::vector<Row>{
             {10, 0, {10}}, {10, 16, {10}}, {10, 10, {10}}, {10, 4, {4, 4, 2}}, {8, 4, {4, 4, 0}}, {0, 4, {0}}}) {
        RoundTrips trips = trips_of(row.size, 1);
        trips.fragment = row.fragment;
        Exchange exchange(trips, {.sender = Role::server});
        Octets const wire = exchange.next_write();
        std::vector<std::size_t> lengths;
        for (std::size_t at = 0; at < wire.size(); at += 2 + wire[at + 1]) {
            bool const last = at + 2 + wire[at + 1] == wire.size();
            EXPECT_EQ((wire[at] & 0x80) != 0, last);
            EXPECT_EQ(wire[at] & 0xf, at == 0 ? 2 : 0);
            lengths.push_back(wire[at + 1]);
        }
        EXPECT_EQ(lengths, row.lengths) << row.size << " in " << row.fragment;
    }
}

TEST(Exchange, KeepsToItsWriteSizeAndItsWindow) {
    RoundTrips trips = trips_of(1000, 1);
    trips.write_size = 64;
    Exchange exchange(trips, {});
    Echo echo;
    echo.play(exchange);
    ASSERT_EQ(echo.writes.size(), 16U);  // 1008 octets on the wire
    EXPECT_TRUE(std::ranges::all_of(echo.writes.begin(), echo.writes.end() - 1, [](auto n) { return n == 64; }));

    RoundTrips const waiting = trips_of(10, 3);
    Exchange one_by_one(waiting, {.count = 3});
    EXPECT_EQ(one_by_one.next_write().size(), 16U);
    EXPECT_TRUE(one_by_one.next_write().empty()) << "the echo has not come";
    RoundTrips pipelined = trips_of(10, 3);
    pipelined.in_flight = 2;
    Exchange two(pipelined, {.count = 3});
    EXPECT_EQ(two.next_write().size(), 32U);
    EXPECT_TRUE(two.next_write().empty());
    EXPECT_EQ(two.largest_under_way(), 10U);
}

TEST(Exchange, CompressesAsAgreedAndIsAnsweredSo) {
    for (bool const takeover : {true, false}) {
        for (int const bits : {8, 9, 15}) {
            DeflateAgreement const agreement{.server_no_context_takeover = !takeover,
                                             .client_no_context_takeover = !takeover,
                                             .server_max_window_bits = std::max(bits, 9),
                                             .client_max_window_bits = bits};
            RoundTrips trips;
            trips.content.kind = Content::Kind::json;
            trips.opcode = Opcode::text;
            trips.size = 8192;
            trips.in_flight = 4;
            trips.fragment = 256;
            trips.compressed = true;
            Exchange exchange(
                trips, {.count = 40, .deflate = agreement, .compressed = std::make_shared<CompressedMessages>()});
            Echo echo(agreement);
            echo.play(exchange);
            EXPECT_TRUE(exchange.done()) << bits << (exchange.broken() ? exchange.broken()->what : "");
            EXPECT_EQ(exchange.compressed(), 40U);
            EXPECT_FALSE(exchange.remark());
            auto const sent = [&] {
                std::size_t sum = 0;
                for (auto const size : echo.writes) sum += size;
                return sum;
            }();
            // zlib has no window of 8 bits: these go uncompressed.
            EXPECT_EQ(sent > 40U * 8192, bits == 8) << sent;
        }
    }
}

TEST(Exchange, FindsWhatIsWrongWithAnEcho) {
    struct Row {
        const char* name;
        std::function<void(EndpointEvent&)> bend;
        const char* said;
    };
    for (const auto& row : std::vector<Row>{
             {"one octet changed", [](EndpointEvent& e) { e.payload[700] ^= 1; }, "first difference is at octet 700"},
             {"cut", [](EndpointEvent& e) { e.payload.pop_back(); }, "comes back cut: 999 octets of 1000"},
             {"too long", [](EndpointEvent& e) { e.payload.push_back('0'); }, "with more than its 1000 octets"},
             {"another type", [](EndpointEvent& e) { e.opcode = Opcode::text; }, "comes back as text, not as binary"},
         }) {
        unsigned seen = 0;
        RoundTrips const trips = trips_of(1000, 5);
        Exchange exchange(trips, {.count = 5});
        Echo echo;
        echo.bend = [&](EndpointEvent& event) {
            if (++seen == 3) row.bend(event);
        };
        echo.play(exchange);
        ASSERT_TRUE(exchange.broken()) << row.name;
        EXPECT_EQ(exchange.broken()->grade, Grade::fail);
        EXPECT_NE(exchange.broken()->what.find("message 3 of 5"), std::string::npos) << exchange.broken()->what;
        EXPECT_NE(exchange.broken()->what.find(row.said), std::string::npos) << exchange.broken()->what;
        EXPECT_TRUE(exchange.next_write().empty()) << "nothing more is sent";
    }
}

TEST(Exchange, FindsMessagesThatNobodyAskedFor) {
    RoundTrips const trips = trips_of(10, 1);
    Exchange exchange(trips, {});
    Observer observer(Role::server, 1U << 20);
    observer.divert(&exchange);
    Octets greeting = wire(binary(octets("hello")), Role::server);
    observer.receive(greeting, 0);
    ASSERT_TRUE(exchange.broken());
    EXPECT_NE(exchange.broken()->what.find("no message of ours asked for"), std::string::npos);

    Exchange greeted(trips, {.greetings = 1});
    Observer other(Role::server, 1U << 20);
    other.divert(&greeted);
    greeting = wire(binary(octets("hello")), Role::server);
    other.receive(greeting, 0);
    EXPECT_FALSE(greeted.broken()) << "every connection gets it";
}

TEST(Exchange, SaysSoWhenATargetAgreesAndNeverCompresses) {
    RoundTrips trips;
    trips.content.kind = Content::Kind::json;
    trips.opcode = Opcode::text;
    trips.compressed = true;
    for (std::size_t const size : {1024U, 8192U}) {
        trips.size = size;
        DeflateAgreement const agreement{.client_no_context_takeover = true};
        Exchange exchange(trips, {.count = 2, .deflate = agreement});
        Observer observer(Role::server, 1U << 20, agreement);
        observer.divert(&exchange);
        Messages const messages(trips.content, trips.opcode, trips.size);
        for (std::uint64_t n = 0; n < 2; ++n) {
            EXPECT_FALSE(exchange.next_write().empty());
            Octets plain(messages[n].size());
            messages[n].copy(0, plain);
            Octets back = wire(text(plain), Role::server);
            observer.receive(back, 0);
        }
        ASSERT_TRUE(exchange.done());
        EXPECT_EQ(exchange.remark().has_value(), size > 4096) << "short messages may be left alone";
        if (exchange.remark()) {
            EXPECT_EQ(exchange.remark()->grade, Grade::informational);
        }
    }
}

TEST(Exchange, FindsContextThatWasPromisedToBeDropped) {
    RoundTrips trips;
    trips.content.kind = Content::Kind::json;
    trips.opcode = Opcode::text;
    trips.size = 8192;
    trips.compressed = true;
    DeflateAgreement const promised{.server_no_context_takeover = true};
    DeflateAgreement const kept{};
    DeflateAgreement const small{.server_max_window_bits = 9};
    for (const auto& [agreed, done_by, requirement] :
         {std::tuple{promised, kept, "R7692-7.2.1-10"}, std::tuple{small, kept, "R7692-7.2.1-12"}}) {
        Exchange exchange(trips, {.count = 3, .deflate = agreed});
        Endpoint endpoint(Role::server, {}, done_by);
        Observer observer(Role::server, 1U << 20, agreed);
        observer.divert(&exchange);
        for (unsigned i = 0; i < 3; ++i) {
            Octets out = exchange.next_write();
            std::span<Octet> rest = out;
            while (!rest.empty()) rest = rest.subspan(endpoint.receive(rest));
            for (auto& event : endpoint.take_events()) endpoint.send_message(event.opcode, event.payload);
            Octets back = endpoint.take_output();
            observer.receive(back, 0);
        }
        ASSERT_TRUE(exchange.broken());
        EXPECT_EQ(exchange.broken()->requirement, requirement) << exchange.broken()->what;
    }
}

TEST(MessagesOf, KeepsEverySizeInEveryProfile) {
    RoundTrips trips = trips_of(16, 1000);
    EXPECT_EQ(messages_of(trips, Profile::full), 1000U);
    EXPECT_EQ(messages_of(trips, Profile::standard), 64U);
    EXPECT_EQ(messages_of(trips, Profile::quick), 8U);
    trips.size = 131072;
    EXPECT_EQ(messages_of(trips, Profile::full), 1000U);
    EXPECT_EQ(messages_of(trips, Profile::standard), 16U);
    EXPECT_EQ(messages_of(trips, Profile::quick), 3U);
    trips.count = 1;
    for (Profile const profile : {Profile::quick, Profile::standard, Profile::full})
        EXPECT_EQ(messages_of(trips, profile), 1U);
}

}  // namespace
}  // namespace wsspec
