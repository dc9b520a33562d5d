// Faults that show under hostile input (group 17): lengths that are cut or wrapped, limits that are none, and what a
// peer keeps of what it was sent. All that they take is bounded: they stand in for peers that take everything.
#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>

#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

/// What a peer with one of these faults takes at most, all of its connections together.
constexpr std::size_t most_kept = 96 * mib;

using Announced = std::uint64_t (*)(std::uint64_t length, unsigned length_octets);

template <Announced read>
class ReadsLength final : public FrameFilter {
    std::uint64_t announced(std::uint64_t length, unsigned length_octets) const override {
        return read(length, length_octets);
    }
};

template <unsigned kept_bits>
std::uint64_t cut(std::uint64_t length, unsigned octets) {
    return octets == 8 ? length & ((std::uint64_t{1} << kept_bits) - 1) : length;
}

/// "if (length > 0)" on a signed number.
std::uint64_t negative_is_nothing(std::uint64_t length, unsigned octets) {
    return octets == 8 && length >> 63 != 0 ? 0 : length;
}

/// The size of the message is kept in 32 bits, and what is still to come is figured out from it.
class AddsFragmentsIn32Bits final : public FrameFilter {
    std::uint64_t announced(std::uint64_t length, unsigned octets) const override {
        std::uint64_t const sum = (sum_ + length) & 0xffffffffU;
        return octets == 8 && sum_ != 0 ? sum - std::min(sum, sum_) : length;
    }
    Frames incoming_frame(Frame frame) override {
        if (is_data(frame)) sum_ = frame.fin ? 0 : sum_ + frame.payload.size();
        return {std::move(frame)};
    }

    std::uint64_t sum_ = 0;
};

/// Takes a large length for an error of the protocol.
class CallsLargeLengthsErrors final : public FrameFilter {
    std::uint64_t announced(std::uint64_t length, unsigned) const override {
        large_ = large_ || (length > 1024 * mib && length >> 63 == 0);
        return length;
    }
    Octets incoming(Octets octets) override {
        Octets out = FrameFilter::incoming(std::move(octets));
        return large_ ? wire(refused_with_1002(), Role::client, {}) : out;
    }

    mutable bool large_ = false;
};

// ---- Floods ----

/// After so many pings on a connection it answers none.
class StopsAnsweringPings final : public FrameFilter {
    Frames outgoing_frame(Frame frame) override {
        constexpr unsigned patience = 1000;
        if (frame.opcode == Opcode::pong && ++pongs_ > patience) return {};
        return {std::move(frame)};
    }

    unsigned pongs_ = 0;
};

/// A counter of the pings that wait, which the pong of an empty one does not bring down.
class CountsEmptyPingsAsWaiting final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        constexpr unsigned most_waiting = 60;
        if (frame.opcode == Opcode::ping && frame.payload.empty() && ++waiting_ > most_waiting) drop();
        return {std::move(frame)};
    }

    unsigned waiting_ = 0;
};

class LosesMessagesOfFlood final : public FrameFilter {
    Frames outgoing_frame(Frame frame) override {
        constexpr unsigned each = 1000;
        if (starts_message(frame) && ++messages_ % each == 0) return {};
        return {std::move(frame)};
    }

    unsigned messages_ = 0;
};

/// Of a queue with room for so much.
class CutsEchoesInFlood final : public FrameFilter {
    Frames outgoing_frame(Frame frame) override {
        constexpr std::uint64_t room = mib;
        if (starts_message(frame) && (sum_ += frame.payload.size()) > room)
            frame.payload.resize(frame.payload.size() / 2);
        return {std::move(frame)};
    }

    std::uint64_t sum_ = 0;
};

/// Ends a flood, which is its right, but says that the protocol was broken.
class CallsFloodsErrors final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        constexpr unsigned patience = 2000;
        if (is_control(frame.opcode) && ++frames_ > patience) return {refused_with_1002()};
        return {std::move(frame)};
    }

    unsigned frames_ = 0;
};

