// Contract: for any octets, under any rules, `Decoder` reports what `PlainDecoder` does, however the octets are cut:
// whole, octet by octet and in uneven pieces. Payload comes out as long as headers say, a violation is the last event,
// cites the catalogue, and can be decided no later than it is reported. A frame at a time (feed_frame) is the same.
//
// Input: an octet of rules (bit 0: the sender is a server; 1: RSV1 is defined; 2: lengths need not be minimal), an
// octet that says how pieces are cut, the stream.
#include <algorithm>
#include <cstring>

#include "fuzz/targets.h"
#include "reference/decoder.h"
#include "reference/plain_decoder.h"
#include "reference/requirements.h"

namespace wsspec::targets {

namespace {

/// All events of a stream in a row of octets, adjacent payload merged: cheap to write and to compare.
class Log final : public DecoderSink {
public:
    void clear() {
        text_.clear();
        payload_.clear();
        run_end_ = UINT64_MAX;
        violated_ = false;
        in_frame_ = false;
    }
    bool operator==(const Log& o) const { return text_ == o.text_ && payload_ == o.payload_; }
    bool violated() const { return violated_; }
    std::uint64_t decidable_at() const { return decidable_at_; }

    void on_header(const FrameHeader& header) override {
        before_any('h');
        demand(!in_frame_, "a header inside a frame");
        in_frame_ = true;
        left_ = header.payload_length;
        number(header.fin);
        number(header.rsv);
        number(static_cast<std::uint64_t>(header.opcode));
        number(header.masked);
        for (Octet const octet : header.key) number(octet);
        number(header.payload_length);
        number(header.offset);
        number(header.size);
    }
    void on_payload(OctetView payload, std::uint64_t offset) override {
        demand(!violated_ && in_frame_, "payload outside of a frame, or behind a violation");
        demand(!payload.empty() && payload.size() <= left_, "a piece is empty, or longer than the header says");
        left_ -= payload.size();
        if (offset != run_end_) {
            before_any('p');
            number(offset);
        }
        run_end_ = offset + payload.size();
        append(payload_, payload);
    }
    void on_frame_end(std::uint64_t offset) override {
        before_any('e');
        demand(in_frame_ && left_ == 0, "a frame ends before its payload");
        in_frame_ = false;
        number(offset);
    }
    void on_violation(const Violation& violation) override {
        before_any('v');
        violated_ = true;
        decidable_at_ = violation.decidable_at;
        demand(find_requirement(violation.requirement) != nullptr, "a violation of what is not in the catalogue");
        demand(violation.frame_offset < violation.decidable_at, "a violation in a frame that has not begun");
        number(static_cast<std::uint64_t>(violation.kind));
        append(text_, as_octets(violation.requirement));
        append(text_, as_octets(violation.what));
        number(violation.frame_offset);
        number(violation.decidable_at);
        number(violation.close_code);
        number(violation.other_code);
        number(violation.refused_code);
    }

private:
    void before_any(char kind) {
        demand(!violated_, "an event behind a violation");
        text_.push_back(static_cast<Octet>(kind));
        number(payload_.size());
        run_end_ = UINT64_MAX;
    }
    void number(std::uint64_t value) {
        Octet octets[sizeof value];
        std::memcpy(octets, &value, sizeof value);
        text_.insert(text_.end(), octets, octets + sizeof value);
    }

    Octets text_;
    Octets payload_;
    std::uint64_t run_end_ = UINT64_MAX;
    std::uint64_t left_ = 0;
    std::uint64_t decidable_at_ = 0;
    bool in_frame_ = false;
    bool violated_ = false;
};

// Kept from input to input: most of the time would go into allocating them.
Log& log(std::size_t n) {
    static Log logs[2];
    return logs[n];
}

}  // namespace

void decoder(OctetView input) {
    Input in(input);
    unsigned const rule_bits = in.octet();
    unsigned const cut_seed = in.octet();
    auto const stream = in.rest();
    DecoderRules const rules{.sender = (rule_bits & 1) != 0 ? Role::server : Role::client,
                             .rsv1_defined = (rule_bits & 2) != 0,
                             .minimal_length = (rule_bits & 4) == 0};

    Log& expected = log(0);
    expected.clear();
    PlainDecoder plain(rules, expected);
    plain.feed(stream);
    demand(plain.failed() == expected.violated(), "a violation without failing, or the reverse");
    demand(plain.offset() <= stream.size(), "more octets taken than there are");
    if (expected.violated()) demand(expected.decidable_at() <= plain.offset(), "a violation is reported too early");

    static Octets copy;  // Decoder unmasks where it lies
    Pieces pieces(cut_seed);
    enum Way { whole, by_octet, in_pieces, by_frame, ways };
    for (int way = whole; way < ways; ++way) {
        Log& log_of_way = log(1);
        log_of_way.clear();
        Decoder fast(rules, log_of_way);
        copy.assign(stream.begin(), stream.end());
        std::span<Octet> rest = copy;
        while (!rest.empty()) {
            std::size_t const wanted = way == by_octet ? 1 : way == in_pieces ? pieces.next() : rest.size();
            auto const piece = rest.first(std::min(wanted, rest.size()));
            std::size_t taken = piece.size();
            if (way == by_frame) {
                taken = fast.feed_frame(piece);
                demand(taken > 0 && taken <= piece.size(), "feed_frame takes nothing, or too much");
            } else {
                fast.feed(piece);
            }
            rest = rest.subspan(taken);
        }
        demand(log_of_way == expected, "the two decoders report different events");
        demand(fast.failed() == plain.failed() && fast.offset() == plain.offset(), "they end in different states");
    }
}

}  // namespace wsspec::targets
