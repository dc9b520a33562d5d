#include "fuzz/bends.h"

#include <algorithm>
#include <array>
#include <string>

#include "fuzz/edges.h"

namespace wsspec {

namespace {

using Frames = std::vector<Frame>;

Frame* some_data_frame(Frames& frames, Dice& dice) {
    std::vector<Frame*> found;
    for (auto& frame : frames)
        if (!is_control(frame.opcode)) found.push_back(&frame);
    return found.empty() ? nullptr : dice.pick(found);
}

auto at(Frames& frames, std::size_t index) { return frames.begin() + static_cast<std::ptrdiff_t>(index); }

Opcode reserved_opcode(Dice& dice) {
    constexpr std::array<Octet, 10> reserved = {3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf};
    return static_cast<Opcode>(dice.pick(reserved));
}

/// RFC 6455 section 5.4.
void bend_fragmentation(Frames& frames, Dice& dice) {
    std::size_t const index = dice.roll(frames.size());
    Frame& frame = frames[index];
    switch (dice.roll(5)) {
        case 0:
            frame.fin = !frame.fin;
            break;
        case 1:
            frame.opcode = Opcode::continuation;
            break;
        case 2:  // a message inside a message
            if (!is_control(frame.opcode)) frame.fin = false;
            frames.insert(at(frames, index + 1), dice.one_in(2) ? text("inside") : binary({1, 2, 3}));
            break;
        case 3: {
            Frame once_more = frame;
            frames.insert(at(frames, index), std::move(once_more));
            break;
        }
        default:
            frames.erase(at(frames, index));
            break;
    }
}

/// RFC 6455 section 8.1, RFC 3629.
void bend_text(Frames& frames, Dice& dice) {
    Frame* const frame = some_data_frame(frames, dice);
    if (frame == nullptr) {
        frames.push_back(text(edges::bad_characters[dice.roll(edges::bad_characters.size())]));
        return;
    }
    if (frame->opcode == Opcode::binary && frame->rsv == 0) frame->opcode = Opcode::text;
    auto const place = frame->payload.begin() + static_cast<std::ptrdiff_t>(dice.roll(frame->payload.size() + 1));
    auto const bad = as_octets(dice.pick(edges::bad_characters));
    if (dice.one_in(4)) {
        // Cut off where it is: in the middle of a character, if it is not ASCII.
        frame->payload.erase(place, frame->payload.end());
    } else {
        frame->payload.insert(place, bad.begin(), bad.end());
    }
}

/// RFC 6455 section 5.5.
void bend_control(Frames& frames, Dice& dice) {
    constexpr std::array<std::size_t, 5> too_long = {126, 127, 128, 256, 65536};
    constexpr std::array<Opcode, 3> opcodes = {Opcode::ping, Opcode::pong, Opcode::close};
    Frame frame{.opcode = dice.pick(opcodes), .payload = edges::text(dice, dice.roll(20))};
    switch (dice.roll(4)) {
        case 0:
            frame.payload = repeated('a', dice.pick(too_long));
            break;
        case 1:
            frame.fin = false;
            break;
        case 2:
            frame.rsv = static_cast<Octet>(1 + dice.roll(7));
            break;
        default:
            frame.length_form = dice.one_in(2) ? LengthForm::sixteen_bits : LengthForm::sixtyfour_bits;
            break;
    }
    frames.insert(at(frames, dice.roll(frames.size() + 1)), std::move(frame));
}

/// RFC 6455 sections 5.5.1 and 7.4, and what follows a Close.
void bend_close(Frames& frames, Dice& dice) {
    Frame frame{.opcode = Opcode::close, .payload = edges::close_body(dice, dice.one_in(4))};
    frames.insert(at(frames, dice.roll(frames.size() + 1)), std::move(frame));
}

/// RFC 7692 sections 6 and 7.2.
void bend_compression(Frames& frames, Dice& dice, std::size_t largest) {
    Frame* const frame = some_data_frame(frames, dice);
    if (frame == nullptr || dice.one_in(2)) {
        bool const legal = dice.one_in(4);
        Octets data = edges::deflated(dice, std::min<std::size_t>(largest, 8192), dice.one_in(2) ? 1000 : 0, legal);
        frames.push_back((dice.one_in(2) ? text(std::move(data)) : binary(std::move(data))).with_rsv(rsv1));
        return;
    }
    switch (dice.roll(3)) {
        case 0:
            frame->rsv ^= rsv1;
            break;
        case 1:
            if (!frame->payload.empty()) dice.pick(frame->payload) ^= static_cast<Octet>(1U << dice.roll(8));
            break;
        default:
            if (!frame->payload.empty()) frame->payload.resize(dice.roll(frame->payload.size()));
            break;
    }
}

/// RFC 6455 section 5.2, the length.
void bend_length(Frame& frame, Dice& dice) {
    constexpr std::array<LengthForm, 3> forms = {LengthForm::seven_bits, LengthForm::sixteen_bits,
                                                 LengthForm::sixtyfour_bits};
    switch (dice.roll(4)) {
        case 0:
            frame.claimed_length = dice.pick(edges::claimed_lengths);
            if (dice.one_in(2)) frame.length_form = LengthForm::sixtyfour_bits;
            break;
        case 1:  // a little more or less than there is
            frame.claimed_length = frame.payload.size() + dice.roll(5) - std::min<std::size_t>(frame.payload.size(), 2);
            break;
        default:
            frame.length_form = dice.pick(forms);
            break;
    }
}

}  // namespace

void bend(Frames& frames, Dice& dice, const BendSettings& settings) {
    if (frames.empty()) frames.push_back(text("Hello"));
    Frame& frame = dice.pick(frames);
    switch (dice.roll(settings.deflate ? 11 : 9)) {
        case 0:
            frame.mask_bit = MaskBit::wrong_for_role;
            break;
        case 1:
            frame.rsv ^= static_cast<Octet>(1 + dice.roll(7));
            break;
        case 2:
            frame.opcode = reserved_opcode(dice);
            break;
        case 3:
            bend_length(frame, dice);
            break;
        case 4:
        case 5:
            bend_fragmentation(frames, dice);
            break;
        case 6:
            bend_text(frames, dice);
            break;
        case 7:
            bend_control(frames, dice);
            break;
        case 8:
            bend_close(frames, dice);
            break;
        default:
            bend_compression(frames, dice, settings.largest);
            break;
    }
}

namespace {

constexpr std::array<std::string_view, 6> request_names = {
    "Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Origin"};
constexpr std::array<std::string_view, 3> answer_names = {"Upgrade", "Connection", "Sec-WebSocket-Accept"};
constexpr std::array<std::string_view, 14> request_lines = {
    "POST {resource} HTTP/1.1", "get {resource} HTTP/1.1",      "GET {resource} HTTP/1.0",
    "GET {resource} HTTP/2.0",  "GET {resource} HTTP/1.1 ",     "GET  {resource} HTTP/1.1",
    "GET {resource}",           "GET {resource} http/1.1",      "GET http://{host}{resource} HTTP/1.1",
    "GET * HTTP/1.1",           "GET {resource}#a HTTP/1.1",    "CONNECT {host} HTTP/1.1",
    "HEAD {resource} HTTP/1.1", "GET {resource}?a=%00 HTTP/1.1"};
constexpr std::array<std::string_view, 12> status_lines = {"HTTP/1.1 101",
                                                           "HTTP/1.1 101 ",
                                                           "HTTP/1.0 101 Switching Protocols",
                                                           "HTTP/1.1 200 OK",
                                                           "HTTP/1.1 400 Bad Request",
                                                           "HTTP/1.1 404 Not Found",
                                                           "HTTP/1.1 1010 Switching Protocols",
                                                           "HTTP/1.1 10 x",
                                                           "HTTP/2 101 Switching Protocols",
                                                           "http/1.1 101 Switching Protocols",
                                                           "HTTP/1.1 302 Found",
                                                           "ICY 101 OK"};
constexpr std::array<std::string_view, 24> values = {"websocket",
                                                     "WebSocket",
                                                     "websocket/13",
                                                     "h2c, websocket",
                                                     "websockets",
                                                     "",
                                                     "Upgrade",
                                                     "upgrade",
                                                     "keep-alive, Upgrade",
                                                     "keep-alive",
                                                     "close, Upgrade",
                                                     "Upgrade, Upgrade",
                                                     "{key}",
                                                     "{key} ",
                                                     "{key},{key}",
                                                     "AAAA",
                                                     "{accept}",
                                                     "{accept-in-lower-case}",
                                                     "13",
                                                     "8",
                                                     "13, 8",
                                                     "013",
                                                     "-1",
                                                     "{host}"};
constexpr std::array<std::string_view, 8> more_lines = {
    "X-Unknown: value",  "X-Unknown:",           ": no name",           "no colon", "Bad Name: value",
    "X-Folded: a\r\n b", "Cookie: a=b; c=\"d\"", "X-High: \xc3\xbc\xff"};

}  // namespace

Handshake bent_handshake(const Handshake& handshake, Dice& dice) {
    bool const answer = handshake.start_line.starts_with("HTTP/");
    std::string_view const name = answer ? dice.pick(answer_names) : dice.pick(request_names);
    switch (dice.roll(14)) {
        case 0:
            return handshake.drop(name);
        case 1:
            return handshake.set(name, dice.pick(values));
        case 2:
            return handshake.add(name, dice.pick(values));
        case 3:
            return handshake.add_first(name, dice.pick(values));
        case 4:
            return handshake.with_request_line(answer ? dice.pick(status_lines) : dice.pick(request_lines));
        case 5:
            return handshake.add("Sec-WebSocket-Extensions", dice.pick(edges::extensions));
        case 6:
            return handshake.add("Sec-WebSocket-Protocol", dice.one_in(2) ? "chat, superchat" : dice.pick(values));
        case 7:
            return handshake.add_line(dice.pick(more_lines));
        case 8:
            return dice.one_in(2) ? handshake.with_lower_names() : handshake.with_upper_names();
        case 9:
            return handshake.in_reverse_order();
        case 10:
            return handshake.replace_line(name, std::string(name) + " : " + std::string(dice.pick(values)));
        case 11:
            return handshake.add("X-Filler", std::string(dice.one_in(4) ? 8000 : 1 + dice.roll(300), 'a'));
        case 12:
            return handshake.with_line_end("\n");
        default: {
            // One octet of one line.
            Handshake changed = handshake;
            std::string& line =
                dice.one_in(4) || changed.fields.empty() ? changed.start_line : dice.pick(changed.fields);
            if (!line.empty()) line[dice.roll(line.size())] = static_cast<char>(dice.octet());
            return changed;
        }
    }
}

}  // namespace wsspec