/// Each fragment is held against the limit by itself.
class LimitsFramesNotMessages final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (!is_data(frame)) return {std::move(frame)};
        opcode_ = starts_message(frame) ? frame.opcode : opcode_;
        frame.opcode = opcode_;
        last_.push_back(std::exchange(frame.fin, true));
        return {std::move(frame)};
    }
    Frames outgoing_frame(Frame frame) override {
        if (!starts_message(frame) || last_.empty()) return {std::move(frame)};
        if (std::exchange(inside_, !last_.front())) frame.opcode = Opcode::continuation;
        frame.fin = last_.front();
        last_.pop_front();
        return {std::move(frame)};
    }

    Opcode opcode_ = Opcode::binary;
    bool inside_ = false;
    std::deque<bool> last_;  // of the fragments that have not come back
};

/// The error of an inflater that finds its output too large is dropped, and nobody goes on reading.
class HangsOverBombs final : public FrameFilter {
public:
    HangsOverBombs() : FrameFilter(bad_rsv) {}

private:
    Frames incoming_frame(Frame frame) override {
        constexpr std::size_t a_bomb = 16 * kib;
        hangs_ = hangs_ || (starts_message(frame) && (frame.rsv & rsv1) != 0 && frame.payload.size() >= a_bomb);
        if (hangs_) return {};
        return {std::move(frame)};
    }

    bool hangs_ = false;
};

// ---- Many connections ----

/// Counted over all connections of the peer.
struct Common {
    std::atomic<unsigned> open = 0;
    std::atomic<unsigned> broken_off = 0;
    std::atomic<std::size_t> kept = 0;
};

template <class Peer>
net::FilterFactory peer_with_common() {
    return [common = std::make_shared<Common>()] { return std::make_unique<Peer>(common); };
}

/// With so many connections it has no time for any.
class ServesFew final : public FrameFilter {
public:
    explicit ServesFew(std::shared_ptr<Common> common) : common_(std::move(common)) { ++common_->open; }
    ~ServesFew() override { --common_->open; }

private:
    Frames outgoing_frame(Frame frame) override {
        constexpr unsigned enough = 200;
        if (common_->open > enough && frame.opcode == Opcode::pong) return {};
        return {std::move(frame)};
    }

    std::shared_ptr<Common> common_;
};

/// Writes to one connection until all is written: who does not read what he is owed has it to himself.
class ServesOneUntilHeReads final : public FrameFilter {
public:
    explicit ServesOneUntilHeReads(std::shared_ptr<Common> common) : common_(std::move(common)) {}
    ~ServesOneUntilHeReads() override {
        if (busy_with_it_) --common_->open;
    }

private:
    Frames outgoing_frame(Frame frame) override {
        constexpr std::size_t full = 8192;
        written_ += frame.payload.size();
        if (written_ > full && !std::exchange(busy_with_it_, true)) ++common_->open;
        if (common_->open != 0 && !busy_with_it_) return {};
        return {std::move(frame)};
    }

    std::shared_ptr<Common> common_;
    std::size_t written_ = 0;
    bool busy_with_it_ = false;
};

/// Each connection that ends in the middle of a frame keeps a worker waiting for the rest.
class WaitsForBrokenOffFrames final : public FrameFilter {
public:
    explicit WaitsForBrokenOffFrames(std::shared_ptr<Common> common) : common_(std::move(common)) {}
    ~WaitsForBrokenOffFrames() override {
        if (inside_payload()) ++common_->broken_off;
    }

private:
    Frames outgoing_frame(Frame frame) override {
        constexpr unsigned workers = 100;
        if (common_->broken_off >= workers && frame.opcode == Opcode::pong) return {};
        return {std::move(frame)};
    }

    std::shared_ptr<Common> common_;
};

// ---- Time ----

/// A regular expression with two stars over the same characters: the time grows with the square of the blanks.
class MatchesBlanksTwice final : public net::Filter {
    std::string request(std::string head) override {
        auto const blanks = static_cast<double>(std::ranges::count(head, ' '));
        constexpr double many = 32 * 1024;
        constexpr double seconds_for_many = 1.4;
        spend(std::min(2.0, seconds_for_many * (blanks / many) * (blanks / many)));
        return head;
    }

    /// CPU time, so that it is the same on a loaded machine.
    static void spend(double seconds) {
        auto const now = [] {
            timespec time{};
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
        };
        double const until = now() + seconds;
        while (now() < until) {
        }
    }
};

// ---- Memory and files: to be seen in the process alone ----

/// Mapped by itself, and written to, so that it is resident: memory that the allocator keeps for later would hide the
/// next case's.
void* resident(std::size_t size) {
    void* const mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    return std::memset(mapped, 0xaa, size);
}

