#include "fuzz/adapters/parser_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "fuzz/adapters/fake_parser_test.h"
#include "fuzz/adapters/planted/planted_bugs.h"

namespace wsspec {
namespace {

using test::FakeParser;
using Rule = ParserFailure::Rule;
using Sink = const wsspec_parser_sink&;

constexpr MaskingKey key = {0x37, 0xfa, 0x21, 0x3d};

ParserInput input_of(const std::vector<Frame>& frames, Role role = Role::server,
                     std::optional<DeflateAgreement> agreement = {}) {
    ParserInput out{.role = role, .agreement = agreement};
    for (const auto& frame : frames) append(out.stream, wire(frame, other(role), key));
    return out;
}

/// "forecast R6455-5.5.2-2 whole"; "" if nothing is wrong.
std::string verdict(const std::optional<ParserFailure>& found) {
    if (!found) return "";
    return std::string(to_string(found->rule)) + (found->requirement.empty() ? "" : " " + found->requirement) + " " +
           found->chunking;
}

/// A parser that is good at everything, and says so by way of `report`, which may say something else.
class Bent {
public:
    using Report = std::function<void(Sink real, const wsspec_parser_sink& to)>;

    /// `bend` gets the sink that the good parser reports to, and may put other functions into it.
    explicit Bent(std::function<void(wsspec_parser_sink& seen_by_parser, Sink real)> bend) : bend_(std::move(bend)) {
        fake_.feed = [this](Sink, OctetView octets) { return good_.feed(parser_, octets.data(), octets.size()); };
    }
    std::string check(const ParserInput& input) {
        auto adapter = fake_.adapter();
        adapter.context = this;
        adapter.memory = nullptr;
        adapter.create = [](const wsspec_parser_config* config, const wsspec_parser_sink* sink) {
            auto* const self = static_cast<Bent*>(config->context);
            self->sink_ = *sink;
            self->bend_(self->sink_, *sink);
            auto inner = *config;
            inner.context = nullptr;
            self->parser_ = self->good_.create(&inner, &self->sink_);
            return reinterpret_cast<wsspec_parser_instance*>(self);
        };
        adapter.feed = [](wsspec_parser_instance* parser, const std::uint8_t* octets, std::size_t size) {
            auto* const self = reinterpret_cast<Bent*>(parser);
            return self->good_.feed(self->parser_, octets, size);
        };
        adapter.finish = nullptr;
        adapter.destroy = [](wsspec_parser_instance* parser) {
            auto* const self = reinterpret_cast<Bent*>(parser);
            self->good_.destroy(self->parser_);
        };
        return verdict(check_parser(adapter, input));
    }

private:
    wsspec_parser_adapter good_ = planted_parser(nullptr);
    std::function<void(wsspec_parser_sink&, Sink)> bend_;
    wsspec_parser_sink sink_{};
    wsspec_parser_instance* parser_ = nullptr;
    FakeParser fake_;
};

wsspec_parser_adapter planted(std::string_view name) {
    return planted_parser(&*std::ranges::find(planted_bugs(), name, &PlantedBug::name));
}

std::string good(const ParserInput& input) { return verdict(check_parser(planted_parser(nullptr), input)); }

TEST(ParserCheck, AGoodParserPassesInBothRoles) {
    for (auto const role : {Role::server, Role::client}) {
        EXPECT_EQ(good(input_of({text("Hello")}, role)), "");
        EXPECT_EQ(good(input_of({text("Hel").more(), ping("a"), continuation("lo"), pong("b"), close_frame(1000, "x")},
                                role)),
                  "");
        EXPECT_EQ(good(input_of({text("a").wrongly_masked(), text("b")}, role)), "");
        EXPECT_EQ(good(input_of({text(hex("ff")), ping("x")}, role)), "");
        EXPECT_EQ(good(input_of({text("Hello").claiming(9)}, role)), "") << "the end never comes";
    }
}

TEST(ParserCheck, AdaptersAreSparedWhatTheyCannotDo) {
    auto adapter = planted_parser(nullptr);
    adapter.create = nullptr;  // would be called
    adapter.roles = WSSPEC_CLIENT;
    EXPECT_EQ(verdict(check_parser(adapter, input_of({text("a")}))), "");
    adapter.roles = WSSPEC_SERVER;
    adapter.deflate = 0;
    EXPECT_EQ(verdict(check_parser(adapter, input_of({text("a")}, Role::server, DeflateAgreement{}))), "");
}

TEST(ParserCheck, EverythingHasToBeReportedInOrder) {
    auto const stream = input_of({text("one"), ping("p"), text("two"), pong("q"), close_frame(1000, "bye")});
    auto const bent = [&](auto bend) { return Bent(bend).check(stream); };
    EXPECT_EQ(bent([](wsspec_parser_sink&, Sink) {}), "");
    EXPECT_EQ(
        bent([](wsspec_parser_sink& sink, Sink) { sink.on_ping = [](void*, const std::uint8_t*, std::size_t) {}; }),
        "forecast R6455-5.5.2-2 whole");
    EXPECT_EQ(
        bent([](wsspec_parser_sink& sink, Sink) { sink.on_pong = [](void*, const std::uint8_t*, std::size_t) {}; }),
        "forecast R6455-6.2-2 whole");
    EXPECT_EQ(bent([](wsspec_parser_sink& sink, Sink) {
                  sink.on_close = [](void*, int, const std::uint8_t*, std::size_t) {};
              }),
              "stall R6455-7.1.5-1 whole");
    EXPECT_EQ(bent([](wsspec_parser_sink& sink, Sink real) { sink.on_pong = real.on_ping; }),
              "forecast R6455-5.5.3-3 whole");
    EXPECT_EQ(bent([](wsspec_parser_sink& sink, Sink real) {
                  static auto close = real.on_close;
                  close = real.on_close;
                  sink.on_close = [](void* context, int code, const std::uint8_t*, std::size_t) {
                      close(context, code, nullptr, 0);
                  };
              }),
              "forecast R6455-7.1.5-1 whole")
        << "the reason counts";
    EXPECT_EQ(bent([](wsspec_parser_sink& sink, Sink real) {
                  static auto message = real.on_message;
                  message = real.on_message;
                  sink.on_message = [](void* context, int, const std::uint8_t* octets, std::size_t size) {
                      message(context, WSSPEC_BINARY, octets, size);
                  };
              }),
              "forecast R6455-6.1-3 whole")
        << "the judge names the statement";
}

TEST(ParserCheck, LegalStreamsMustNotBeRefused) {
    FakeParser fake;
    fake.feed = [](Sink sink, OctetView octets) {
        sink.on_failure(sink.context, 1002, nullptr);
        return octets.size();
    };
    EXPECT_EQ(verdict(check_parser(fake.adapter(), input_of({text("Hello")}))), "forecast R6455-6.2-1 whole");
    EXPECT_EQ(verdict(check_parser(fake.adapter(), input_of({close_frame(1000)}))), "forecast R6455-7.1.5-1 whole");
    // The mask is missing: right, but octet by octet it knew too early.
    EXPECT_EQ(verdict(check_parser(fake.adapter(), input_of({text("Hello").wrongly_masked()}))),
              "forecast R6455-5.1-2 octet by octet");
}

TEST(ParserCheck, TheLimitOfAMessageExcusesARefusalAndNothingElse) {
    auto const too_long = input_of({binary(Octets(100)).claiming(70000)});
    auto const short_enough = input_of({binary(Octets(100)).claiming(60000)});
    for (auto const code : {1009, WSSPEC_NO_CODE, 1002}) {
        FakeParser fake;
        std::size_t had = 0;
        fake.destroyed = [&](Sink) { had = 0; };
        fake.feed = [&](Sink sink, OctetView octets) {
            if (had < 14 && had + octets.size() >= 14) sink.on_failure(sink.context, code, nullptr);
            had += octets.size();
            return octets.size();
        };
        EXPECT_EQ(verdict(check_parser(fake.adapter(), too_long)), code == 1002 ? "forecast R6455-6.2-1 whole" : "");
        EXPECT_EQ(verdict(check_parser(fake.adapter(), short_enough)), "forecast R6455-6.2-1 whole");
    }
}

TEST(ParserCheck, SilenceIsAStall) {
    FakeParser silent;
    silent.feed = [](Sink, OctetView octets) { return octets.size(); };
    EXPECT_EQ(verdict(check_parser(silent.adapter(), input_of({text("a")}))), "stall R6455-6.2-1 whole");
    EXPECT_EQ(verdict(check_parser(silent.adapter(), input_of({ping()}))), "stall R6455-5.5.2-2 whole");
    EXPECT_EQ(verdict(check_parser(silent.adapter(), input_of({text("a").wrongly_masked()}))),
              "stall R6455-5.1-2 whole");
    EXPECT_EQ(verdict(check_parser(silent.adapter(), input_of({text("Hello").claiming(9)}))), "");

    FakeParser stuck;
    stuck.feed = [](Sink, OctetView) { return 0U; };
    EXPECT_EQ(verdict(check_parser(stuck.adapter(), input_of({text("Hello").claiming(9)}))), "stall R6455-6.2-1 whole");

    FakeParser late;
    late.feed = silent.feed;
    late.finish = [](Sink sink) { sink.on_ping(sink.context, nullptr, 0); };
    EXPECT_EQ(verdict(check_parser(late.adapter(), input_of({ping()}))), "stall R6455-5.5.2-2 whole");
    late.finish = [](Sink sink) { sink.on_failure(sink.context, 1006, nullptr); };
    EXPECT_EQ(verdict(check_parser(late.adapter(), input_of({text("Hello").claiming(9)}))), "")
        << "7.1.5: no Close came";
}

TEST(ParserCheck, NothingComesBehindAnEnd) {
    FakeParser fake;
    std::size_t calls = 0;
    fake.destroyed = [&](Sink) { calls = 0; };
    fake.feed = [&](Sink sink, OctetView octets) {
        // All is wrong from the second octet on.
        if (++calls == (octets.size() == 1 ? 2U : 1U)) sink.on_failure(sink.context, 1002, nullptr);
        if (octets.size() != 1 || calls == 7) sink.on_ping(sink.context, nullptr, 0);
        return octets.size();
    };
    EXPECT_EQ(verdict(check_parser(fake.adapter(), input_of({text("Hello").wrongly_masked()}))),
              "after-end R6455-7.1.7-7 whole");
    EXPECT_EQ(Bent([](wsspec_parser_sink& sink, Sink real) {
                  static auto close = real.on_close;
                  close = real.on_close;
                  sink.on_close = [](void* context, int code, const std::uint8_t* octets, std::size_t size) {
                      close(context, code, octets, size);
                      close(context, code, octets, size);
                  };
              }).check(input_of({close_frame(1000)})),
              "after-end R6455-5.5.1-18 whole");
}

TEST(ParserCheck, OtherPiecesMustNotGiveOtherEvents) {
    // Two codes, each good enough by itself (7.4.1), and which one depends on the pieces.
    EXPECT_EQ(Bent([](wsspec_parser_sink& sink, Sink real) {
                  static auto failure = real.on_failure;
                  static unsigned runs;
                  failure = real.on_failure;
                  ++runs;
                  sink.on_failure = [](void* context, int code, const char*) {
                      failure(context, runs % 2 == 1 ? code : WSSPEC_NO_CODE, nullptr);
                  };
              }).check(input_of({text(hex("ff"))})),
              "segmentation R6455-6.2-1 octet by octet");
}

TEST(ParserCheck, MemoryIsBoundedByTheLimit) {
    FakeParser fake;
    fake.feed = [](Sink sink, OctetView octets) {
        if (octets.size() > 1) sink.on_ping(sink.context, nullptr, 0);
        return octets.size();
    };
    fake.memory = (1U << 20) + 4 * 65536 + 1;
    EXPECT_EQ(verdict(check_parser(fake.adapter(), input_of({ping()}))), "memory R6455-10.4-1 whole");
    auto adapter = fake.adapter();
    adapter.memory_base = 2U << 20;
    EXPECT_EQ(verdict(check_parser(adapter, input_of({ping()}))), "stall R6455-5.5.2-2 octet by octet");
    fake.memory = 0;
}

TEST(ParserCheck, WhatIsPermittedIsNotReported) {
    auto const stream = input_of({text("Hello").wrongly_masked(), text("x")});
    auto adapter = planted("stale-key");
    EXPECT_EQ(verdict(check_parser(adapter, stream)), "forecast R6455-5.1-2 whole");
    wsspec_permitted permitted{"R6455-5.1-2", "the proxy in front of it looks"};
    adapter.permitted = &permitted;
    adapter.permitted_count = 1;
    EXPECT_EQ(verdict(check_parser(adapter, stream)), "");
    permitted.reason = "";
    EXPECT_EQ(verdict(check_parser(adapter, stream)), "forecast R6455-5.1-2 whole") << "not without a reason";
}

// RFC 6455 section 8.1 leaves open whether text is looked at before it is complete: a ping inside may be answered.
TEST(ParserCheck, FreedomsOfTheForecastHold) {
    auto const stream = input_of({text(hex("ff")).more(), ping("p"), continuation("x")});
    EXPECT_EQ(good(stream), "");
    FakeParser patient;
    std::size_t had = 0;
    std::size_t const ping_end = 7 + 7;
    patient.destroyed = [&](Sink) { had = 0; };
    patient.feed = [&](Sink sink, OctetView octets) {
        std::size_t const before = std::exchange(had, had + octets.size());
        Octet const payload = 'p';
        if (before < ping_end && had >= ping_end) sink.on_ping(sink.context, &payload, 1);
        if (before < stream.stream.size() && had >= stream.stream.size()) sink.on_failure(sink.context, 1007, nullptr);
        return octets.size();
    };
    EXPECT_EQ(verdict(check_parser(patient.adapter(), stream)), "");
}

TEST(ParserCheck, TheReportSaysItAll) {
    auto const failure = check_parser(planted("rotates-key-wrong"), input_of({binary(octets("Hello"))}));
    ASSERT_TRUE(failure);
    EXPECT_EQ(describe(*failure, "mine\n", "./mine crash-1"), R"(wsspec: "mine\n" breaks the rule "forecast"
Requirement  R6455-5.3-5 (RFC 6455 section 5.3, MUST)
             Mask and unmask by XORing payload octet i with octet i MOD 4 of the masking key, counting from 0 again in every frame.
Expected     binary, 5 octets 48 65 6c 6c 6f, by octet 11 of the stream
Observed     binary, 5 octets 48 a8 7a 66 6f
Why          the message differs from octet 1 on
Parser       as a server, max_message 65536, fed octet by octet
Octets       0       82 85 37 fa 21 3d 7f 9f 4d 51 [58]
             11 octets in all; in brackets the last that it had been given
Run again    ./mine crash-1
)");
}

}  // namespace
}  // namespace wsspec
