#include "reports/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cases/catalogue.h"
#include "reference/utf8.h"

namespace wsspec {
namespace {

using testing::HasSubstr;
using testing::Not;
using Direction = TranscriptEntry::Direction;

std::string title(std::string_view id) { return find_case(id)->title; }

/// As it is in the catalogue, but on one line of a terminal of 80 columns.
CaseResult failed_case() {
    Octets const request = octets("GET / HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n\r\n");
    Octets const response = octets(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    Octets const echo = hex("81 15 ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80 65 64 69 74 65 64");
    return {.id = "99.4.1",
            .verdict = Verdict::fail,
            .detail = "The target sent the message back although it is no text.",
            .requirement = "R6455-8.1-1",
            .expected =
                "the connection failed with 1007 (a text message holds octets that are not UTF-8), from octet "
                "25, by octet 39 of our stream",
            .observed =
                "text, 21 octets ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80 65 64 69 74 65 64; nothing more "
                "before the deadline",
            .findings = {{Grade::fail, "R6455-5.6-2", "a text message holds octets that are not UTF-8", 143}},
            .closing = {.end = ClosingRecord::End::tester},
            .duration_ms = 1003.2,
            .attempts = 2,
            .transcript = {{100, Direction::sent, request, request.size(), ""},
                           {900, Direction::received, response, response.size(), ""},
                           {1000, Direction::sent, hex("01 8b 37 fa 21 3d f9 40 c0 80 8e 35 a2 f3 8b 34 94"), 17, ""},
                           {1500, Direction::received, echo, echo.size(), ""},
                           {1001500, Direction::note, {}, 0, "deadline"}},
            .deciding_octet = response.size() + 14};
}

TEST(Terminal, GoldenFailure) {
    EXPECT_EQ(describe_failure(failed_case(), "wsspec run ws://127.0.0.1:9001/ --case 99.4.1 --seed 7"),
              R"(fail 99.4.1 (not in the catalogue of this version)
  Requirement  R6455-8.1-1 (RFC 6455 section 8.1, MUST)
               Fail the connection if bytes that are meant to be UTF-8 turn out
               to be invalid.
  Expected     the connection failed with 1007 (a text message holds octets that
               are not UTF-8), from octet 25, by octet 39 of our stream
  Observed     text, 21 octets ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80 65
               64 69 74 65 64; nothing more before the deadline
  Why          The target sent the message back although it is no text.
  Findings     a text message holds octets that are not UTF-8 (R6455-5.6-2)
  Closing      no Close frame; the tester ended TCP
  Octets       132 to 151 of the target's stream, its HTTP response included;
               [143] decided
               ce ba e1 bd b9 cf 83 ce bc ce b5 [f4] 90 80 80 65 64 69 74 65
  Wire
       0.1 ms  sent      GET / HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n\r\n
       0.9 ms  received  HTTP/1.1 101 Switching Protocols\r\nUpg... (129 octets)
       1.0 ms  sent      01 8b 37 fa 21 3d f9 40 c0 80 8e 35 a2 f3 8b 34 94
       1.5 ms  received  81 15 ce ba e1 bd b9 cf 83 ce bc ce b5 f4 … (23 octets)
    1001.5 ms            deadline
  Run again    wsspec run ws://127.0.0.1:9001/ --case 99.4.1 --seed 7
)");
}

TEST(Terminal, AFailureInColour) {
    std::string const text = describe_failure(failed_case(), "", {.color = true, .width = 80});
    EXPECT_THAT(text, HasSubstr("\x1b[31mfail\x1b[0m \x1b[1m99.4.1 "));
    EXPECT_THAT(text, HasSubstr(" b5 \x1b[1;31m[f4]\x1b[0m 90 "));
}

TEST(Terminal, TheTitleAndTheStatementComeFromTheCatalogue) {
    CaseResult result{.id = "6.4.1", .verdict = Verdict::error, .detail = "connection refused"};
    std::string const text = describe_failure(result, "", {.width = 200});
    EXPECT_THAT(text, HasSubstr("error 6.4.1 " + title("6.4.1") + "\n"));
    EXPECT_THAT(text, HasSubstr("  Requirement  R6455-8.1-1 (RFC 6455 section 8.1, MUST)\n"));
}

std::string octets_row(const CaseResult& result) {
    std::string const text = describe_failure(result, "");
    auto const begin = text.find("  Octets");
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find("\n  Wire", begin) + 1 - begin);
}

TEST(Terminal, TheFirstOctetCanDecide) {
    CaseResult result{
        .id = "99.1", .verdict = Verdict::fail, .transcript = {{0, Direction::received, hex("41 42"), 2, ""}}};
    result.deciding_octet = 1;
    EXPECT_EQ(octets_row(result),
              "  Octets       1 to 2 of the target's stream, its HTTP response included; [1]\n"
              "               decided\n"
              "               [41] 42\n");
    result.deciding_octet = 0;
    EXPECT_EQ(octets_row(result), "");
}

TEST(Terminal, OctetsThatWereNotKeptAreDots) {
    CaseResult result{.id = "99.1",
                      .verdict = Verdict::fail,
                      .transcript = {{0, Direction::received, hex("41 42"), 4, ""},
                                     {1, Direction::sent, hex("99 99"), 2, ""},
                                     {2, Direction::received, hex("43"), 1, ""}}};
    result.deciding_octet = 4;
    EXPECT_THAT(octets_row(result), HasSubstr("               41 42 .. [..] 43\n"));
    result.deciding_octet = 1000;
    EXPECT_EQ(octets_row(result), "  Octets       octet 1000 of the target's stream decided; it was not kept\n");
}

TEST(Terminal, OfALongConversationTheEndIsShown) {
    CaseResult result{.id = "99.1", .verdict = Verdict::fail};
    for (std::uint64_t i = 0; i < 20; ++i)
        result.transcript.push_back({i * 1000, Direction::sent, hex("89 00"), 2, ""});
    std::string const text = describe_failure(result, "");
    EXPECT_THAT(text, HasSubstr("  Wire         the last 8 of 20 reads and writes\n      12.0 ms  sent      89 00\n"));
    EXPECT_THAT(text, Not(HasSubstr("11.0 ms")));
}

// ---- summary
// ---------------------------------------------------------------------------------------------------------

RunResult mixed_run() {
    RunResult run;
    run.url = "ws://127.0.0.1:9001/";
    run.seed = 7;
    run.started = "2026-11-22T10:00:00Z";
    run.duration_ms = 12345;
    run.complete = true;
    run.profile.echoes = true;
    auto const add = [&](std::string id, Verdict verdict, std::string detail = "") {
        run.cases.push_back({.id = std::move(id), .verdict = verdict, .detail = std::move(detail)});
    };
    add("91.1.1", Verdict::skipped, "excluded");
    add("92.1", Verdict::pass);
    add("92.2", Verdict::pass);
    add("92.10", Verdict::non_strict, "only the newest of ten pings was answered");
    add("96.4.1", Verdict::fail, "no Close");
    add("97.1.1", Verdict::flaky, "passed alone");
    run.cases.back().first_verdict = Verdict::fail;
    add("98.1.1", Verdict::error, "connection refused");
    return run;
}

TEST(Terminal, GoldenSummary) {
    EXPECT_EQ(summary(mixed_run()),
              R"(    Group       pass  non-strict  fail  skipped  flaky  error  total
91                                            1                    1
92                 2           1                                   3
96                                   1                             1
97                                                   1             1
98                                                          1      1
    All groups     2           1     1        1      1      1      7

error
  98.1.1  (not in the catalogue of this version): connection refused

flaky
  97.1.1  (not in the catalogue of this ...: fail among the others; passed alone

fail
  96.4.1  (not in the catalogue of this version): no Close

non-strict
  92.10   (not in the catalogue of ...: only the newest of ten pings was answ...

7 selected = 5 executed + 1 skipped + 1 error
ws://127.0.0.1:9001/ in 12.3 s, seed 7, started 2026-11-22T10:00:00Z
1 case breaks a MUST; 1 case keeps every MUST but not every SHOULD.
)");
}

TEST(Terminal, GroupsHaveTheirTitles) {
    RunResult run;
    run.complete = true;
    run.cases = {{.id = "1.1.1", .verdict = Verdict::pass}, {.id = "11.1.1", .verdict = Verdict::pass}};
    std::string const text = summary(run);
    EXPECT_THAT(text, HasSubstr(" 1  " + std::string(group_title("1.1.1"))));
    EXPECT_THAT(text, HasSubstr("\n11  " + std::string(group_title("11.1.1"))));
    EXPECT_THAT(text, HasSubstr("No case that ran breaks a MUST.\n"));
    EXPECT_THAT(text, HasSubstr("2 selected = 2 executed\n"));
}

TEST(Terminal, EveryVerdictFitsIn80Columns) {
    RunResult run = mixed_run();
    for (Verdict const verdict : all_verdicts)
        for (int i = 0; i < 100; ++i) run.cases.push_back({.id = "8.1.1", .verdict = verdict});
    std::istringstream lines(summary(run));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Terminal, APartialRunIsLoud) {
    RunResult run = mixed_run();
    run.complete = false;
    std::string const text = summary(run);
    EXPECT_THAT(text, HasSubstr("\nINCOMPLETE: the run did not reach its end."));
    EXPECT_THAT(text, HasSubstr("\n7 reported = 5 executed"));
    EXPECT_THAT(summary(mixed_run()), Not(HasSubstr("INCOMPLETE")));
}

TEST(Terminal, ARunOfNothingIsLoud) {
    RunResult run;
    run.complete = true;
    EXPECT_THAT(summary(run), HasSubstr("NOTHING RUN: no case was selected; this is no pass.\n"));
    EXPECT_THAT(summary(run), Not(HasSubstr("breaks a MUST")));
}

TEST(Terminal, ATargetThatDoesNotEchoIsLoud) {
    RunResult run;
    run.complete = true;
    run.profile.echo_detail = "the text came back in upper case";
    run.cases = {{.id = "1.1.1", .verdict = Verdict::skipped}, {.id = "1.1.2", .verdict = Verdict::skipped}};
    std::string const text = summary(run, {.width = 400});
    EXPECT_THAT(text, HasSubstr("NOT TESTED: the target does not echo (the text came back in upper case), so 2 cases "
                                "that need it were skipped. This run says nothing about what they look for.\n"));
    run.profile.echoes = true;
    EXPECT_THAT(summary(run), Not(HasSubstr("NOT TESTED")));
}

// ---- probe and progress
// ----------------------------------------------------------------------------------------------

TEST(Terminal, GoldenProbe) {
    ProbedProfile const profile{.reachable = true,
                                .upgrades = true,
                                .echoes = true,
                                .extensions = {"permessage-deflate"},
                                .message_limit = 65536,
                                .refused_size = 131072,
                                .greetings = 1,
                                .round_trip_ms = 0.42,
                                .agent = "Some/1.0 \x1b[31m",
                                .handshake_defects = {{"R6455-4.2.2-15", "Upgrade is \"foo\"", true}}};
    EXPECT_EQ(describe_probe(profile, "ws://127.0.0.1:9001/"),
              R"(  Target       ws://127.0.0.1:9001/
  Agent        Some/1.0 \x1b[31m
  Opens        yes, round trip 0.4 ms
  Echoes       yes, a message of 65536 octets came back
  Limit        1009 for a message of 131072 octets
  Greets       1 message when a connection opens
  Extensions   permessage-deflate
  Handshake    Upgrade is "foo", tolerable (R6455-4.2.2-15: RFC 6455 section
               4.2.2, MUST)
)");
}

TEST(Terminal, ATargetThatIsNotThere) {
    EXPECT_EQ(describe_probe({.failure = "connection refused"}, "ws://127.0.0.1:1/"),
              "  Target       ws://127.0.0.1:1/\n"
              "  Reachable    no\n"
              "  No run       connection refused\n");
    EXPECT_THAT(describe_probe({.reachable = true, .upgrades = true, .echo_detail = "silence"}, "ws://a/"),
                HasSubstr("  Echoes       no: silence\n"));
}

TEST(Terminal, GoldenProgress) {
    Counts const counts = {{Verdict::pass, 10}, {Verdict::fail, 2}, {Verdict::flaky, 0}};
    EXPECT_EQ(progress_line(12, 300, counts, 3.21, 80), "12 of 300, 3.2 s: 2 fail, 10 pass");
    EXPECT_EQ(progress_line(12, 300, counts, 3.21, 30), "12 of 300, 3.2 s: 2 fail, 1...");
    EXPECT_EQ(progress_line(0, 300, {}, 0, 80), "0 of 300, 0.0 s");
    EXPECT_EQ(progress_line(0, 300, {}, 150, 80), "0 of 300, 2 min 30 s");
    for (unsigned width = 0; width < 60; ++width) EXPECT_LE(progress_line(12, 300, counts, 1e300, width).size(), width);
}

// ---- layout
// ----------------------------------------------------------------------------------------------------------

TEST(Terminal, Wrapping) {
    EXPECT_EQ(wrapped("", 4, 30), "");
    EXPECT_EQ(wrapped("one two", 4, 30), "one two");
    EXPECT_EQ(wrapped("one two three four five six seven", 4, 24), "one two three four\n    five six seven");
    EXPECT_EQ(wrapped("12345678901234567890 b", 0, 20), "12345678901234567890\nb");
    EXPECT_EQ(wrapped("a 123456789012345678901234567890", 0, 20), "a\n12345678901234567890\n1234567890");
    EXPECT_EQ(wrapped("…………………………………………………… b", 0, 20), "……………………………………………………\nb");
}

TEST(Terminal, OnlyOurSignsPass) {
    EXPECT_EQ(shown("3 × \"a\\x00\" …"), "3 × \"a\\x00\" …");
    EXPECT_EQ(shown("\x1b[0m\n\xe2\x80\xae\xc3\xa9"), "\\x1b[0m\\n\\xe2\\x80\\xae\\xc3\\xa9");
    EXPECT_EQ(shown("abcdef", 3), "abc…");
    EXPECT_EQ(shown("\xe2\x80"), "\\xe2\\x80");
}

// ---- hostile targets
// -------------------------------------------------------------------------------------------------

std::vector<std::string> hostile_texts() {
    using namespace std::string_literals;
    return {
        "<script>alert(1)</script>\r\n<b>",
        "\x1b[2J\x1b]0;title\x07\x1b[31m",
        "nul\0inside"s,
        "\xff\xfe\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82",
        "caf\xc3\xa9 \xe2\x80\xae gnp.exe \xe2\x81\xa6 \xef\xbb\xbf\xe2\x80\xa8",
        "\x7f\xc2\x9b"
        "31m\t\b\b\v",
        std::string(1 << 20, '\xf0'),
        std::string(1 << 20, 'A'),
        "%s%n{}{0}",
    };
}

/// Removes our own colours, and complains of everything else that is not printable ASCII, a line feed or a sign of
/// ours.
void expect_harmless(std::string text, bool color) {
    for (std::string_view const code : {"0", "1", "2", "31", "32", "33", "35", "36", "1;31"}) {
        std::string const sequence = "\x1b[" + std::string(code) + "m";
        for (std::size_t at = 0; color && (at = text.find(sequence, at)) != std::string::npos;)
            text.erase(at, sequence.size());
    }
    for (std::string_view const sign : {"…", "×"})
        for (std::size_t at = 0; (at = text.find(sign, at)) != std::string::npos;) text.replace(at, sign.size(), "?");
    for (char const c : text) {
        if (c == '\n' || (c >= 0x20 && c < 0x7f)) continue;
        ADD_FAILURE() << "octet " << static_cast<int>(static_cast<unsigned char>(c)) << " in:\n"
                      << text.substr(0, 2000);
        return;
    }
    EXPECT_LT(text.size(), 30000U) << "a target must not fill the terminal";
}

TEST(TerminalHostile, NothingOfATargetGetsThrough) {
    for (const auto& text : hostile_texts()) {
        for (bool const color : {false, true}) {
            TerminalStyle const style{.color = color, .width = 80};
            ProbedProfile const open{.reachable = true,
                                     .upgrades = true,
                                     .echoes = false,
                                     .echo_detail = text,
                                     .extensions = {text, text, text, text, text, text, text, text},
                                     .agent = text,
                                     .handshake_defects = std::vector<Defect>(100, Defect{text, text, true}),
                                     .failure = text};
            expect_harmless(describe_probe(open, text, style), color);

            CaseResult result{.id = text,
                              .verdict = Verdict::flaky,
                              .detail = text,
                              .requirement = text,
                              .expected = text,
                              .observed = text,
                              .findings = std::vector<Finding>(100, Finding{Grade::fail, text, text, 1}),
                              .closing = {.close_sent = true, .code = 65535},
                              .transcript = {{UINT64_MAX, Direction::received, octets(text), UINT64_MAX, text},
                                             {0, Direction::received, octets("HTTP/1.1 101 " + text), 0, text},
                                             {0, Direction::note, {}, 0, text}},
                              .deciding_octet = 5,
                              .first_verdict = Verdict::fail};
            expect_harmless(describe_failure(result, text, style), color);
            result.deciding_octet = UINT64_MAX;
            expect_harmless(describe_failure(result, text, style), color);

            RunResult run;
            run.url = text;
            run.started = text;
            run.profile = open;
            run.cases = {result, {.id = "1.1.1", .verdict = Verdict::skipped, .detail = text}};
            expect_harmless(summary(run, style), color);
        }
    }
}

TEST(TerminalHostile, EscIsOnlyEverOurs) {
    RunResult run = mixed_run();
    EXPECT_THAT(summary(run, {.color = false}), Not(HasSubstr("\x1b")));
    EXPECT_THAT(summary(run, {.color = true}), HasSubstr("\x1b[31m1\x1b[0m"));
    expect_harmless(summary(run, {.color = true}), true);
}

}  // namespace
}  // namespace wsspec