/// Keeps what a hook says.
class Keeper : public FrameFilter {
public:
    explicit Keeper(std::shared_ptr<Common> common) : common_(std::move(common)) {}
    ~Keeper() override { common_->kept -= kept_; }

protected:
    void keep(std::size_t size) {
        size = std::min(size, most_kept - std::min<std::size_t>(most_kept, common_->kept));
        if (size == 0) return;
        kept_ += size;
        common_->kept += size;
        if (void* const mapped = resident(size)) held_.push_back(Mapped(mapped, Unmap{size}));
    }

private:
    struct Unmap {
        std::size_t size = 0;
        void operator()(void* mapped) const { munmap(mapped, size); }
    };
    using Mapped = std::unique_ptr<void, Unmap>;

    std::shared_ptr<Common> common_;
    std::size_t kept_ = 0;
    std::vector<Mapped> held_;
};

/// CVE-2022-35922.
class MakesRoomForAnnounced final : public Keeper {
    using Keeper::Keeper;
    std::uint64_t announced(std::uint64_t length, unsigned octets) const override {
        if (octets == 8) announced_ = length;
        return length;
    }
    Octets incoming(Octets octets) override {
        Octets out = FrameFilter::incoming(std::move(octets));
        constexpr std::uint64_t worth_it = mib;
        if (announced_ >= worth_it) keep(static_cast<std::size_t>(std::min<std::uint64_t>(announced_, most_kept)));
        announced_ = 0;
        return out;
    }

    mutable std::uint64_t announced_ = 0;
};

/// CVE-2026-12151, CVE-2026-48779: each fragment in a buffer of its own.
template <std::size_t size>
class KeepsTinyFragments final : public Keeper {
    using Keeper::Keeper;
    Frames incoming_frame(Frame frame) override {
        constexpr std::size_t a_page = 4 * kib;
        if (is_data(frame) && !starts_message(frame) && frame.payload.size() == size) keep(a_page);
        return {std::move(frame)};
    }
};

/// CVE-2026-11586: answers go into a queue, each in a buffer of its own, whether somebody reads them or not.
class QueuesPongs final : public Keeper {
    using Keeper::Keeper;
    Frames outgoing_frame(Frame frame) override {
        constexpr std::size_t a_buffer = 16 * kib;
        if (frame.opcode == Opcode::pong) keep(a_buffer);
        return {std::move(frame)};
    }
};

/// CVE-2017-15268.
class QueuesMessages final : public Keeper {
    using Keeper::Keeper;
    Frames outgoing_frame(Frame frame) override {
        constexpr std::size_t copies = 32;
        if (starts_message(frame)) keep(copies * (frame.payload.size() + kib));
        return {std::move(frame)};
    }
};

/// Keeps what a fragment may inflate to, and looks at the limit when the message ends.
class InflatesWithoutLimit final : public Keeper {
    using Keeper::Keeper;
    Frames incoming_frame(Frame frame) override {
        compressed_ = starts_message(frame) ? (frame.rsv & rsv1) != 0 : compressed_;
        constexpr std::size_t most_inflated = 1032;  // octets of one: DEFLATE makes no more
        if (is_data(frame) && compressed_ && !frame.fin) keep(frame.payload.size() * most_inflated);
        return {std::move(frame)};
    }

    bool compressed_ = false;
};

/// What a connection was sent of a frame stays, if its end comes first.
class KeepsBrokenOffFrames final : public FrameFilter {
public:
    explicit KeepsBrokenOffFrames(std::shared_ptr<Common> common) : common_(std::move(common)) {}
    ~KeepsBrokenOffFrames() override {
        // Twice what the case sends: it is played again where it finds something.
        constexpr std::size_t most_leaked = 256 * mib;
        auto const begun = inside_payload();
        if (!begun || begun->payload.empty() || (common_->kept += begun->payload.size()) > most_leaked) return;
        (void)resident(begun->payload.size());  // never given back: that is the fault
    }

private:
    std::shared_ptr<Common> common_;
};

/// Asks again and again whether the rest of a frame has come.
class SpinsInsideFrames final : public FrameFilter {
    Octets incoming(Octets octets) override {
        Octets out = FrameFilter::incoming(std::move(octets));
        if (!inside_header() && !inside_payload()) {
            asks_ = {};
        } else if (!asks_.joinable()) {
            asks_ = std::jthread([](const std::stop_token& come) {
                while (!come.stop_requested()) {
                }
            });
        }
        return out;
    }

