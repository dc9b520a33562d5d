#include "reference/forecast.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "reference/compressed_message.h"

namespace wsspec {

namespace {

/// A frame at face value: no rule is applied, so that there is something to say about a bad one and about what stands
/// behind it.
struct RawFrame {
    bool fin = false;
    Opcode opcode = Opcode::continuation;
    Octets payload;
    std::uint64_t end = 0;  ///< First octet behind it.
};

/// The frame that starts at `at`; nothing if it is not complete.
std::optional<RawFrame> raw_frame(OctetView stream, std::uint64_t at) {
    OctetView rest = stream.subspan(std::min<std::size_t>(at, stream.size()));
    if (rest.size() < 2) return std::nullopt;
    bool const masked = (rest[1] & 0x80) != 0;
    unsigned const field = rest[1] & 0x7f;
    std::size_t const length_octets = field == 126 ? 2 : field == 127 ? 8 : 0;
    std::size_t const header = 2 + length_octets + (masked ? 4 : 0);
    if (rest.size() < header) return std::nullopt;
    std::uint64_t length = length_octets == 0 ? field : 0;
    for (std::size_t i = 0; i < length_octets; ++i) length = length << 8 | rest[2 + i];
    if (length > rest.size() - header) return std::nullopt;

    RawFrame frame;
    frame.fin = (rest[0] & 0x80) != 0;
    frame.opcode = static_cast<Opcode>(rest[0] & 0xf);
    auto const payload = rest.subspan(header, static_cast<std::size_t>(length));
    frame.payload.assign(payload.begin(), payload.end());
    if (masked) {
        MaskingKey key{};
        std::copy_n(rest.begin() + static_cast<std::ptrdiff_t>(2 + length_octets), 4, key.begin());
        apply_mask(frame.payload, key);
    }
    frame.end = at + header + length;
    return frame;
}

/// A compressed message of ours that a receiver may take or refuse.
struct Question {
    std::string_view requirement;
    std::string_view what;
    Grade refusing = Grade::pass;  ///< What a target loses by refusing it.
};

/// Why a receiver may refuse a message that it can inflate; nothing if it has to take it.
std::optional<Question> question(const InflateFacts& facts, const DeflateAgreement& agreement, Role sender) {
    // 7.2.2: "MAY" shrink its window, or start with an empty one, as agreed; it need not.
    if (facts.reach != 0 && agreement.no_context_takeover(sender))
        return Question{sender == Role::client ? "R7692-7.2.1-8" : "R7692-7.2.1-10",
                        "a back-reference into an earlier message, although no context takeover is agreed"};
    if (facts.largest_distance > 1U << agreement.window_bits(sender))
        return Question{sender == Role::client ? "R7692-7.2.1-11" : "R7692-7.2.1-12",
                        "a back-reference goes beyond the window that is agreed"};
    if (facts.tail_left_in) return Question{"R7692-7.2.1-1", "the 00 00 ff ff is not removed from the message"};
    if (facts.ends_behind_final)
        return Question{"R7692-7.2.1-1", "the message ends with a block that has BFINAL set, and no 00 behind it"};
    // The agreement speaks of the window of the last message, RFC 1951 of streams that know nothing of each other.
    if (facts.reaches_over_final)
        return Question{"R7692-7.2.2-15", "a back-reference over the end of a block with BFINAL", Grade::informational};
    if (facts.padding)
        return Question{"R7692-7.2.1-5", "the octet behind a block with BFINAL is not padded with zeros",
                        Grade::informational};
    return std::nullopt;
}

/// Reads a stream by the rules and writes down the duties.
class Reader final : public DecoderSink {
public:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    /// `refused`: of the questionable messages this one (counted from 0) is refused, all before it are taken.
    /// `incomplete`: what becomes of compressed messages that are not complete.
    enum class Incomplete {
        refused,
        delivered,        ///< What there is of it.
        literally,        ///< With what 00 00 ff ff make of it; what they leave unfinished goes on with the next one.
        literally_alone,  ///< The same, but the next one begins anew.
    };
    Reader(DecoderRules rules, OctetView stream, const std::optional<DeflateAgreement>& deflate,
           std::size_t refused = none, Incomplete incomplete = Incomplete::refused)
        : stream_(stream),
          sender_(rules.sender),
          deflate_(deflate),
          refused_(refused),
          incomplete_(incomplete),
          inflater_(longest_message) {
        rules.rsv1_defined = deflate.has_value();
        Octets copy(stream.begin(), stream.end());
        Decoder decoder(rules, *this);
        std::span<Octet> rest = copy;
        while (!done_ && !rest.empty()) rest = rest.subspan(decoder.feed_frame(rest));
        // A message that is already wrong and never ends.
        if (!done_ && bad_message_) refuse_bad_message(std::nullopt);
        if (!done_) (void)ask_of_part();
    }

