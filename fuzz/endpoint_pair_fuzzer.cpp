// Contract: two endpoints that only do what their interface lets them, connected by a pipe that cuts the octets
// anywhere and turns frames into fragments (RFC 6455 section 5.4 lets an intermediary do that), with permessage-deflate
// or without: every message arrives once, in order and intact; every ping is answered by a pong of the same payload; no
// end ever sees a violation; what is sent behind a Close does not arrive; a closing handshake ends both sides with the
// code that was sent, and the server ends TCP.
//
// Input: an octet of parameters (bit 0: deflate; 1, 2: no context takeover of server, client; 3: the pipe makes
// fragments), one of window bits, one for the pipe; then one action after another: an octet (bit 7: of the server;
// bits 0 to 2: what), and its parameters.
#include <algorithm>
#include <deque>

#include "fuzz/dice.h"
#include "fuzz/edges.h"
#include "fuzz/targets.h"
#include "reference/endpoint.h"

namespace wsspec::targets {

namespace {

/// One direction of the connection.
class Pipe {
public:
    Pipe(Role sender, bool fragments, unsigned seed) : sender_(sender), fragments_(fragments), dice_(seed) {}

    void put(OctetView octets) {
        if (!fragments_) return append(line_, octets);
        append(frame_, octets);
        while (auto const size = frame_size()) {
            forward(std::span(frame_).first(*size));
            frame_.erase(frame_.begin(), frame_.begin() + static_cast<std::ptrdiff_t>(*size));
        }
    }
    /// Some octets of what is under way; empty: nothing is.
    Octets get() {
        std::size_t const size = std::min(line_.size(), 1 + dice_.roll(dice_.one_in(4) ? 4096 : 13));
        Octets piece(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(size));
        line_.erase(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(size));
        return piece;
    }
    bool empty() const { return line_.empty(); }
    bool holds_half_a_frame() const { return !frame_.empty(); }

private:
    std::size_t header_size() const {
        unsigned const field = frame_[1] & 0x7fU;
        return 2U + (field == 126 ? 2U : field == 127 ? 8U : 0U) + ((frame_[1] & 0x80U) != 0 ? 4U : 0U);
    }
    std::optional<std::size_t> frame_size() const {
        if (frame_.size() < 2 || frame_.size() < header_size()) return std::nullopt;
        std::uint64_t size = frame_[1] & 0x7fU;
        if (size >= 126) {
            std::size_t const octets = size == 126 ? 2 : 8;
            size = 0;
            for (std::size_t i = 0; i < octets; ++i) size = size << 8 | frame_[2 + i];
        }
        if (frame_.size() < header_size() + size) return std::nullopt;
        return static_cast<std::size_t>(header_size() + size);
    }
    void forward(OctetView octets) {
        Frame frame{.fin = (octets[0] & 0x80) != 0,
                    .rsv = static_cast<Octet>(octets[0] >> 4 & 7),
                    .opcode = static_cast<Opcode>(octets[0] & 0xf),
                    .payload = Octets(octets.begin() + static_cast<std::ptrdiff_t>(header_size()), octets.end())};
        if (is_control(frame.opcode) || dice_.one_in(3)) return append(line_, octets);
        if (sender_ == Role::client) {
            MaskingKey key{};
            std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(header_size() - 4), 4, key.begin());
            apply_mask(frame.payload, key);
        }
        for (std::size_t more = dice_.roll(4); more > 0; --more) {
            Frame piece = frame;
            auto const cut = static_cast<std::ptrdiff_t>(dice_.roll(frame.payload.size() + 1));
            piece.fin = false;
            piece.payload.assign(frame.payload.begin(), frame.payload.begin() + cut);
            frame.payload.erase(frame.payload.begin(), frame.payload.begin() + cut);
            frame.opcode = Opcode::continuation;
            frame.rsv = 0;
            append(line_, wire(piece, sender_, key()));
        }
        append(line_, wire(frame, sender_, key()));
    }
    MaskingKey key() { return {dice_.octet(), dice_.octet(), dice_.octet(), dice_.octet()}; }