    std::jthread asks_;
};

/// A reset is reported by an error path that closes nothing.
class LeaksFilesOfLostConnections final : public FrameFilter {
public:
    explicit LeaksFilesOfLostConnections(std::shared_ptr<Common> common) : common_(std::move(common)) {}
    ~LeaksFilesOfLostConnections() override {
        constexpr unsigned most_leaked = 500;
        // Never closed: that is the fault.
        if (!closed_ && ++common_->open < most_leaked) (void)open("/dev/null", O_RDONLY | O_CLOEXEC);
    }

private:
    Frames outgoing_frame(Frame frame) override {
        closed_ = closed_ || frame.opcode == Opcode::close;
        return {std::move(frame)};
    }

    std::shared_ptr<Common> common_;
    bool closed_ = false;
};

}  // namespace

std::vector<Fault> limit_faults() {
    constexpr Verdict non_strict = Verdict::non_strict;
    return {
        {.name = "cuts-64-bit-lengths-to-31-bits",
         .requirement = "R6455-5.2-9",
         .what = "Uses the last 31 bits of a 64-bit length.",
         .caught_by = {"17.1.13"},
         .make = peer<ReadsLength<cut<31>>>()},
        {.name = "cuts-64-bit-lengths-to-40-bits",
         .requirement = "R6455-5.2-9",
         .what = "Uses the last five octets of a 64-bit length.",
         .caught_by = {"17.1.18"},
         .make = peer<ReadsLength<cut<40>>>()},
        {.name = "cuts-64-bit-lengths-to-53-bits",
         .requirement = "R6455-5.2-9",
         .what = "Uses the bits of a 64-bit length that a number with a fraction can hold.",
         .caught_by = {"17.1.20"},
         .make = peer<ReadsLength<cut<53>>>()},
        {.name = "takes-negative-lengths-for-nothing",
         .requirement = "R6455-5.2-11",
         .what = "Takes a 64-bit length with its top bit set for 0.",
         .caught_by = {"17.1.2", "17.1.4"},
         .make = peer<ReadsLength<negative_is_nothing>>()},
        {.name = "adds-fragments-in-32-bits",
         .requirement = "R6455-10.4-1",
         .what = "Adds up the fragments of a message in 32 bits.",
         .caught_by = {"17.1.29"},
         .make = peer<AddsFragmentsIn32Bits>()},
        {.name = "calls-large-lengths-errors",
         .requirement = "R6455-7.4.1-9",
         .what = "Closes with 1002 over a length above its limit.",
         .caught_by = {"17.1.18", "17.1.24"},
         .make = peer<CallsLargeLengthsErrors>(),
         .expected = non_strict},
        {.name = "stops-answering-pings-of-flood",
         .requirement = "R6455-5.5.2-2",
         .what = "Answers the first 1000 pings of a connection.",
         .caught_by = {"17.3.1"},
         .make = peer<StopsAnsweringPings>()},
        {.name = "counts-empty-pings-as-waiting",
         .requirement = "R6455-5.5.2-2",
         .what = "Drops TCP over the 61st empty ping of a connection, though it has answered all before it.",
         .caught_by = {"2.17.2"},
         .make = peer<CountsEmptyPingsAsWaiting>()},
        {.name = "loses-messages-of-flood",
         .requirement = "R6455-10.1-1",
         .what = "Loses each thousandth of the messages that it sends back.",
         .caught_by = {"17.4.1"},
         .make = peer<LosesMessagesOfFlood>()},
        {.name = "cuts-echoes-of-flood",
         .requirement = "R6455-10.1-1",
         .what = "Cuts what it sends back once it has been much.",
         .caught_by = {"17.4.3"},
         .make = peer<CutsEchoesInFlood>()},
        {.name = "calls-floods-errors",
         .requirement = "R6455-7.4.1-9",
         .what = "Closes with 1002 over many control frames.",
         .caught_by = {"17.3.1", "17.3.4"},
         .make = peer<CallsFloodsErrors>(),
         .expected = non_strict},
        {.name = "limits-frames-not-messages",
         .requirement = "R6455-10.4-2",
         .what = "Has a limit that it holds against each fragment of a message by itself.",
         .caught_by = {"17.2.10"},
         .make = peer<LimitsFramesNotMessages>(),
         .expected = non_strict},
        {.name = "hangs-over-bombs",
         .requirement = "R7692-8-2",
         .what = "Reads no more once a compressed message was too large for it.",
         .caught_by = {"17.5.6"},
         .make = peer<HangsOverBombs>()},
        {.name = "serves-nobody-beside-unread-echoes",
         .requirement = "R6455-5.5.2-2",
         .what = "Serves nobody else while one connection does not read what it is sent.",
         .caught_by = {"9.16.1"},
         .make = peer_with_common<ServesOneUntilHeReads>()},
        {.name = "serves-only-200-connections",
         .requirement = "R6455-5.5.2-2",
         .what = "Answers no pings while more than 200 connections are open.",
         .caught_by = {"17.7.3"},
         .make = peer_with_common<ServesFew>()},
        {.name = "waits-for-frames-of-lost-connections",
         .requirement = "R6455-5.5.2-2",
         .what = "Has no time for others once 100 connections were lost in the middle of a frame.",
         .caught_by = {"17.7.8"},
         .make = peer_with_common<WaitsForBrokenOffFrames>()},
        {.name = "takes-quadratic-time-for-blanks",
         .requirement = "R6455-10.1-1",
         .what = "Needs a time that grows with the square of the blanks in a request.",
         .caught_by = {"17.6.13"},
         .make = peer<MatchesBlanksTwice>(),
         .expected = non_strict},
        {.name = "makes-room-for-announced-lengths",
         .requirement = "R6455-10.4-2",
         .what = "Takes the memory for a frame when it has seen its header.",
         .caught_by = {"17.1.33", "17.1.34"},
         .make = peer_with_common<MakesRoomForAnnounced>(),
         .expected = non_strict,
         .in_process = true},
        {.name = "keeps-a-buffer-for-each-empty-fragment",
         .requirement = "R6455-5.4-19",
         .what = "Keeps a buffer for each fragment, even without payload.",
         .caught_by = {"17.2.4", "17.2.5"},
         .make = peer_with_common<KeepsTinyFragments<0>>(),
         .expected = non_strict,
         .in_process = true},
        {.name = "keeps-a-buffer-for-each-tiny-fragment",
         .requirement = "R6455-5.4-19",
         .what = "Keeps fragments of one octet in buffers of 4096.",
         .caught_by = {"17.2.6", "17.2.7", "17.7.12"},
         .make = peer_with_common<KeepsTinyFragments<1>>(),
         .expected = non_strict,
         .in_process = true},
        {.name = "queues-pongs-without-bound",
         .requirement = "R6455-10.1-1",
         .what = "Keeps every pong in a buffer of its own.",
         .caught_by = {"17.3.2"},
         .make = peer_with_common<QueuesPongs>(),
         .expected = non_strict,
         .in_process = true},
        {.name = "queues-messages-without-bound",
         .requirement = "R6455-10.1-1",
         .what = "Keeps copies of every message that it sends.",
         .caught_by = {"17.4.3", "17.4.4"},
         .make = peer_with_common<QueuesMessages>(),
         .expected = non_strict,
         .in_process = true},
        {.name = "inflates-without-limit",
         .requirement = "R7692-8-2",
         .what = "Keeps what the fragments of a message inflate to until the message ends.",
         .caught_by = {"17.5.1"},
         .make = peer_with_common<InflatesWithoutLimit>(),
         .expected = non_strict,
         .in_process = true},
        {.name = "keeps-frames-of-lost-connections",
         .requirement = "R6455-10.1-1",
         .what = "Keeps what it was sent of a frame when TCP ends inside of it.",
         .caught_by = {"17.7.13"},
         .make = peer_with_common<KeepsBrokenOffFrames>(),
         .expected = non_strict,
         .in_process = true},
        {.name = "spins-inside-frames",
         .requirement = "R6455-10.1-1",
         .what = "Keeps a processor busy while a frame is not complete.",
         .caught_by = {"17.9.1"},
         .make = peer<SpinsInsideFrames>(),
         .expected = non_strict,
         .in_process = true},
        {.name = "leaks-files-of-lost-connections",
         .requirement = "R6455-10.1-1",
         .what = "Leaves a file open for each connection that ends without a closing handshake.",
         .caught_by = {"17.7.6", "17.7.9"},
         .make = peer_with_common<LeaksFilesOfLostConnections>(),
         .expected = non_strict,
         .in_process = true},
    };
}

}  // namespace wsspec::detail
