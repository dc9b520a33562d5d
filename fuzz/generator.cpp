#include "fuzz/generator.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "cases/deflate_writer.h"
#include "fuzz/bends.h"
#include "fuzz/dice.h"
#include "fuzz/edges.h"
#include "fuzz/scripts.h"

namespace wsspec {

namespace {

/// The length that the header gives is the payload's: what follows starts where it should.
bool is_sized_right(const Frame& frame) {
    std::size_t const size = frame.payload.size();
    if (frame.claimed_length.value_or(size) != size) return false;
    switch (frame.length_form) {
        case LengthForm::seven_bits:
            return size <= 125;
        case LengthForm::sixteen_bits:
            return size <= 65535;
        default:
            return true;
    }
}

class Generator {
public:
    Generator(std::uint64_t seed, const GeneratorSettings& settings)
        : dice_(seed), settings_(settings), room_(settings.largest_script) {}

    Script make() {
        std::size_t const exchanges = 1 + dice_.roll(6);
        // One session in four keeps all rules.
        bool const bends = !dice_.one_in(4);
        bool const bends_handshake = bends && settings_.handshakes && dice_.one_in(8);
        std::size_t const bent = bends && !bends_handshake ? dice_.roll(exchanges) : exchanges;

        open(bends_handshake);
        if (dice_.one_in(24)) script_.push_back(stop_reading());
        for (std::size_t i = 0; i < exchanges; ++i) {
            std::vector<Frame> frames = exchange();
            if (i == bent) bend(frames, dice_, {.deflate = compresses_, .largest = room()});
            for (auto& frame : frames) pending_.push_back(std::move(frame));
            if (i == bent && dice_.one_in(24)) raw_octets();
            if (dice_.one_in(settings_.echoes ? 3 : 2)) {
                flush();
                mark();
            }
        }
        end(bent < exchanges);
        return judged_by_forecast(script_, settings_.target);
    }

private:
    std::size_t room() const { return std::min(settings_.largest_message, room_); }

    void open(bool bent) {
        Open open;
        compresses_ = settings_.deflate && dice_.one_in(2);
        constexpr std::array<std::string_view, 6> offers = {
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; server_max_window_bits=9",
            "permessage-deflate; server_max_window_bits=12, permessage-deflate"};
        if (compresses_) open.handshake = open.handshake.add("Sec-WebSocket-Extensions", dice_.pick(offers));
        if (bent) {
            if (settings_.target == Role::server) {
                open.handshake = bent_handshake(open.handshake, dice_);
            } else {
                open.answer = bent_handshake(acceptance(), dice_);
            }
        }
        if (dice_.one_in(8)) open.delivery = delivery(160);
        script_.push_back({std::move(open)});
    }

    /// One message or control frame, all legal.
    std::vector<Frame> exchange() {
        if (dice_.one_in(4)) return {control()};
        Frame message = compresses_ && dice_.one_in(2) ? compressed() : plain();
        take_room(message.payload.size());
        std::size_t const fragments = dice_.one_in(2) ? 1 : 1 + dice_.roll(5);
        std::vector<Frame> frames;
        std::size_t from = 0;
        for (std::size_t i = 0; i < fragments; ++i) {
            bool const last = i + 1 == fragments;
            std::size_t const left = message.payload.size() - from;
            std::size_t const size = last ? left : dice_.one_in(4) ? 0 : dice_.roll(left + 1);
            Frame next = message;
            next.payload.assign(message.payload.begin() + static_cast<std::ptrdiff_t>(from),
                                message.payload.begin() + static_cast<std::ptrdiff_t>(from + size));
            next.fin = last;
            if (i != 0) {
                next.opcode = Opcode::continuation;
                next.rsv = 0;
            }
            if (dice_.one_in(3)) next.key = dice_.pick(edges::keys);
            frames.push_back(std::move(next));
            from += size;
            if (!last && dice_.one_in(3)) frames.push_back(control());
        }
        return frames;
    }
    Frame plain() {
        std::size_t const size = edges::payload_length(dice_, room());
        if (dice_.one_in(2)) return text(edges::text(dice_, size));
        return binary(edges::data(dice_, size));
    }
    Frame compressed() {
        Frame out = binary(edges::deflated(dice_, std::min<std::size_t>(room(), 4096), 0, true));
        if (dice_.one_in(3)) {
            DeflateWriter writer;
            writer.fixed({literal(edges::text(dice_, dice_.roll(100)))});
            out = text(writer.message());
        }
        return out.with_rsv(rsv1);
    }
    Frame control() {
        Octets payload = edges::text(dice_, dice_.one_in(4) ? 125 : dice_.roll(20));
        if (dice_.one_in(3)) payload = dice_.octets(payload.size());
        return dice_.one_in(3) ? pong(std::move(payload)) : ping(std::move(payload));
    }

    void raw_octets() {
        flush();
        Octets octets = dice_.octets(1 + dice_.roll(24));
        aligned_ = false;
        script_.push_back(send_octets(std::move(octets), delivery(8)));
    }

    void take_room(std::size_t size) { room_ -= std::min(room_, size); }

    Delivery delivery(std::size_t size) {
        switch (dice_.roll(6)) {
            case 0:
                return per_frame();
            case 1:
                // Small writes of much would take the tester its time.
                return chopped(size > 4096 ? 1000 + dice_.roll(3000) : 1 + dice_.roll(20));
            case 2:
            case 3: {
                std::vector<std::size_t> cuts;
                for (std::size_t at = 0, more = 1 + dice_.roll(5); more > 0; --more)
                    cuts.push_back(at += 1 + dice_.roll(dice_.one_in(2) ? 14 : size + 1));
                return cut_at(std::move(cuts));
            }
            default:
                return together();
        }
    }

    /// What is pending becomes a step.
    void flush() {
        if (pending_.empty()) return;
        std::size_t octets = 0;
        for (const auto& frame : pending_) {
            octets += frame.payload.size() + 8;
            closes_ = closes_ || frame.opcode == Opcode::close;
            aligned_ = aligned_ && is_sized_right(frame);
        }
        script_.push_back(send(std::exchange(pending_, {}), delivery(octets)));
    }

    /// A ping can stand here; nothing but an await where it cannot.
    bool ping_can_stand() const { return !closes_ && aligned_; }
    void mark() {
        if (!ping_can_stand()) return;
        script_.push_back(barrier("b" + std::to_string(++marks_)));
    }

    void end(bool bent) {
        if (dice_.one_in(3)) {
            pending_.push_back({.opcode = Opcode::close, .payload = edges::close_body(dice_, true)});
            if (!bent && dice_.one_in(6)) pending_.push_back(dice_.one_in(2) ? control() : plain());
        }
        flush();
        if (std::ranges::any_of(script_,
                                [](const Step& step) { return std::holds_alternative<StopReading>(step.action); }))
            script_.push_back(resume_reading());
        if (ping_can_stand() && !dice_.one_in(12)) return mark();
        if (dice_.one_in(3)) script_.push_back(half_close());
        script_.push_back(await("end"));
    }

    Dice dice_;
    const GeneratorSettings& settings_;
    std::size_t room_;
    bool compresses_ = false;
    bool closes_ = false;
    bool aligned_ = true;  // a frame can follow, if the target takes all frames at face value
    unsigned marks_ = 0;
    Script script_;
    std::vector<Frame> pending_;
};

}  // namespace

Script generate(std::uint64_t seed, const GeneratorSettings& settings) { return Generator(seed, settings).make(); }

}  // namespace wsspec