    Role sender_;
    bool fragments_;
    Dice dice_;
    Octets frame_;  // not complete
    Octets line_;
};

/// An endpoint, what the other one was told to send to it, and what it was told to send itself.
struct Side {
    explicit Side(Role own_role, std::optional<DeflateAgreement> deflate)
        : role(own_role), endpoint(own_role, {}, deflate) {}

    Role role;
    Endpoint endpoint;
    std::deque<EndpointEvent> due = {};  // to arrive here
    std::deque<Octets> pongs = {};       // to come back here
    bool closes = false;                 // was told to send a Close
    std::uint16_t code = 0;
    bool close_arrived = false;

    bool open() const { return endpoint.state() == Endpoint::State::open; }
};

class Connection {
public:
    Connection(std::optional<DeflateAgreement> deflate, bool fragments, unsigned seed)
        : client_(Role::client, deflate),
          server_(Role::server, deflate),
          to_server_(Role::client, fragments, seed),
          to_client_(Role::server, fragments, seed + 1) {}

    void act(Input& in) {
        unsigned const what = in.octet();
        Side& from = (what & 0x80) != 0 ? server_ : client_;
        Side& to = (what & 0x80) != 0 ? client_ : server_;
        Dice dice(in.octet());
        std::size_t const size = edges::payload_length(dice, 20000);
        switch (what & 7) {
            case 0:
            case 1: {
                Octets payload = (what & 8) != 0 ? Octets() : edges::text(dice, size);
                if ((what & 8) != 0) {
                    auto const given = in.take(in.octet());
                    if (is_valid_utf8(given)) payload.assign(given.begin(), given.end());
                }
                return message(from, to, Opcode::text, std::move(payload));
            }
            case 2:
            case 3: {
                auto const given = in.take(in.octet());
                Octets payload = (what & 8) != 0 ? Octets(given.begin(), given.end()) : edges::data(dice, size);
                return message(from, to, Opcode::binary, std::move(payload));
            }
            case 4: {
                Octets payload = dice.octets(std::min<std::size_t>(size, 125));
                if (from.open()) {
                    to.due.push_back({.kind = EndpointEvent::Kind::ping, .payload = payload});
                    from.pongs.push_back(payload);
                }
                from.endpoint.send_ping(payload);
                return;
            }
            case 5: {
                auto const octets = edges::close_body(dice, true);
                std::uint16_t const code =
                    octets.empty() ? 1000 : static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
                std::string_view const reason = octets.empty() ? "" : as_text(OctetView(octets).subspan(2));
                if ((what & 0x70) != 0) {
                    move();  // a connection that is closed at once shows little
                    return;
                }
                if (from.open()) {
                    from.closes = true;
                    from.code = code;
                    to.due.push_back({.kind = EndpointEvent::Kind::close,
                                      .payload = octets.empty() ? Octets() : Octets(octets.begin() + 2, octets.end()),
                                      .code = code});
                }
                from.endpoint.send_close(code, reason);
                return;
            }
            default:
                move();
        }
    }

    /// Everything that is under way arrives.
    void finish() {
        while (move()) {
        }
        demand(!to_server_.holds_half_a_frame() && !to_client_.holds_half_a_frame(), "half a frame was sent");
        for (Side* side : {&client_, &server_}) {
            Side& other = side == &client_ ? server_ : client_;
            demand(!side->endpoint.violation(), "an end sees a violation");
            // What was under way to an end that has a Close already is discarded (5.5.1).
            if (!side->close_arrived) {
                demand(side->due.empty(), "something was sent and did not arrive");
                if (!other.close_arrived) demand(side->pongs.empty(), "a ping was not answered");
            }
        }
        if (!client_.closes && !server_.closes) {
            demand(client_.open() && server_.open(), "an end closes without being told to");
            return;
        }
        demand(client_.close_arrived && server_.close_arrived, "a closing handshake is not complete");
        demand(server_.endpoint.close_expected(), "the server does not end TCP");
        demand(!client_.open() && !server_.open(), "an end is still open behind the closing handshake");
        for (const Side* side : {&client_, &server_}) {
            const Side& other = side == &client_ ? server_ : client_;
            // 5.5.1: who did not start it echoes the code.
            std::uint16_t const expected = other.closes ? other.code : side->code;
            demand(side->endpoint.received_code() == expected, "another code than was sent");
        }
        for (Side* side : {&client_, &server_}) side->endpoint.receive_eof();
        demand(client_.endpoint.state() == Endpoint::State::closed, "not closed at the end of the stream");
        demand(client_.endpoint.close_expected(), "does not end TCP behind the end of the stream");
    }

