// Faults in what a client sends and takes on the open connection: masking, frames, text, closing, compression (RFC 6455
// sections 5 to 8, RFC 7692 section 7).
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "reference/extensions.h"
#include "runner/client_faults.h"
#include "runner/frame_filter.h"
#include "runner/head_lines.h"

namespace wsspec::detail {

namespace {

class BentClient final : public FrameFilter {
public:
    BentClient(FrameHook in, FrameHook out, unsigned forgiven)
        : FrameFilter(forgiven, Role::client), in_(std::move(in)), out_(std::move(out)) {}

    Octets incoming(Octets octets) override { return in_ ? FrameFilter::incoming(std::move(octets)) : octets; }
    Octets outgoing(Octets octets) override { return out_ ? FrameFilter::outgoing(std::move(octets)) : octets; }

private:
    Frames incoming_frame(Frame frame) override { return in_(std::move(frame)); }
    Frames outgoing_frame(Frame frame) override { return out_(std::move(frame)); }

    FrameHook in_;
    FrameHook out_;
};

net::FilterFactory takes(FrameHook hook, unsigned forgiven = FrameFilter::nothing) {
    return [=] { return std::make_unique<BentClient>(hook, FrameHook{}, forgiven); };
}
net::FilterFactory sends(FrameHook hook) {
    return [=] { return std::make_unique<BentClient>(FrameHook{}, hook, FrameFilter::nothing); };
}

/// Each frame that the client sends gets the next of these keys.
template <class Next>
net::FilterFactory masks_with(Next next) {
    return sends([next](Frame frame) mutable -> Frames { return {frame.with_key(next())}; });
}

MaskingKey key_of(std::uint32_t value) {
    return {static_cast<Octet>(value >> 24), static_cast<Octet>(value >> 16), static_cast<Octet>(value >> 8),
            static_cast<Octet>(value)};
}

/// Text is taken as binary, which nobody validates, and goes back as text.
net::FilterFactory validates_no_text() {
    return [] {
        auto const texts = std::make_shared<std::deque<bool>>();
        auto in = [texts](Frame frame) -> Frames {
            if (starts_message(frame)) {
                texts->push_back(frame.opcode == Opcode::text);
                frame.opcode = Opcode::binary;
            }
            return {std::move(frame)};
        };
        auto out = [texts](Frame frame) -> Frames {
            if (starts_message(frame) && !texts->empty()) {
                if (texts->front()) frame.opcode = Opcode::text;
                texts->pop_front();
            }
            return {std::move(frame)};
        };
        return std::make_unique<BentClient>(in, out, FrameFilter::nothing);
    };
}

/// The agreement is read without the parameters that begin like this.
class OverlooksParameter final : public net::Filter {
public:
    explicit OverlooksParameter(std::string_view name) : name_(name) {}
    std::string response(std::string response, const std::string&) override {
        Handshake const answer = lines_of(response);
        auto const value = value_of(answer, "Sec-WebSocket-Extensions");
        if (!value) return response;
        auto parsed = parse_extensions({*value});
        if (!parsed) return response;
        for (auto& extension : *parsed)
            std::erase_if(extension.parameters, [&](const auto& parameter) { return parameter.name == name_; });
        return text_of(answer.set("Sec-WebSocket-Extensions", to_string(*parsed)));
    }

private:
    std::string_view name_;
};

net::FilterFactory overlooks(std::string_view name) {
    return [=] { return std::make_unique<OverlooksParameter>(name); };
}

}  // namespace

std::vector<Fault> client_frame_faults() {
    return {
        {"masks-nothing",
         "R6455-5.1-1",
         "Sends frames without a mask.",
         {"11.4.1", "11.4.2", "11.4.3"},
         sends([](Frame frame) -> Frames {
             frame.key.reset();
             return {frame.wrongly_masked()};
         })},
        {"masks-pongs-not", "R6455-5.1-1", "Sends pongs without a mask.", {"11.4.2"}, sends([](Frame frame) -> Frames {
             if (frame.opcode != Opcode::pong) return {std::move(frame)};
             frame.key.reset();
             return {frame.wrongly_masked()};
         })},
        {"masks-closes-not",
         "R6455-5.1-1",
         "Sends Close frames without a mask.",
         {"11.4.3", "11.4.4"},
         sends([](Frame frame) -> Frames {
             if (frame.opcode != Opcode::close) return {std::move(frame)};
             frame.key.reset();
             return {frame.wrongly_masked()};
         })},
        {"masks-no-data",
         "R6455-6.1-5",
         "Sends messages without a mask.",
         {"11.4.1", "1.1.2"},
         sends([](Frame frame) -> Frames {
             if (!is_data(frame)) return {std::move(frame)};
             frame.key.reset();
             return {frame.wrongly_masked()};
         })},
        {"masks-no-empty-frames",
         "R6455-5.3-1",
         "Sends empty frames without a mask.",
         {"11.4.1", "11.4.2"},
         sends([](Frame frame) -> Frames {
             if (!frame.payload.empty()) return {std::move(frame)};
             frame.key.reset();
             return {frame.wrongly_masked()};
         })},
        {"masks-no-answers-to-close",
         "R6455-5.5.1-7",
         "Answers a Close in clear.",
         {"7.1.1", "7.3.1"},
         sends([](Frame frame) -> Frames {
             if (frame.opcode != Opcode::close || close_code_of(frame) != 1000) return {std::move(frame)};
             frame.key.reset();
             return {frame.wrongly_masked()};
         })},
        {"sets-rsv1-uninvited",
         "R6455-9.1-5",
         "Sets RSV1 where nothing was agreed to.",
         {"1.1.2", "1.1.7"},
         sends([](Frame frame) -> Frames {
             if (starts_message(frame)) frame.rsv = rsv1;
             return {std::move(frame)};
         })},
        {"closes-at-empty-messages",
         "R6455-7.1.7-8",
         "Sends a Close in place of an empty message.",
         {"1.1.1", "1.2.1"},
         sends([](Frame frame) -> Frames {
             return {is_data(frame) && frame.payload.empty() ? close_frame(1000) : std::move(frame)};
         })},
        {"closes-at-binary-messages",
         "R6455-7.2.1-3",
         "Sends a Close in place of a binary message.",
         {"1.2.1", "1.2.2"},
         sends([](Frame frame) -> Frames {
             return {frame.opcode == Opcode::binary ? close_frame(1000) : std::move(frame)};
         })},
        {"closes-at-pings",
         "R6455-7.3-2",
         "Sends a Close in place of a pong.",
         {"2.1", "2.2"},
         sends([](Frame frame) -> Frames {
             return {frame.opcode == Opcode::pong ? close_frame(1000) : std::move(frame)};
         })},
        {"each-masking-key-twice",
         "R6455-10.3-1",
         "Takes each masking key for two frames.",
         {"11.4.5"},
         masks_with([n = 0U, key = MaskingKey{}]() mutable {
             // Far from the one before, in every bit.
             if (n++ % 2 == 0) key = key_of(n * 0x9e3779b9U ^ (n * 0x85ebca6bU >> 13));
             return key;
         })},
        {"masking-key-zero-now-and-then",
         "R6455-10.3-3",
         "Masks every fourth frame with 00 00 00 00.",
         {"11.4.7"},
         sends([n = 0U](Frame frame) mutable -> Frames { return {n++ % 4 == 3 ? frame.with_key({}) : frame}; })},
        {"one-masking-key", "R6455-5.3-2", "Masks every frame with the same key.", {"11.4.5"}, masks_with([] {
             return MaskingKey{0x37, 0xfa, 0x21, 0x3d};
         })},
        {"four-masking-keys",
         "R6455-5.3-2",
         "Takes one of four keys in turn.",
         {"11.4.5"},
         masks_with([n = 0U]() mutable { return key_of(0x37fa213dU * (++n % 4 + 1)); })},
        {"masking-key-zero", "R6455-5.3-3", "Masks every frame with 00 00 00 00.", {"11.4.7"}, masks_with([] {
             return MaskingKey{};
         })},
        {"masking-keys-count",
         "R6455-5.3-4",
         "Takes the next number for a masking key.",
         {"11.4.6"},
         masks_with([n = 0x37fa213dU]() mutable { return key_of(n++); })},
        {"masking-keys-stride",
         "R6455-5.3-4",
         "Adds the same number to each masking key.",
         {"11.4.6"},
         masks_with([n = 0x37fa213dU]() mutable { return key_of(n += 0x9e3779b9U); })},
        {"masking-keys-of-xorshift",
         "R6455-5.3-4",
         "Makes each masking key of the one before, by shifts.",
         {"11.4.6"},
         masks_with([x = 0x37fa213dU]() mutable {
             x ^= x << 13U;
             x ^= x >> 17U;
             return key_of(x ^= x << 5U);
         })},
        {"masking-keys-of-the-mersenne-twister",
         "R6455-5.3-4",
         "Takes its masking keys from a generator that is no source of entropy.",
         {"2.18.8", "11.4.6"},
         masks_with([engine = std::mt19937(6455)]() mutable { return key_of(static_cast<std::uint32_t>(engine())); })},
        {"masking-keys-of-ascii",
         "R6455-5.3-3",
         "Leaves the first bit of each octet of a masking key 0.",
         {"11.4.8"},
         sends([](Frame frame) -> Frames {
             if (frame.key)
                 for (Octet& octet : *frame.key) octet &= 0x7f;
             return {std::move(frame)};
         })},
        {"takes-masked-frames",
         "R6455-5.1-5",
         "Unmasks what a server must not mask.",
         {"11.1.1", "11.1.2", "11.1.3"},
         takes(
             [](Frame frame) -> Frames {
                 frame.mask_bit = MaskBit::as_role;
                 return {std::move(frame)};
             },
             FrameFilter::no_mask)},

        {"takes-reserved-bits",
         "R6455-5.2-3",
         "Does not look at RSV.",
         {"3.1", "3.2", "3.3"},
         takes(
             [](Frame frame) -> Frames {
                 frame.rsv = 0;
                 return {std::move(frame)};
             },
             FrameFilter::bad_rsv)},
        {"skips-reserved-opcodes",
         "R6455-5.2-4",
         "Skips frames with reserved opcodes.",
         {"4.1.1", "4.2.1", "4.1.3"},
         takes([](Frame frame) -> Frames { return is_reserved(frame.opcode) ? Frames{} : Frames{std::move(frame)}; },
               FrameFilter::bad_opcode)},
        {"takes-control-frames-in-fragments",
         "R6455-5.4-8",
         "Takes a control frame with FIN 0 for a whole one.",
         {"5.1", "5.2"},
         takes(
             [](Frame frame) -> Frames {
                 if (is_control(frame.opcode)) frame.fin = true;
                 return {std::move(frame)};
             },
             FrameFilter::bad_control)},
        {"takes-long-pings",
         "R6455-5.5-3",
         "Answers a ping of 126 octets.",
         {"2.5"},
         takes(
             [](Frame frame) -> Frames {
                 if (is_control(frame.opcode) && frame.payload.size() > 125) frame.payload.resize(125);
                 return {std::move(frame)};
             },
             FrameFilter::bad_control)},
        {"validates-no-text",
         "R6455-8.1-1",
         "Sends text back that is no UTF-8.",
         {"6.3.1", "6.6.1", "6.20.1"},
         validates_no_text()},
        {"answers-no-ping", "R6455-5.5.2-2", "Sends no pongs.", {"2.1", "2.2"}, sends([](Frame frame) -> Frames {
             return frame.opcode == Opcode::pong ? Frames{} : Frames{std::move(frame)};
         })},
        {"changes-pongs", "R6455-5.5.3-1", "Sends empty pongs.", {"2.2", "2.3"}, sends([](Frame frame) -> Frames {
             if (frame.opcode == Opcode::pong) frame.payload.clear();
             return {std::move(frame)};
         })},
        {"changes-messages",
         "R6455-5.2-7",
         "Changes an octet of messages.",
         {"1.1.2", "1.2.2"},
         sends([](Frame frame) -> Frames {
             if (is_data(frame) && frame.rsv == 0 && !frame.payload.empty()) frame.payload.back() ^= 1;
             return {std::move(frame)};
         })},

        {"answers-no-close",
         "R6455-5.5.1-9",
         "Does not answer a Close.",
         {"7.1.1", "7.3.1"},
         sends([](Frame frame) -> Frames {
             return frame.opcode == Opcode::close ? Frames{} : Frames{std::move(frame)};
         })},
        {"goes-on-behind-its-close",
         "R6455-5.5.1-8",
         "Sends a message behind its Close.",
         {"7.1.1", "7.3.1"},
         sends([](Frame frame) -> Frames {
             if (frame.opcode != Opcode::close) return {std::move(frame)};
             return {std::move(frame), text("one more thing")};
         })},
        {"sends-close-1005",
         "R6455-7.4.1-5",
         "Answers with the code 1005.",
         {"7.1.1", "7.3.1", "7.7.1"},
         sends([](Frame frame) -> Frames {
             return {frame.opcode == Opcode::close ? close_frame(1005).with_key(frame.key.value_or(MaskingKey{}))
                                                   : std::move(frame)};
         })},
        {"takes-any-close-code",
         "R6455-7.4.1-6",
         "Takes codes that must not be sent.",
         {"7.9.1", "7.9.4", "7.9.5"},
         takes([](Frame frame) -> Frames {
             if (frame.opcode == Opcode::close && frame.payload.size() >= 2) frame = close_frame(1000);
             return {std::move(frame)};
         })},

        {"keeps-its-context",
         "R7692-7.2.1-8",
         "Overlooks client_no_context_takeover.",
         {"14.1.*", "8.13.30", "13.*"},
         overlooks("client_no_context_takeover")},
        {"exceeds-its-window",
         "R7692-7.2.1-11",
         "Overlooks client_max_window_bits.",
         {"13.*", "14.6.*"},
         overlooks("client_max_window_bits")},
        {"sets-rsv1-on-continuations",
         "R7692-6.1-3",
         "Sets RSV1 on every fragment.",
         {"12.1.1", "14.1.1", "8.13.29"},
         sends([](Frame frame) -> Frames {
             if (!starts_message(frame) || frame.rsv == 0) return {std::move(frame)};
             Frame rest = frame;
             rest.opcode = Opcode::continuation;
             rest.payload.erase(rest.payload.begin());
             rest.key = key_of(0x37fa213dU);
             frame.payload.resize(1);
             frame.fin = false;
             return {std::move(frame), std::move(rest)};
         })},
    };
}

}  // namespace wsspec::detail