    Reading reading;
    /// Messages that may be refused.
    std::size_t questions = 0;
    Grade refusing = Grade::pass;  ///< What it costs to refuse the one that was.
    /// A message is not complete, and what there is of it could be taken for one.
    bool incomplete_message = false;
    bool taken_in_part = false;  ///< The way to take such a message made a difference.

private:
    void on_header(const FrameHeader& header) override {
        header_ = header;
        control_.clear();
        message_before_frame_ = header.opcode == Opcode::continuation ? message_.size() : 0;
        if (header.opcode == Opcode::text || header.opcode == Opcode::binary) {
            message_.clear();
            message_opcode_ = header.opcode;
            message_begins_ = header.offset + header.size;
            compressed_ = (header.rsv & rsv1) != 0;
            if (compressed_) inflater_.begin(header.opcode);
        }
        if (is_control(header.opcode)) return;
        if (header.opcode == Opcode::binary && !reading.first_binary)
            reading.first_binary = header.offset + header.size;
        message_open_ = !header.fin;
        if (header.opcode != Opcode::continuation) reading.announced = 0;
        constexpr auto most = std::numeric_limits<std::uint64_t>::max();
        reading.announced += std::min(header.payload_length, most - reading.announced);
    }

    void on_payload(OctetView payload, std::uint64_t) override {
        if (!compressed_ || is_control(header_.opcode))
            return append(is_control(header_.opcode) ? control_ : message_, payload);
        if (auto problem = inflater_.feed(payload, message_)) {
            problem->frame_offset = header_.offset;
            // How much of the frame a receiver has to see before it can know depends on how it inflates.
            problem->decidable_at = header_.offset + header_.size;
            bad_message_ = *problem;
        }
    }

    void on_frame_end(std::uint64_t offset) override {
        Duty duty;
        if (compressed_ && header_.fin && !is_control(header_.opcode)) {
            if (!end_compressed(offset)) return;
        } else if (bad_message_ && header_.opcode == Opcode::ping) {
            // Who looks at the end of the message answers it in good order.
            reading.tolerated.push_back(
                {.kind = Duty::Kind::ping, .payload = std::exchange(control_, {}), .from = offset, .due = offset});
            return;
        }
        duty.from = offset;
        duty.due = offset;
        switch (header_.opcode) {
            case Opcode::ping:
                duty.kind = Duty::Kind::ping;
                duty.payload = std::exchange(control_, {});
                break;
            case Opcode::pong:
                duty.kind = Duty::Kind::pong;
                duty.payload = std::exchange(control_, {});
                break;
            case Opcode::close:
                // The message that it cuts off is wrong already. Who inflates as it comes has found out; who puts the
                // fragments together first (RFC 7692 6.2) never will.
                if (bad_message_ && questions++ == refused_) return refuse_bad_message(std::nullopt);
                if (!ask_of_part()) return;
                duty.kind = Duty::Kind::close;
                duty.code = control_.size() < 2 ? std::uint16_t{1005}
                                                : static_cast<std::uint16_t>(control_[0] << 8 | control_[1]);
                if (control_.size() > 2) duty.payload.assign(control_.begin() + 2, control_.end());
                done_ = true;
                reading.text_is_cut = message_open_ && message_opcode_ == Opcode::text && !is_valid_utf8(message_);
                reading.goes_on_after_close = offset < stream_.size();
                break;
            default:
                if (!header_.fin) return;
                reading.announced = 0;
                duty.kind = Duty::Kind::message;
                duty.opcode = message_opcode_;
                duty.payload = std::exchange(message_, {});
        }
        reading.duties.push_back(std::move(duty));
        if (done_) forbid_from(offset);
    }

