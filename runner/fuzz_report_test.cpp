#include "runner/fuzz_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cases/expectation.h"

namespace wsspec {
namespace {

FuzzFinding finding_of(Script script) {
    FuzzFinding out;
    out.breach = {.requirement = "R6455-5.1-2", .kind = "goes on", .what = "goes on after \x1b[2J"};
    out.script = std::move(script);
    out.original = {open(), send(ping()), send(ping()), barrier("x")};
    out.number = 17;
    out.confirmed = 3;
    out.session.played.observed = "\x1b]0;x\x07";
    out.last_output = "\x1b[31mpanic";
    return out;
}

bool is_plain(const std::string& text) {
    return std::ranges::all_of(text, [](char c) {
        auto const octet = static_cast<unsigned char>(c);
        return c == '\n' || (octet >= 0x20 && octet != 0x7f);
    });
}

std::vector<Step> expected(Script script) {
    auto const size = script.size();
    Case const one = case_of(finding_of(std::move(script)), Role::server);
    return {one.script.begin() + static_cast<std::ptrdiff_t>(size), one.script.end()};
}

TEST(FuzzReport, TheCaseExpectsWhatTheForecastSays) {
    using Steps = std::vector<Step>;
    EXPECT_EQ(expected({open(), send(ping("a").wrongly_masked())}), Steps{expect(fails(1002))});
    EXPECT_EQ(expected({open(), send({text("a"), binary({}).with_rsv(1)})}),
              Steps{expect(fails(1002).after({text("a")}))});
    EXPECT_EQ(expected({open(), send(text(hex("ff")))}), Steps{expect(fails(1007))});
    EXPECT_EQ(expected({open(), send(text("a")), barrier("b"), send(ping("c"))}),
              (Steps{expect(receives({text("a"), pong("c")})), closing_handshake()}));
    EXPECT_EQ(expected({open(), send(close_frame(1001))}), Steps{expect(closes({1001, 1000, 0}))});
    EXPECT_EQ(expected({open(), send(close_frame())}), Steps{expect(closes({0, 1000}))});
    // Where it takes a person: a choice of the target, an agreement, a frame without end, steps of another kind.
    EXPECT_EQ(expected({open(), send(text("a").in_form(LengthForm::sixteen_bits))}), Steps{});
    EXPECT_EQ(expected({open(Handshake{}.add("Sec-WebSocket-Extensions", "permessage-deflate")), send(text("a"))}),
              Steps{});
    EXPECT_EQ(expected({open(), send(text("a").claiming(7))}), Steps{});
    EXPECT_EQ(expected({open(), half_close()}), Steps{});
}

TEST(FuzzReport, NothingOfATargetReachesATerminalUnescaped) {
    FuzzRecord record;
    record.url = "ws://127.0.0.1/\x1b[2J";
    record.command = "wsspec fuzz";
    record.outcome.findings = {finding_of({open(), send(ping())})};
    record.outcome.doubts = {{.breach = {.what = "\x1b[2J"}}};
    record.outcome.incomplete_because = "it printed \x1b[2J";
    EXPECT_TRUE(is_plain(describe(record.outcome.findings.front(), Role::server, "wsspec replay x")));
    EXPECT_TRUE(is_plain(fuzz_summary(record)));
    EXPECT_TRUE(is_plain(fuzz_progress(record.outcome, 1, "\x1b[2J", 80)));
    auto const json = to_json(record, {});
    EXPECT_TRUE(is_plain(json));
    auto const read = nlohmann::json::parse(json);
    EXPECT_EQ(read["format"], "wsspec-fuzz/1");
    EXPECT_EQ(read["findings"][0]["requirement"], "R6455-5.1-2");
    EXPECT_TRUE(read["findings"][0]["replay"].is_null());
    EXPECT_EQ(read["complete"], false);
}

TEST(FuzzReport, SaysWhatIsNeeded) {
    std::string const text = describe(finding_of({open(), send(ping("a").wrongly_masked())}), Role::server,
                                      "wsspec replay wsspec-findings/x.json ws://127.0.0.1/");
    for (const char* part : {"R6455-5.1-2", "RFC 6455 section 5.1, MUST", "shrunk from 4 steps to 2 steps",
                             "send(ping(\"a\").wrongly_masked())", "expect(fails(1002))", "3 times alone",
                             "wsspec replay wsspec-findings/x.json", "panic"})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    EXPECT_LE(fuzz_progress({}, 61, std::string(500, 'x'), 80).size(), 80U);
}

TEST(FuzzReport, NamesOfFilesAreTheFailure) {
    auto one = finding_of({open(), send(ping("a"))});
    auto other = finding_of({open(), send(ping("b"))});
    EXPECT_EQ(file_stem(one), file_stem(other));
    other.script.push_back(half_close());
    EXPECT_NE(file_stem(one), file_stem(other));
    one.breach.requirement = "../../etc";
    EXPECT_EQ(file_stem(one).find('/'), std::string::npos);
}

TEST(Breach, KindsLeaveOutWhatDiffers) {
    auto const breach = [](std::string what, Grade grade = Grade::fail) {
        Played played;
        played.grade = grade;
        played.findings = {{.grade = grade, .requirement = "R6455-5.4-2", .what = std::move(what)}};
        return breach_of(played, false);
    };
    EXPECT_TRUE(breach("sends 3 octets for 15")->is_like(*breach("sends 40 octets for 1")));
    EXPECT_FALSE(breach("answers with Close 1002")->is_like(*breach("answers with Close 1007")));
    EXPECT_FALSE(breach("no reaction", Grade::non_strict).has_value());
    Played inconclusive;
    inconclusive.grade = Grade::fail;
    inconclusive.inconclusive = true;
    EXPECT_FALSE(breach_of(inconclusive, true).has_value());
}

TEST(Breach, ShapesTellScriptsApartByWhatTheyAreMadeOf) {
    auto const shape = [](const Script& script) { return shape_of(script); };
    EXPECT_EQ(shape({open(), send(text("a"))}), shape({open(), send(text("bc"))}));
    EXPECT_NE(shape({open(), send(text("a"))}), shape({open(), send(text(""))}));
    EXPECT_NE(shape({open(), send(text("a"))}), shape({open(), send(text("a").more())}));
    EXPECT_NE(shape({open(), send(text("a"))}), shape({open(), send(text("a").wrongly_masked())}));
    EXPECT_NE(shape({open(), send(text("a"))}), shape({open(Handshake{}.drop("Host")), send(text("a"))}) + "x");
    EXPECT_EQ(shape({open(), expect(opens()), half_close()}), shape({open(), half_close()}));
}

}  // namespace
}  // namespace wsspec
