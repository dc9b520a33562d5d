#include "fuzz/adapters/parser_run.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "fuzz/adapters/fake_parser_test.h"

namespace wsspec {
namespace {

using test::FakeParser;

ParserRun run(FakeParser& fake, OctetView stream, const Chunking& chunking = whole()) {
    auto const adapter = fake.adapter();
    return run_parser(adapter, Role::server, 100, {}, stream, chunking);
}

TEST(ParserRun, FeedsInPiecesAndKeepsWhatIsReported) {
    FakeParser fake;
    std::vector<std::string> fed;
    fake.feed = [&](const wsspec_parser_sink& sink, OctetView octets) {
        fed.emplace_back(as_text(octets));
        if (octets.back() == 'c') {
            sink.on_message_begin(sink.context, WSSPEC_TEXT);
            sink.on_message_piece(sink.context, octets.data(), 1);
        }
        if (octets.back() == 'e') {
            sink.on_ping(sink.context, nullptr, 0);
            sink.on_message_piece(sink.context, octets.data(), octets.size());
            sink.on_message_end(sink.context);
            sink.on_close(sink.context, 1000, octets.data(), 1);
        }
        return octets.size();
    };
    auto const made = run(fake, octets("abcde"), {.name = "mine", .cuts = {3}});
    EXPECT_EQ(fed, (std::vector<std::string>{"abc", "de"}));
    EXPECT_EQ(made.breach, "");
    ASSERT_EQ(made.events.size(), 3U);
    EXPECT_EQ(describe(made.events[0]), "ping, 0 octets");
    EXPECT_EQ(describe(made.events[1]), "text, 3 octets 61 64 65");
    EXPECT_EQ(describe(made.events[2]), "Close 1000, reason of 1 octet 64");
    EXPECT_EQ(made.events[1].fed, 5U);
    EXPECT_EQ(made.end(), &made.events[2]);
}

TEST(ParserRun, GivesTheRestAgain) {
    FakeParser fake;
    std::vector<std::size_t> sizes;
    fake.feed = [&](const wsspec_parser_sink&, OctetView octets) {
        sizes.push_back(octets.size());
        return std::min<std::size_t>(octets.size(), 2);
    };
    EXPECT_FALSE(run(fake, octets("abcde")).stalled_at);
    EXPECT_EQ(sizes, (std::vector<std::size_t>{5, 3, 1}));
}

TEST(ParserRun, NoticesAStall) {
    FakeParser fake;
    fake.feed = [](const wsspec_parser_sink&, OctetView octets) { return octets.front() == 'c' ? 0U : 1U; };
    EXPECT_EQ(run(fake, octets("abcde")).stalled_at, 2U);
    EXPECT_EQ(run(fake, octets("abcde"), octet_by_octet(5)).stalled_at, 2U);
}

TEST(ParserRun, GoesOnFeedingBehindTheEnd) {
    FakeParser fake;
    std::size_t calls = 0;
    fake.feed = [&](const wsspec_parser_sink& sink, OctetView) {
        if (calls++ == 1) sink.on_failure(sink.context, 1002, "no");
        return calls <= 1 ? 1U : 0U;
    };
    auto const made = run(fake, octets("abcde"), octet_by_octet(5));
    EXPECT_EQ(calls, 5U);
    EXPECT_FALSE(made.stalled_at);
    ASSERT_EQ(made.events.size(), 1U);
    EXPECT_EQ(describe(made.events[0]), "the connection fails with 1002");
}

TEST(ParserRun, FinishIsCalledOnceBehindTheLastOctet) {
    FakeParser fake;
    fake.feed = [](const wsspec_parser_sink&, OctetView octets) { return octets.size(); };
    unsigned finished = 0;
    fake.finish = [&](const wsspec_parser_sink& sink) {
        ++finished;
        sink.on_failure(sink.context, WSSPEC_NO_CODE, nullptr);
    };
    auto const made = run(fake, octets("ab"));
    EXPECT_EQ(finished, 1U);
    ASSERT_EQ(made.events.size(), 1U);
    EXPECT_TRUE(made.events[0].at_finish);
    EXPECT_EQ(describe(made.events[0]), "the connection fails");
}

TEST(ParserRun, TellsTheParserWhatItIsMadeFor) {
    FakeParser fake;
    fake.feed = [](const wsspec_parser_sink&, OctetView octets) { return octets.size(); };
    auto const adapter = fake.adapter();
    DeflateAgreement const agreement{.client_no_context_takeover = true, .server_max_window_bits = 9};
    run_parser(adapter, Role::client, 77, agreement, octets("a"), whole());
    EXPECT_EQ(fake.config.abi, WSSPEC_PARSER_ABI);
    EXPECT_EQ(fake.config.role, WSSPEC_CLIENT);
    EXPECT_EQ(fake.config.max_message, 77U);
    EXPECT_EQ(fake.config.context, &fake);
    EXPECT_EQ(fake.deflate.client_no_context_takeover, 1);
    EXPECT_EQ(fake.deflate.server_no_context_takeover, 0);
    EXPECT_EQ(fake.deflate.server_max_window_bits, 9);
    EXPECT_EQ(fake.deflate.client_max_window_bits, 15);
}

TEST(ParserRun, NamesEveryBreachOfTheContract) {
    using Sink = const wsspec_parser_sink&;
    auto const breach = [](auto feed) {
        FakeParser fake;
        fake.feed = [feed](Sink sink, OctetView octets) {
            feed(sink, octets);
            return octets.size();
        };
        return run(fake, octets("abc")).breach;
    };
    EXPECT_EQ(breach([](Sink sink, OctetView) { sink.on_message(sink.context, 0, nullptr, 0); }),
              "a message is neither text nor binary");
    EXPECT_EQ(breach([](Sink sink, OctetView) { sink.on_message_piece(sink.context, nullptr, 0); }),
              "on_message_piece() outside of a message");
    EXPECT_EQ(breach([](Sink sink, OctetView) { sink.on_message_end(sink.context); }),
              "on_message_end() outside of a message");
    EXPECT_EQ(breach([](Sink sink, OctetView) {
                  sink.on_message_begin(sink.context, WSSPEC_TEXT);
                  sink.on_message_begin(sink.context, WSSPEC_TEXT);
              }),
              "on_message_begin() or on_message() inside of a message");
    EXPECT_EQ(breach([](Sink sink, OctetView) { sink.on_ping(sink.context, nullptr, 1); }),
              "octets is NULL although size is not 0");
    EXPECT_EQ(breach([](Sink sink, OctetView) { sink.on_close(sink.context, 65536, nullptr, 0); }),
              "a close code is not from 0 to 65535");
    EXPECT_EQ(breach([](Sink, OctetView octets) { *const_cast<Octet*>(octets.data()) = 'x'; }),
              "feed() writes to the octets that it is given");

    FakeParser greedy;
    greedy.feed = [](Sink, OctetView octets) { return octets.size() + 1; };
    EXPECT_EQ(run(greedy, octets("abc")).breach, "feed() returns more than it was given");

    FakeParser late;
    late.feed = [](Sink, OctetView octets) { return octets.size(); };
    late.destroyed = [](Sink sink) { sink.on_pong(sink.context, nullptr, 0); };
    EXPECT_EQ(run(late, octets("abc")).breach, "an event is reported outside of feed() and finish()");

    FakeParser none;
    none.made = false;
    auto const adapter = none.adapter();
    EXPECT_THROW(run_parser(adapter, Role::server, 1, {}, octets("a"), whole()), std::runtime_error);
}

TEST(ParserRun, MeasuresWhatTheParserHoldsAndNothingElse) {
    FakeParser fake;
    std::unique_ptr<Octets> held;
    fake.feed = [&](const wsspec_parser_sink& sink, OctetView octets) {
        if (octets[0] == 'b') {
            Octets const big(5U << 20);
            sink.on_message(sink.context, WSSPEC_BINARY, big.data(), big.size());
        }
        held = std::make_unique<Octets>(1000);
        return octets.size();
    };
    auto const small = run(fake, octets("a")).memory;
    EXPECT_GE(small, 1000U);
    EXPECT_LT(small, 100000U);
    auto const large = run(fake, octets("b")).memory;
    EXPECT_GE(large, 5U << 20);
    EXPECT_LT(large, (5U << 20) + 100000U) << "the log's own copy of the message counts";
    EXPECT_LT(run(fake, octets("a")).memory, 100000U) << "measured anew for each run";

    fake.memory = 123456789;
    EXPECT_EQ(run(fake, octets("a")).memory, 123456789U);
}

TEST(Chunking, KnowsWhereAPieceEnds) {
    Chunking const chunking{.name = "mine", .cuts = {3, 7}};
    EXPECT_EQ(chunking.end_of_piece(1, 10), 3U);
    EXPECT_EQ(chunking.end_of_piece(3, 10), 3U);
    EXPECT_EQ(chunking.end_of_piece(4, 10), 7U);
    EXPECT_EQ(chunking.end_of_piece(8, 10), 10U);
    EXPECT_EQ(octet_by_octet(4).cuts, (std::vector<std::size_t>{1, 2, 3}));
    EXPECT_TRUE(octet_by_octet(0).cuts.empty());
    auto const long_one = octet_by_octet(65536);
    EXPECT_LT(long_one.cuts.size(), 9000U);
    EXPECT_EQ(long_one.cuts[4094], 4095U);
    EXPECT_EQ(long_one.cuts.back(), 65535U);
    EXPECT_EQ(long_one.cuts[long_one.cuts.size() - 4000], 65536U - 4000);
}

}  // namespace
}  // namespace wsspec