    void on_violation(const Violation& violation) override {
        // As at a Close: a message that was wrong before the frame that is.
        if (bad_message_ && questions++ == refused_) return refuse_bad_message(std::nullopt);
        if (!ask_of_part()) return;
        Duty duty;
        duty.kind = Duty::Kind::violation;
        duty.violation = violation;
        duty.from = violation.decidable_at;
        auto const bad = raw_frame(stream_, violation.frame_offset);
        if (bad) {
            duty.opcode = bad->opcode;
            if (bad->opcode == Opcode::close)
                duty.code = bad->payload.size() < 2
                                ? std::uint16_t{1005}
                                : static_cast<std::uint16_t>(bad->payload[0] << 8 | bad->payload[1]);
            // Face value: who answers the bad frame did not notice.
            if (violation.kind == Violation::Kind::text) message_.resize(message_before_frame_);
            forbid(*bad);
            forbid_from(bad->end);
            duty.due = bad->end;
        }
        if (violation.kind == Violation::Kind::text) {
            duty.due = end_of_message(violation.frame_offset);
            std::erase_if(reading.forbidden, [&](const Duty& ping) {
                bool const inside = ping.kind == Duty::Kind::ping && (!duty.due || ping.from < *duty.due);
                if (inside) reading.tolerated.push_back(ping);
                return inside;
            });
        }
        reading.duties.push_back(std::move(duty));
        done_ = true;
    }

    /// The last frame of a compressed message is here. True: it is a message; false: it was refused.
    bool end_compressed(std::uint64_t offset) {
        auto problem = inflater_.end();
        if (problem) {
            problem->frame_offset = header_.offset;
            problem->decidable_at = offset;
        }
        if (!bad_message_) bad_message_ = problem;
        if (bad_message_ && bad_message_->kind == Violation::Kind::compression && !inflater_.has_payload()) {
            // 7.2.3.6 sends an empty message as 00. Nothing at all and 00 00 ff ff behind it are no whole block; that
            // it means an empty message is plain all the same. Read literally, they open a block that swallows what
            // comes next.
            bad_message_.reset();
            incomplete_message = true;
            if (incomplete_ == Incomplete::literally && inflater_.complete_literally(message_)) {
                taken_in_part = true;
                return true;
            }
            return ask({"R7692-7.2.3.6-1", "a compressed message without a payload"}, offset);
        }
        if (bad_message_ && take_what_is_there()) return true;
        if (bad_message_) {
            refuse_bad_message(offset);
            return false;
        }
        if (after_tail_) return ask({"R7692-7.2.1-1", "a message behind one that does not end as it has to"}, offset);
        if (auto const asked = question(inflater_.facts(), *deflate_, sender_)) {
            // Who takes it may still have half a block header in front of what comes next.
            after_tail_ = after_tail_ || inflater_.facts().tail_left_in || inflater_.facts().ends_behind_final;
            return ask(*asked, offset);
        }
        return true;
    }

    /// A message that ends inside a DEFLATE block, or has no DEFLATE data behind a block with BFINAL.
    bool take_what_is_there() {
        if (bad_message_->kind != Violation::Kind::compression) return false;
        bool const cut = inflater_.problem() == InflateProblem::ends_inside_block;
        std::uint64_t const final_end = inflater_.facts().octets_to_final;
        bool const behind_final = inflater_.facts().final_blocks != 0 && final_end <= message_.size();
        if (!cut && !behind_final) return false;
        incomplete_message = true;
        if (incomplete_ == Incomplete::refused) return false;
        if (incomplete_ != Incomplete::delivered) {
            if (!cut || !inflater_.complete_literally(message_)) return false;
            if (message_opcode_ == Opcode::text && !is_valid_utf8(message_)) return false;
            bool const goes_on = inflater_.inside_block();
            taken_in_part = taken_in_part || goes_on || incomplete_ == Incomplete::literally;
            if (incomplete_ == Incomplete::literally_alone) inflater_.recover();
            bad_message_.reset();
            return true;
        }
        taken_in_part = true;
        if (behind_final) message_.resize(static_cast<std::size_t>(final_end));
        bad_message_.reset();
        inflater_.recover();
        return true;
    }

    /// Of a compressed message that something cuts off: who inflates as it comes may have refused what there is of it.
    bool ask_of_part() {
        if (!compressed_ || !message_open_ || bad_message_) return true;
        auto const asked = question(inflater_.facts(), *deflate_, sender_);
        return !asked || ask(*asked, std::nullopt);
    }

    bool ask(const Question& question, std::optional<std::uint64_t> offset) {
        if (questions++ != refused_) return true;
        refusing = question.refusing;
        refuse({.kind = Violation::Kind::compression,
                .requirement = question.requirement,
                .what = question.what,
                .frame_offset = header_.offset,
                // In which of its octets it shows depends on how it is inflated.
                .decidable_at = message_begins_,
                .close_code = 1007,
                .other_code = 1002},
               offset);
        return false;
    }