    bool move() {
        to_server_.put(client_.endpoint.take_output());
        to_client_.put(server_.endpoint.take_output());
        bool const first = receive(server_, client_, to_server_);
        return receive(client_, server_, to_client_) || first;
    }

private:
    static void message(Side& from, Side& to, Opcode opcode, Octets payload) {
        bool const open = from.open();
        from.endpoint.send_message(opcode, payload);
        if (open)
            to.due.push_back({.kind = EndpointEvent::Kind::message, .opcode = opcode, .payload = std::move(payload)});
    }

    static bool receive(Side& side, Side& other, Pipe& pipe) {
        Octets octets = pipe.get();
        if (octets.empty()) return false;
        std::span<Octet> rest = octets;
        while (!rest.empty()) {
            std::size_t const taken = side.endpoint.receive(rest);
            demand(taken <= rest.size(), "more octets taken than there are");
            rest = rest.subspan(taken);
            auto const events = side.endpoint.take_events();
            demand(taken > 0 || !events.empty(), "receive() stands still");
            for (const auto& event : events) happened(side, other, event);
        }
        return true;
    }

    static void happened(Side& side, Side& other, const EndpointEvent& event) {
        demand(!side.close_arrived, "an event behind a Close");
        if (event.kind == EndpointEvent::Kind::pong) {
            demand(!side.pongs.empty() && side.pongs.front() == event.payload, "a pong that answers no ping");
            side.pongs.pop_front();
            return;
        }
        if (event.kind == EndpointEvent::Kind::close) {
            side.close_arrived = true;
            // The answer to our own.
            if (!other.closes) {
                demand(side.closes && event.code == side.code, "a Close that nobody asked for");
                demand(side.due.empty(), "something was sent before the Close and did not arrive");
                return;
            }
        }
        demand(!side.due.empty(), "something arrives that was not sent");
        const EndpointEvent& due = side.due.front();
        demand(due.kind == event.kind && due.payload == event.payload, "not what was sent");
        if (event.kind == EndpointEvent::Kind::message)
            demand(due.opcode == event.opcode, "the kind of message changed");
        if (event.kind == EndpointEvent::Kind::close) demand(due.code == event.code, "the code changed");
        side.due.pop_front();
    }

    Side client_;
    Side server_;
    Pipe to_server_;
    Pipe to_client_;
};

}  // namespace

void endpoint_pair(OctetView input) {
    Input in(input);
    unsigned const parameters = in.octet();
    unsigned const bits = in.octet();
    std::optional<DeflateAgreement> deflate;
    if ((parameters & 1) != 0)
        deflate = DeflateAgreement{.server_no_context_takeover = (parameters & 2) != 0,
                                   .client_no_context_takeover = (parameters & 4) != 0,
                                   .server_max_window_bits = 8 + static_cast<int>(bits & 7),
                                   .client_max_window_bits = 8 + static_cast<int>(bits >> 3 & 7)};
    Connection connection(deflate, (parameters & 8) != 0, in.octet());
    for (int actions = 0; !in.empty() && actions < 64; ++actions) connection.act(in);
    connection.finish();
}

}  // namespace wsspec::targets
