#include "reference/endpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace wsspec {

// GoogleTest finds it by its argument.
void PrintTo(const EndpointEvent& event, std::ostream* out) {
    *out << (event.kind == EndpointEvent::Kind::message ? std::string(to_string(event.opcode))
             : event.kind == EndpointEvent::Kind::ping  ? "ping"
             : event.kind == EndpointEvent::Kind::pong  ? "pong"
                                                        : "close " + std::to_string(event.code))
         << " \"" << printable(as_text(event.payload)) << '"';
}

namespace {

using Kind = EndpointEvent::Kind;
using State = Endpoint::State;

EndpointEvent message(Opcode opcode, std::string_view payload) {
    return {.kind = Kind::message, .opcode = opcode, .payload = octets(payload)};
}
EndpointEvent event(Kind kind, std::string_view payload, std::uint16_t code = 0) {
    return {.kind = kind, .payload = octets(payload), .code = code};
}

Octets joined(const std::vector<Frame>& frames, Role sender) {
    Octets out;
    for (const auto& one : frames) append(out, wire(one, sender));
    return out;
}

/// The frames of a stream without a fault, as far as they are complete; keys and masks are forgotten.
class Frames final : private DecoderSink {
public:
    Frames(OctetView stream, Role sender) {
        Octets copy(stream.begin(), stream.end());
        Decoder decoder({.sender = sender}, *this);
        decoder.feed(copy);
    }
    std::vector<Frame> frames;
    bool clean = true;

private:
    void on_header(const FrameHeader& header) override {
        now_ = {.fin = header.fin, .rsv = header.rsv, .opcode = header.opcode};
    }
    void on_payload(OctetView payload, std::uint64_t) override { append(now_.payload, payload); }
    void on_frame_end(std::uint64_t) override { frames.push_back(now_); }
    void on_violation(const Violation&) override { clean = false; }
    Frame now_;
};

std::vector<Frame> sent_by(Endpoint& endpoint, Role role) {
    Frames const read(endpoint.take_output(), role);
    EXPECT_TRUE(read.clean) << "the endpoint broke the protocol itself";
    return read.frames;
}

struct Talk {
    std::vector<EndpointEvent> events;
    std::vector<Frame> sent;
};

/// Feeds a stream `size` octets at a time, echoing what comes.
Talk talk(Endpoint& endpoint, Role role, Octets stream, std::size_t size = SIZE_MAX) {
    Talk out;
    Octets output;
    for (std::size_t at = 0; at < stream.size();) {
        auto piece = std::span(stream).subspan(at, std::min(size, stream.size() - at));
        at += piece.size();
        while (!piece.empty()) {
            std::size_t const taken = endpoint.receive(piece);
            EXPECT_LE(taken, piece.size());
            piece = piece.subspan(taken);
            auto const events = endpoint.take_events();
            for (const auto& one : events) {
                if (one.kind == Kind::message) endpoint.send_message(one.opcode, one.payload);
                out.events.push_back(one);
            }
            append(output, endpoint.take_output());
            if (taken == 0 && events.empty()) {
                ADD_FAILURE() << "nothing taken, nothing said";
                return out;
            }
        }
    }
    Frames const read(output, role);
    EXPECT_TRUE(read.clean) << "the endpoint broke the protocol itself";
    out.sent = read.frames;
    return out;
}

struct Row {
    const char* name;
    std::vector<Frame> received;
    std::vector<EndpointEvent> events;
    std::vector<Frame> sent;
    State state = State::open;
    bool failed = false;
    std::uint16_t received_code = 1006;
};

std::vector<Row> rows() {
    auto const closed = [](Row row, std::uint16_t code) {
        row.state = State::closing;
        row.received_code = code;
        return row;
    };
    auto const failed = [](Row row) {
        row.state = State::closing;
        row.failed = true;
        return row;
    };
    auto const bit = "a reserved bit is set without an extension that defines it";
    return {
        {.name = "a text comes back",
         .received = {text("Hello")},
         .events = {message(Opcode::text, "Hello")},
         .sent = {text("Hello")}},
        {.name = "an empty message, too",
         .received = {binary({})},
         .events = {message(Opcode::binary, "")},
         .sent = {binary({})}},
        {.name = "126 octets: a long length",
         .received = {binary(repeated(0xfe, 126))},
         .events = {{.kind = Kind::message, .opcode = Opcode::binary, .payload = repeated(0xfe, 126)}},
         .sent = {binary(repeated(0xfe, 126))}},
        {.name = "65536 octets: the longest form",
         .received = {binary(repeated(0xfe, 65536))},
         .events = {{.kind = Kind::message, .opcode = Opcode::binary, .payload = repeated(0xfe, 65536)}},
         .sent = {binary(repeated(0xfe, 65536))}},
        {.name = "fragments make one message, a ping between them is answered first",
         .received = {text("Hel").more(), ping("now"), continuation("").more(), continuation("lo")},
         .events = {event(Kind::ping, "now"), message(Opcode::text, "Hello")},
         .sent = {pong("now"), text("Hello")}},
        {.name = "a message without its end stays",
         .received = {text("Hel").more(), continuation("l").more()},
         .events = {},
         .sent = {}},
        {.name = "each ping has its pong",
         .received = {ping("1"), ping(""), ping("2")},
         .events = {event(Kind::ping, "1"), event(Kind::ping, ""), event(Kind::ping, "2")},
         .sent = {pong("1"), pong(""), pong("2")}},
        {.name = "a pong asks for nothing", .received = {pong("?")}, .events = {event(Kind::pong, "?")}, .sent = {}},
        closed({.name = "close: the same code comes back",
                .received = {close_frame(1000, "bye")},
                .events = {event(Kind::close, "bye", 1000)},
                .sent = {close_frame(1000)}},
               1000),
        closed({.name = "close: of the application",
                .received = {close_frame(4999)},
                .events = {event(Kind::close, "", 4999)},
                .sent = {close_frame(4999)}},
               4999),
        closed({.name = "close: an empty body comes back empty",
                .received = {close_frame()},
                .events = {event(Kind::close, "", 1005)},
                .sent = {close_frame()}},
               1005),
        closed({.name = "close: nothing behind it is looked at",
                .received = {close_frame(1001), text("late"), ping("late"), frame(0xf), close_frame(1002)},
                .events = {event(Kind::close, "", 1001)},
                .sent = {close_frame(1001)}},
               1001),
        closed({.name = "close: inside a message",
                .received = {text("Hel").more(), close_frame(1000), continuation("lo")},
                .events = {event(Kind::close, "", 1000)},
                .sent = {close_frame(1000)}},
               1000),
        failed({.name = "violation: a reserved bit",
                .received = {text("Hello").with_rsv(rsv1), text("late")},
                .events = {},
                .sent = {close_frame(1002, bit)}}),
        failed({.name = "violation: good messages before it are answered",
                .received = {text("good"), frame(0x3), text("late")},
                .events = {message(Opcode::text, "good")},
                .sent = {text("good"), close_frame(1002, "the opcode is reserved")}}),
        failed({.name = "violation: a close code that must not be sent",
                .received = {close_frame(1006), text("late")},
                .events = {},
                .sent = {close_frame(1002, "a Close frame has a code that must not be used")}}),
        failed({.name = "violation: no text",
                .received = {text(hex("ce ba ff")), text("late")},
                .events = {},
                .sent = {close_frame(1007, "a text message holds octets that are not UTF-8")}}),
        failed({.name = "violation: text that ends too early",
                .received = {text(hex("ce ba")).more(), continuation(hex("ce"))},
                .events = {},
                .sent = {close_frame(1007, "a text message ends inside a UTF-8 sequence")}}),
    };
}

class BothRoles : public testing::TestWithParam<Role> {};
INSTANTIATE_TEST_SUITE_P(Endpoint, BothRoles, testing::Values(Role::server, Role::client),
                         [](const auto& parameter) { return std::string(to_string(parameter.param)); });

TEST_P(BothRoles, DoWhatTheTableSays) {
    for (const auto& row : rows()) {
        for (std::size_t const size : {SIZE_MAX, std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
            SCOPED_TRACE(row.name + (size == SIZE_MAX ? std::string(", whole") : ", by " + std::to_string(size)));
            Endpoint endpoint(GetParam());
            auto const said = talk(endpoint, GetParam(), joined(row.received, other(GetParam())), size);
            EXPECT_EQ(said.events, row.events);
            EXPECT_TRUE(said.sent == row.sent) << said.sent.size() << " frames";
            EXPECT_EQ(endpoint.state(), row.state);
            EXPECT_EQ(endpoint.received_code(), row.received_code);
            EXPECT_EQ(endpoint.violation().has_value(), row.failed);
            // 7.1.1: who fails closes at once; after a closing handshake the server does.
            EXPECT_EQ(endpoint.close_expected(),
                      row.failed || (row.state == State::closing && GetParam() == Role::server));
        }
    }
}

TEST_P(BothRoles, MaskAsTheyMustAndDemandIt) {
    Endpoint endpoint(GetParam());
    endpoint.send_message(Opcode::text, as_octets("Hello"));
    auto const output = endpoint.take_output();
    ASSERT_GE(output.size(), 2U);
    EXPECT_EQ((output[1] & 0x80) != 0, GetParam() == Role::client);

    auto const said = talk(endpoint, GetParam(), wire(text("Hello").wrongly_masked(), other(GetParam())));
    EXPECT_TRUE(said.events.empty());
    ASSERT_TRUE(endpoint.violation());
    EXPECT_EQ(endpoint.violation()->kind, Violation::Kind::masking);
    EXPECT_EQ(endpoint.violation()->requirement, GetParam() == Role::server ? "R6455-5.1-2" : "R6455-5.1-5");
}

TEST_P(BothRoles, StopAfterEachEventSoThatItsAnswerIsFirst) {
    Endpoint endpoint(GetParam());
    Octets const first = wire(text("1"), other(GetParam()));
    Octets stream = first;
    append(stream, wire(text("half").more(), other(GetParam())));
    append(stream, wire(continuation("-done"), other(GetParam())));
    append(stream, wire(frame(0xb), other(GetParam())));
    std::span<Octet> rest = stream;

    std::size_t taken = endpoint.receive(rest);
    EXPECT_EQ(taken, first.size());
    // As long as nobody has looked at the event, nothing more is taken.
    EXPECT_EQ(endpoint.receive(rest.subspan(taken)), 0U);
    EXPECT_EQ(endpoint.take_events(), std::vector{message(Opcode::text, "1")});
    EXPECT_FALSE(endpoint.violation());
    endpoint.send_message(Opcode::text, as_octets("1"));

    rest = rest.subspan(taken);
    taken = endpoint.receive(rest);
    EXPECT_LT(taken, rest.size());
    EXPECT_EQ(endpoint.take_events(), std::vector{message(Opcode::text, "half-done")});
    EXPECT_FALSE(endpoint.violation());
    endpoint.send_message(Opcode::text, as_octets("half-done"));

    EXPECT_EQ(endpoint.receive(rest.subspan(taken)), rest.size() - taken);
    EXPECT_TRUE(endpoint.take_events().empty());
    EXPECT_TRUE(endpoint.violation());
    auto const sent = sent_by(endpoint, GetParam());
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_EQ(sent[0], text("1"));
    EXPECT_EQ(sent[1], text("half-done"));
    EXPECT_EQ(sent[2].opcode, Opcode::close);
}

TEST_P(BothRoles, RefuseWhatIsTooBigWith1009) {
    struct Limit {
        const char* name;
        std::vector<Frame> received;
        bool refused;
    };
    for (const auto& row : std::vector<Limit>{
             {"the limit itself", {binary(repeated(1, 10))}, false},
             {"one octet more", {binary(repeated(1, 11))}, true},
             {"announced only", {binary({}).claiming(11)}, true},
             {"announced: the longest there is", {binary({}).claiming(INT64_MAX)}, true},
             {"fragments up to the limit", {binary(repeated(1, 6)).more(), continuation(Octets(4, Octet{1}))}, false},
             {"fragments above it", {binary(repeated(1, 6)).more(), continuation(Octets(5, Octet{1}))}, true},
             {"fragments: the last announces too much",
              {binary(repeated(1, 6)).more(), continuation("").claiming(5)},
              true},
             {"fragments: a sum that wraps around",
              {binary(repeated(1, 2)).more(), continuation("").claiming(INT64_MAX)},
              true},
             {"two messages are not added up", {binary(repeated(1, 10)), binary(repeated(1, 10))}, false},
             {"control frames do not count",
              {binary(repeated(1, 9)).more(), ping(repeated(1, 100)), continuation("1")},
              false},
         }) {
        SCOPED_TRACE(row.name);
        Endpoint endpoint(GetParam(), {.message = 10});
        auto const said = talk(endpoint, GetParam(), joined(row.received, other(GetParam())));
        ASSERT_FALSE(said.sent.empty());
        EXPECT_EQ(said.sent.back() == close_frame(1009, "message too big"), row.refused);
        EXPECT_EQ(endpoint.close_expected(), row.refused);
        EXPECT_FALSE(endpoint.violation()) << "a limit is no breach of the peer";
    }
}

TEST_P(BothRoles, SendNothingBehindTheirClose) {
    Endpoint endpoint(GetParam());
    endpoint.send_ping(as_octets("?"));
    endpoint.send_close(1000, "done");
    endpoint.send_message(Opcode::text, as_octets("late"));
    endpoint.send_ping(as_octets("late"));
    endpoint.send_close(1001);
    EXPECT_EQ(endpoint.state(), State::closing);
    EXPECT_FALSE(endpoint.close_expected()) << "the peer's Close is still to come";
    EXPECT_TRUE(endpoint.has_output());
    EXPECT_EQ(sent_by(endpoint, GetParam()), (std::vector<Frame>{ping("?"), close_frame(1000, "done")}));
    EXPECT_FALSE(endpoint.has_output());

    // What the peer had sent before it read our Close is still delivered; no answer goes out.
    auto const said =
        talk(endpoint, GetParam(), joined({text("crossed"), ping("crossed"), close_frame(1000)}, other(GetParam())));
    EXPECT_EQ(said.events, (std::vector{message(Opcode::text, "crossed"), event(Kind::ping, "crossed"),
                                        event(Kind::close, "", 1000)}));
    EXPECT_TRUE(said.sent.empty());
    EXPECT_EQ(endpoint.close_expected(), GetParam() == Role::server);
}

TEST_P(BothRoles, KnowTheEndOfTheStream) {
    struct End {
        const char* name;
        std::vector<Frame> received;
        std::uint16_t code;
    };
    for (const auto& row : std::vector<End>{{"at once", {}, 1006},
                                            {"between messages", {text("a")}, 1006},
                                            {"inside a message", {text("a").more()}, 1006},
                                            {"inside a frame", {text("").claiming(5)}, 1006},
                                            {"after a Close", {close_frame(1001)}, 1001},
                                            {"after a Close without a body", {close_frame()}, 1005}}) {
        SCOPED_TRACE(row.name);
        Endpoint endpoint(GetParam());
        talk(endpoint, GetParam(), joined(row.received, other(GetParam())));
        endpoint.receive_eof();
        EXPECT_EQ(endpoint.state(), State::closed);
        EXPECT_TRUE(endpoint.close_expected());
        EXPECT_EQ(endpoint.received_code(), row.code);
        endpoint.send_message(Opcode::text, as_octets("to nobody"));
        EXPECT_FALSE(endpoint.has_output());
        Octets late = wire(text("late"), other(GetParam()));
        EXPECT_EQ(endpoint.receive(late), late.size());
        EXPECT_TRUE(endpoint.take_events().empty());
    }
}

TEST(EndpointPair, ClosesItself) {
    Endpoint server(Role::server);
    Endpoint client(Role::client);
    client.send_message(Opcode::text, as_octets("Hello"));
    client.send_close(1000);
    Octets to_server = client.take_output();
    std::span<Octet> rest = to_server;
    while (!rest.empty()) {
        rest = rest.subspan(server.receive(rest));
        for (const auto& one : server.take_events())
            if (one.kind == Kind::message) server.send_message(one.opcode, one.payload);
    }
    EXPECT_TRUE(server.close_expected());
    Octets to_client = server.take_output();
    EXPECT_EQ(client.receive(to_client), 7U);
    EXPECT_EQ(client.take_events(), std::vector{message(Opcode::text, "Hello")});
    client.receive(std::span(to_client).subspan(7));
    EXPECT_EQ(client.take_events(), std::vector{event(Kind::close, "", 1000)});
    EXPECT_FALSE(client.close_expected()) << "the server closes TCP first";
    client.receive_eof();
    EXPECT_TRUE(client.close_expected());
    EXPECT_EQ(client.received_code(), 1000);
}

// ---- permessage-deflate (RFC 7692) ----

Frame compressed(Frame frame) { return frame.with_rsv(rsv1); }

struct DeflateRow {
    const char* name;
    std::vector<Frame> received;
    std::vector<EndpointEvent> events;
    std::uint16_t close_code = 0;  ///< 0: the connection stays open.
    const char* requirement = "";
};

std::vector<DeflateRow> deflate_rows() {
    auto const hello = message(Opcode::text, "Hello");
    auto const text_of = [](const char* payload) { return compressed(text(hex(payload))); };
    auto const hello_frame = text_of("f2 48 cd c9 c9 07 00");
    auto const again = text_of("f2 00 11 00 00");
    auto const deflated = [](std::string_view payload) {
        return compressed(text(MessageDeflater(15, true).compress(as_octets(payload))));
    };
    return {
        {"7.2.3.1: one block", {hello_frame}, {hello}},
        {"7.2.3.1: fragmented", {compressed(text(hex("f2 48 cd"))).more(), continuation(hex("c9 c9 07 00"))}, {hello}},
        {"7.2.3.2: a shared window", {hello_frame, again, again}, {hello, hello, hello}},
        {"7.2.3.3: a stored block", {text_of("00 05 00 fa ff 48 65 6c 6c 6f 00")}, {hello}},
        {"7.2.3.4: BFINAL", {text_of("f3 48 cd c9 c9 07 00 00"), again}, {hello, hello}},
        {"BFINAL without the octet behind it", {text_of("f3 48 cd c9 c9 07 00"), again}, {hello, hello}},
        {"7.2.3.5: two blocks", {text_of("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")}, {hello}},
        {"7.2.3.6: empty",
         {text_of("00"), compressed(binary(hex("00")))},
         {message(Opcode::text, ""), message(Opcode::binary, "")}},
        {"no payload at all",
         {text_of(""), hello_frame, text_of(""), again},
         {message(Opcode::text, ""), hello, message(Opcode::text, ""), hello}},
        {"the tail left in", {text_of("f2 48 cd c9 c9 07 00 00 00 ff ff"), again}, {hello, hello}},
        {"uncompressed ones do not touch the window",
         {hello_frame, text("Hi"), text("f2 48"), ping("p"), again},
         {hello, message(Opcode::text, "Hi"), message(Opcode::text, "f2 48"), event(Kind::ping, "p"), hello}},
        {"control frames between fragments",
         {compressed(text(hex("f2"))).more(), ping("p"), continuation("").more(),
          continuation(hex("48 cd c9 c9 07 00"))},
         {event(Kind::ping, "p"), hello}},
        {"UTF-8 cut by a fragment",
         {deflated("\xce\xba\xe1\xbd\xb9")},
         {message(Opcode::text, "\xce\xba\xe1\xbd\xb9")}},
        {"binary may be anything",
         {compressed(binary(MessageDeflater(15, true).compress(hex("ff fe"))))},
         {{.kind = Kind::message, .opcode = Opcode::binary, .payload = hex("ff fe")}}},
        {"compressed text is not UTF-8, and uncompressed text has to be",
         {hello_frame, text(hex("f2 48 cd"))},
         {hello},
         1007,
         "R6455-8.1-1"},
        {"no text", {deflated("Hello \xff"), hello_frame}, {}, 1007, "R6455-8.1-1"},
        {"no text, and the message never ends", {deflated("\xff Hello").more()}, {}, 1007, "R6455-8.1-1"},
        {"text that ends too early", {deflated("Hello \xce")}, {}, 1007, "R6455-8.1-1"},
        {"text that ends too early, in a fragment that is empty",
         {deflated("Hello \xce").more(), continuation("")},
         {},
         1007,
         "R6455-8.1-1"},
        {"a block of the reserved type", {hello_frame, text_of("06"), hello_frame}, {hello}, 1007, "R7692-7.2.2-11"},
        {"the reserved type, and the message never ends", {text_of("06").more()}, {}, 1007, "R7692-7.2.2-11"},
        {"a reference too far back", {again}, {}, 1007, "R7692-7.2.2-11"},
        {"ends inside a stored block", {text_of("00 14 00 eb ff 41 42 43")}, {}, 1007, "R7692-7.2.2-11"},
        {"ends four octets before a stored block does",
         {text_of("00 07 00 f8 ff 41 42 43")},
         {},
         1007,
         "R7692-7.2.2-11"},
        {"ends inside a compressed block", {text_of("f2 48 cd c9")}, {}, 1007, "R7692-7.2.2-11"},
        {"RSV1 on a continuation", {hello_frame.more(), compressed(continuation("").more())}, {}, 1002, "R7692-6.1-4"},
        {"RSV1 on a ping", {compressed(ping())}, {}, 1002, "R7692-6.1-4"},
        {"RSV2", {text("a").with_rsv(rsv1 | rsv2)}, {}, 1002, "R6455-5.2-3"},
    };
}

TEST_P(BothRoles, Decompress) {
    for (const auto& row : deflate_rows()) {
        for (std::size_t const size : {SIZE_MAX, std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
            SCOPED_TRACE(row.name + (size == SIZE_MAX ? std::string(", whole") : ", by " + std::to_string(size)));
            Endpoint endpoint(GetParam(), {}, DeflateAgreement{});
            auto stream = joined(row.received, other(GetParam()));
            std::vector<EndpointEvent> events;
            for (std::size_t at = 0; at < stream.size();) {
                at += endpoint.receive(std::span(stream).subspan(at, std::min(size, stream.size() - at)));
                for (auto& one : endpoint.take_events()) events.push_back(std::move(one));
            }
            EXPECT_EQ(events, row.events);
            EXPECT_EQ(endpoint.violation().has_value(), row.close_code != 0);
            EXPECT_EQ(endpoint.close_expected(), row.close_code != 0);
            auto const sent = sent_by(endpoint, GetParam());
            if (!endpoint.violation()) continue;
            const auto& violation = *endpoint.violation();
            EXPECT_EQ(violation.requirement, row.requirement);
            EXPECT_EQ(violation.close_code, row.close_code);
            EXPECT_LE(violation.decidable_at, stream.size());
            EXPECT_GT(violation.decidable_at, violation.frame_offset);
            ASSERT_FALSE(sent.empty());
            EXPECT_EQ(sent.back(), close_frame(row.close_code, violation.what));
        }
    }
}

TEST_P(BothRoles, CompressWhatTheySend) {
    Endpoint endpoint(GetParam(), {}, DeflateAgreement{});
    endpoint.send_message(Opcode::text, as_octets("Hello"));
    endpoint.send_ping(as_octets("Hello"));
    endpoint.send_message(Opcode::binary, {});
    endpoint.send_message(Opcode::text, as_octets("Hello"));
    endpoint.send_close(1000, "Hello");
    endpoint.send_message(Opcode::text, as_octets("late"));
    auto output = endpoint.take_output();
    std::vector<Frame> frames;
    struct Sink final : DecoderSink {
        explicit Sink(std::vector<Frame>& to) : frames(to) {}
        void on_header(const FrameHeader& header) override {
            frames.push_back({.fin = header.fin, .rsv = header.rsv, .opcode = header.opcode});
        }
        void on_payload(OctetView payload, std::uint64_t) override { append(frames.back().payload, payload); }
        void on_frame_end(std::uint64_t) override {}
        void on_violation(const Violation& violation) override { ADD_FAILURE() << violation.what; }
        std::vector<Frame>& frames;
    } sink(frames);
    Decoder decoder({.sender = GetParam(), .rsv1_defined = true}, sink);
    decoder.feed(output);
    EXPECT_EQ(frames, (std::vector<Frame>{compressed(text(hex("f2 48 cd c9 c9 07 00"))), ping("Hello"),
                                          compressed(binary(hex("00"))), compressed(text(hex("f2 00 11 00 00"))),
                                          close_frame(1000, "Hello")}));
}

TEST_P(BothRoles, SendUncompressedWhereTheWindowIsTooSmallForZlib) {
    DeflateAgreement agreement;
    (GetParam() == Role::client ? agreement.client_max_window_bits : agreement.server_max_window_bits) = 8;
    Endpoint endpoint(GetParam(), {}, agreement);
    endpoint.send_message(Opcode::text, as_octets("Hello"));
    EXPECT_EQ(sent_by(endpoint, GetParam()), std::vector{text("Hello")});
    Endpoint peer(other(GetParam()), {}, agreement);
    peer.send_message(Opcode::text, as_octets("Hello"));
    auto octets = peer.take_output();
    endpoint.receive(octets);
    EXPECT_EQ(endpoint.take_events(), std::vector{message(Opcode::text, "Hello")});
}

TEST_P(BothRoles, RefuseWhatInflatesToTooMuchWith1009) {
    constexpr std::size_t limit = 1U << 20;
    auto const bomb = [](std::size_t size) {
        return compressed(binary(MessageDeflater(15, true).compress(Octets(size))));
    };
    ASSERT_LT(bomb(10 * limit).payload.size(), 11000U);
    struct Limit {
        const char* name;
        std::vector<Frame> received;
        bool refused;
    };
    auto const in_two = [&](std::size_t size) {
        auto first = bomb(size);
        auto const half = static_cast<std::ptrdiff_t>(first.payload.size() / 2);
        auto second = continuation(Octets(first.payload.begin() + half, first.payload.end()));
        first.payload.resize(static_cast<std::size_t>(half));
        return std::vector<Frame>{first.more(), second};
    };
    for (const auto& row : std::vector<Limit>{
             {"the limit itself", {bomb(limit)}, false},
             {"twice the limit itself", {bomb(limit), bomb(limit)}, false},
             {"one octet more", {bomb(limit + 1)}, true},
             {"ten times as much", {bomb(10 * limit)}, true},
             {"ten times as much, without an end", {bomb(10 * limit).more()}, true},
             {"the limit, in fragments", in_two(limit), false},
             {"above it, in fragments", in_two(limit + 1), true},
             {"announced: too much even before inflating", {compressed(binary({})).claiming(limit + 1)}, true},
             {"announced in fragments: too much even before inflating",
              {compressed(binary(hex("00"))).more(), continuation("").claiming(limit)},
              true},
             {"control frames do not count", {bomb(limit).more(), ping("p"), continuation("")}, false},
         }) {
        for (std::size_t const size : {SIZE_MAX, std::size_t{11}}) {
            SCOPED_TRACE(row.name);
            Endpoint endpoint(GetParam(), {.message = limit}, DeflateAgreement{});
            auto stream = joined(row.received, other(GetParam()));
            std::size_t messages = 0;
            for (std::size_t at = 0; at < stream.size();) {
                at += endpoint.receive(std::span(stream).subspan(at, std::min(size, stream.size() - at)));
                for (const auto& one : endpoint.take_events()) {
                    if (one.kind != Kind::message) continue;
                    ++messages;
                    EXPECT_LE(one.payload.capacity(), limit);
                }
            }
            EXPECT_EQ(endpoint.close_expected(), row.refused);
            EXPECT_EQ(messages == 0, row.refused);
            EXPECT_FALSE(endpoint.violation()) << "a limit is no breach of the peer";
            if (row.refused) {
                EXPECT_EQ(sent_by(endpoint, GetParam()), std::vector{close_frame(1009, "message too big")});
            }
        }
    }
}

/// Two endpoints, and the octets between them in pieces of random size.
class Pipe {
public:
    explicit Pipe(const DeflateAgreement& agreement)
        : agreement_(agreement), server_(Role::server, {}, agreement), client_(Role::client, {}, agreement) {}

    Endpoint& end(Role role) { return role == Role::server ? server_ : client_; }

    /// What the other side makes of all that `sender` has to say.
    std::vector<EndpointEvent> carry(Role sender, std::mt19937& random) {
        return carry(sender, end(sender).take_output(), random);
    }
    std::vector<EndpointEvent> carry(Role sender, Octets octets, std::mt19937& random) {
        std::vector<EndpointEvent> events;
        for (std::size_t at = 0; at < octets.size();) {
            std::size_t const size = std::min(octets.size() - at, std::size_t{1} + random() % (1U << random() % 15));
            at += end(other(sender)).receive(std::span(octets).subspan(at, size));
            for (auto& one : end(other(sender)).take_events()) events.push_back(std::move(one));
        }
        return events;
    }
    bool well() const { return !server_.close_expected() && !client_.close_expected(); }

private:
    DeflateAgreement agreement_;
    Endpoint server_;
    Endpoint client_;
};

EndpointEvent some_message(std::mt19937& random) {
    EndpointEvent out = message(random() % 2 == 0 ? Opcode::text : Opcode::binary, "");
    std::size_t const length = random() % 7 == 0 ? 0 : random() % (random() % 50 == 0 ? 70000 : 400);
    if (out.opcode == Opcode::text) {
        out.payload = pattern("The quick brown \xc3\xa9\xe2\x82\xac fox. ", random() % 20 + length / 24 * 24);
        // Cut between two characters.
        while (!is_valid_utf8(out.payload)) out.payload.pop_back();
    } else if (random() % 2 == 0) {
        out.payload.resize(length);
        for (auto& octet : out.payload) octet = static_cast<Octet>(random());
    } else {
        out.payload = repeated(static_cast<Octet>(random()), length);
    }
    return out;
}

TEST(EndpointPair, CompressesWithEveryAgreement) {
    std::mt19937 random(7692);
    for (bool const server_forgets : {false, true}) {
        for (bool const client_forgets : {false, true}) {
            for (int server_bits = 9; server_bits <= 15; ++server_bits) {
                for (int client_bits = 8; client_bits <= 15; ++client_bits) {
                    DeflateAgreement const agreement{.server_no_context_takeover = server_forgets,
                                                     .client_no_context_takeover = client_forgets,
                                                     .server_max_window_bits = server_bits,
                                                     .client_max_window_bits = client_bits};
                    Pipe pipe(agreement);
                    for (int i = 0; i < 12; ++i) {
                        for (Role const sender : {Role::server, Role::client}) {
                            auto const sent = some_message(random);
                            pipe.end(sender).send_message(sent.opcode, sent.payload);
                            ASSERT_EQ(pipe.carry(sender, random), std::vector{sent});
                        }
                    }
                    ASSERT_TRUE(pipe.well());
                }
            }
        }
    }
}

TEST(EndpointPair, CompressesALongTalk) {
    // One direction is made by hand, so that messages come in fragments, uncompressed in between, and with pings.
    std::mt19937 random(1951);
    for (bool const takeover : {true, false}) {
        DeflateAgreement const agreement{.server_no_context_takeover = !takeover,
                                         .client_no_context_takeover = !takeover};
        Pipe pipe(agreement);
        MessageDeflater deflater(15, takeover);
        for (int i = 0; i < 3000; ++i) {
            auto const sent = some_message(random);
            bool const compress = random() % 4 != 0;
            Octets const payload = compress ? deflater.compress(sent.payload) : sent.payload;
            std::size_t const cut = random() % (payload.size() + 1);
            auto const middle = payload.begin() + static_cast<std::ptrdiff_t>(cut);
            Frame first{.fin = false,
                        .rsv = compress ? rsv1 : Octet{0},
                        .opcode = sent.opcode,
                        .payload = Octets(payload.begin(), middle)};
            auto const events = pipe.carry(
                Role::client,
                joined({first, ping("between"), continuation(Octets(middle, payload.end()))}, Role::client), random);
            ASSERT_EQ(events, (std::vector{event(Kind::ping, "between"), sent}));
            pipe.end(Role::server).send_message(sent.opcode, sent.payload);
            ASSERT_EQ(pipe.carry(Role::server, random), (std::vector{event(Kind::pong, "between"), sent}));
        }
        ASSERT_TRUE(pipe.well());
    }
}

}  // namespace
}  // namespace wsspec