    /// Who may refuse it for what stands in front of what is wrong with it may have done so by then: who resets his
    /// window, as agreed, finds a back-reference into an earlier message to be too far.
    void refuse_bad_message(std::optional<std::uint64_t> due) {
        if (compressed_ && question(inflater_.facts(), *deflate_, sender_))
            bad_message_->decidable_at = std::min<std::uint64_t>(bad_message_->decidable_at, message_begins_);
        refuse(*bad_message_, due);
    }

    /// `due`: the end of the message, if it has one.
    void refuse(const Violation& violation, std::optional<std::uint64_t> due) {
        Duty duty;
        duty.kind = Duty::Kind::violation;
        duty.violation = violation;
        duty.opcode = message_opcode_;
        duty.from = violation.decidable_at;
        duty.due = due;
        reading.duties.push_back(std::move(duty));
        done_ = true;
        if (!due) return;
        reading.forbidden.push_back(
            {.kind = Duty::Kind::message, .opcode = message_opcode_, .payload = message_, .from = *due});
        forbid_from(*due);
        // A receiver may inflate beside its reader, and answer pings (5.5.2: "as soon as is practical") before it
        // knows.
        std::erase_if(reading.forbidden, [&](const Duty& behind) {
            if (behind.kind == Duty::Kind::ping) reading.tolerated.push_back(behind);
            return behind.kind == Duty::Kind::ping;
        });
    }

    /// 5.6: only the whole message must be UTF-8, so a target may wait for its end (8.1).
    std::optional<std::uint64_t> end_of_message(std::uint64_t at) const {
        while (auto const frame = raw_frame(stream_, at)) {
            if (!is_control(frame->opcode) && frame->fin) return frame->end;
            at = frame->end;
        }
        return std::nullopt;
    }

    void forbid(const RawFrame& frame) {
        if (frame.opcode == Opcode::ping || frame.opcode == Opcode::pong) {
            reading.forbidden.push_back({.kind = Duty::Kind::ping, .payload = frame.payload, .from = frame.end});
            return;
        }
        if (is_control(frame.opcode)) return;
        // A target that takes a bad fragment for a good one answers the message that it makes.
        if (frame.opcode != Opcode::continuation) {
            message_ = frame.payload;
            message_opcode_ = frame.opcode;
        } else {
            append(message_, frame.payload);
        }
        if (frame.fin) {
            reading.forbidden.push_back(
                {.kind = Duty::Kind::message, .opcode = message_opcode_, .payload = message_, .from = frame.end});
        }
    }

    void forbid_from(std::uint64_t at) {
        while (auto const frame = raw_frame(stream_, at)) {
            if (frame->opcode == Opcode::close)
                reading.forbidden.push_back({.kind = Duty::Kind::close, .payload = frame->payload, .from = frame->end});
            forbid(*frame);
            at = frame->end;
        }
    }

    static constexpr std::uint64_t longest_message = 64U << 20;

    OctetView stream_;
    Role sender_;
    std::optional<DeflateAgreement> deflate_;
    std::size_t refused_;
    Incomplete incomplete_;
    bool after_tail_ = false;
    bool done_ = false;
    FrameHeader header_;
    Octets message_;
    bool compressed_ = false;
    CompressedMessageReader inflater_;
    std::optional<Violation> bad_message_;
    bool message_open_ = false;
    std::uint64_t message_begins_ = 0;  // the first octet of its payload
    std::size_t message_before_frame_ = 0;
    Octets control_;
    Opcode message_opcode_ = Opcode::text;
};

/// Adds the reading of a target that throws away what came before its answer to the opening handshake.
Forecast with_early(Forecast out, DecoderRules rules, OctetView stream, std::uint64_t early) {
    if (early != 0) {
        rules.minimal_length = true;
        // 4.1: a client waits for the answer before it sends. What a server does with a client that does not is its own
        // affair: it may process what came too early, or throw it away.
        Reading discarding =
            Reader(rules, stream.subspan(static_cast<std::size_t>(early)), out.profile.deflate).reading;
        for (auto* duties : {&discarding.duties, &discarding.forbidden}) {
            for (auto& duty : *duties) {
                duty.from += early;
                if (duty.due) *duty.due += early;
            }
        }
        discarding.grade = Grade::informational;
        discarding.requirement = "R6455-4.1-29";
        discarding.why = "throws away what was sent before its answer to the opening handshake";
        Reading refusing = out.readings.front();
        std::erase_if(refusing.duties, [](const Duty& duty) {
            return duty.kind == Duty::Kind::close || duty.kind == Duty::Kind::violation;
        });
        refusing.duties.push_back({.kind = Duty::Kind::violation,
                                   .violation = {.kind = Violation::Kind::framing,
                                                 .requirement = "R6455-4.1-29",
                                                 .what = "it came before the answer to the opening handshake",
                                                 .close_code = 1002}});
        refusing.forbidden.clear();
        refusing.grade = Grade::informational;
        refusing.requirement = "R6455-4.1-29";
        refusing.why = "takes what was sent before its answer to the opening handshake for an error";
        out.readings.push_back(std::move(discarding));
        out.readings.push_back(std::move(refusing));
    }
    return out;
}

}  // namespace

bool ends_at_frame_boundary(OctetView stream) {
    std::uint64_t at = 0;
    while (auto const frame = raw_frame(stream, at)) at = frame->end;
    return at == stream.size();
}

Forecast forecast(const TargetProfile& profile, OctetView stream, std::uint64_t early) {
    Forecast out{.profile = profile, .octets = stream.size(), .under_way = {}, .readings = {}};
    DecoderRules rules{.sender = other(profile.role)};
    Reader taking(rules, stream, profile.deflate);
    out.readings.push_back(std::move(taking.reading));
    // More of them in one stream is no case, but somebody's fuzzer.
    constexpr std::size_t most_questions = 8;
    for (std::size_t i = 0; i < std::min(taking.questions, most_questions); ++i) {
        Reader refusing(rules, stream, profile.deflate, i);
        refusing.reading.grade = refusing.refusing;
        if (refusing.refusing != Grade::pass) {
            refusing.reading.requirement = refusing.reading.duties.back().violation.requirement;
            refusing.reading.why =
                "refuses " + std::string(refusing.reading.duties.back().violation.what) + ", which is an open question";
        }
        out.readings.push_back(std::move(refusing.reading));
    }

    if (taking.incomplete_message) {
        // RFC 7692 7.2.2 has the data decompressed, and does not say what to do if it ends too early. Nothing is
        // invented if what there is of it is delivered; but nobody is told either that something is missing.
        // Read literally, 7.2.2 has 00 00 ff ff inflated with it, even where that makes them data.
        constexpr std::string_view for_data = "takes the 00 00 ff ff that it appends to a compressed message for data";
        constexpr std::pair<Reader::Incomplete, std::string_view> ways[] = {
            {Reader::Incomplete::delivered, "delivers what there is of a compressed message that is not complete"},
            {Reader::Incomplete::literally, for_data},
            {Reader::Incomplete::literally_alone, for_data},
        };
        for (const auto& [way, why] : ways) {
            Reader reader(rules, stream, profile.deflate, Reader::none, way);
            if (!reader.taken_in_part) continue;
            Reading lenient = std::move(reader.reading);
            lenient.grade = Grade::non_strict;
            lenient.requirement = "R7692-7.2.2-13";
            lenient.why = why;
            out.readings.push_back(std::move(lenient));
        }
    }
    const auto& strict = out.readings.front().duties;
    // A control frame whose length is written long is broken either way, as its second octet shows; which way, only the
    // length itself does.
    bool const long_form =
        !strict.empty() && strict.back().kind == Duty::Kind::violation &&
        (strict.back().violation.requirement == "R6455-5.2-14" || strict.back().violation.requirement == "R6455-5.5-3");
    if (long_form) {
        // 5.2 binds the sender to the shortest length; what a receiver does with another one is not said. To take it
        // for the length it states is no breach, only less strict.
        rules.minimal_length = false;
        Reading lenient = Reader(rules, stream, profile.deflate).reading;
        bool const no_difference =
            lenient.duties.size() == strict.size() &&
            lenient.duties.back().violation.frame_offset == strict.back().violation.frame_offset &&
            lenient.duties.back().kind == Duty::Kind::violation;
        if (no_difference) return with_early(std::move(out), rules, stream, early);
        lenient.grade = Grade::non_strict;
        lenient.requirement = "R6455-5.2-14";
        lenient.why = "accepts a payload length that is not written in the fewest octets";
        out.readings.push_back(std::move(lenient));
    }
    return with_early(std::move(out), rules, stream, early);
}

}  // namespace wsspec
