// Faults in permessage-deflate: what a server agrees to, what it makes of compressed messages, and how it compresses
// (RFC 7692).
#define ZLIB_CONST  // next_in points to const
#include <zlib.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "reference/deflate.h"
#include "reference/endpoint.h"
#include "reference/utf8.h"
#include "reference/watching_inflater.h"
#include "runner/deflate_peer.h"
#include "runner/faults.h"

namespace wsspec::detail {

namespace {

using Offers = std::vector<Extension>;
using Right = std::optional<Extension>;

constexpr std::string_view server_takeover = "server_no_context_takeover";
constexpr std::string_view server_bits = "server_max_window_bits";

// ---- Negotiation ----

const ExtensionParameter* find(const Extension& extension, std::string_view name) {
    auto const found = std::ranges::find(extension.parameters, name, &ExtensionParameter::name);
    return found == extension.parameters.end() ? nullptr : &*found;
}

net::FilterFactory answers(std::function<std::string(const Offers&, const Right&)> answer) {
    return deflate_peer(DeflateManners{.answers = std::move(answer)});
}

/// The answer is the right one, but for what `change` does to it.
template <class Change>
net::FilterFactory changes_answer(Change change) {
    return answers([change](const Offers& offers, const Right& right) {
        if (!right) return std::string();
        Extension answer = *right;
        change(answer, offers);
        return to_string(std::vector{answer});
    });
}

net::FilterFactory adds_to_answer(std::string_view text) {
    return answers([text = std::string(text)](const Offers&, const Right& right) {
        return right ? to_string(std::vector{*right}) + text : std::string();
    });
}

void forgets_parameter(Extension& answer, std::string_view name) {
    std::erase_if(answer.parameters, [name](const auto& parameter) { return parameter.name == name; });
}

void one_bit_more(Extension& answer, const Offers&) {
    // Of the right answer: a number from 9 to 15.
    for (auto& [name, value] : answer.parameters)
        if (name == server_bits && value) value = std::to_string(std::min(15, std::stoi(*value) + 1));
}

void larger_client_window(Extension& answer, const Offers& offers) {
    for (const auto& offer : offers) {
        const auto* bits = find(offer, "client_max_window_bits");
        if (bits == nullptr || !bits->value) continue;
        forgets_parameter(answer, "client_max_window_bits");
        answer.parameters.push_back(
            {"client_max_window_bits", std::to_string(std::min(15, std::stoi(*bits->value) + 1))});
        return;
    }
}

/// The number at the beginning of a text, in 32 bits, as atoi() and parseInt() read it.
int number_in_front(std::string_view text) {
    std::uint32_t number = 0;
    for (char const c : text) {
        if (c < '0' || c > '9') break;
        number = number * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return number > 99 ? 0 : static_cast<int>(number);
}

std::string reads_bits_carelessly(const Offers& offers, const Right& right) {
    if (right) return to_string(std::vector{*right});
    for (const auto& offer : offers) {
        const auto* asked = offer.name == permessage_deflate ? find(offer, server_bits) : nullptr;
        if (asked == nullptr || !asked->value) continue;
        int const bits = number_in_front(*asked->value);
        if (bits >= 9 && bits <= 15) return "permessage-deflate; server_max_window_bits=" + std::to_string(bits);
    }
    return {};
}

std::string takes_switch_with_value(const Offers& offers, const Right& right) {
    if (right) return to_string(std::vector{*right});
    for (const auto& offer : offers) {
        const auto* asked = offer.name == permessage_deflate ? find(offer, server_takeover) : nullptr;
        if (asked != nullptr && asked->value) return "permessage-deflate; server_no_context_takeover";
    }
    return {};
}

/// Which zlib cannot: its raw deflate begins with 9, of which it uses 250 octets. So 9 in the place of 8 breaks
/// nothing.
std::string takes_8_bits(const Offers& offers, const Right& right) {
    for (const auto& offer : offers) {
        const auto* asked = offer.name == permessage_deflate ? find(offer, server_bits) : nullptr;
        if (asked != nullptr && asked->value == "8") return "permessage-deflate; server_max_window_bits=8";
    }
    return right ? to_string(std::vector{*right}) : std::string();
}

using Agreed = std::optional<DeflateAgreement>;

/// Says the right thing, and does another.
template <class Change>
std::function<Agreed(const Agreed&)> acts_on(Change change) {
    return [change](const Agreed& said) {
        Agreed done = said;
        if (done) change(*done);
        return done;
    };
}

template <class Change>
net::FilterFactory breaks_word(Change change) {
    return deflate_peer(DeflateManners{.acts_on = acts_on(change)});
}

// ---- Sending ----

net::FilterFactory deflates(std::function<Deflate(const DeflateAgreement&)> deflate) {
    return deflate_peer(DeflateManners{.deflate = std::move(deflate)});
}

net::FilterFactory writes(FrameHook hook) { return deflate_peer(DeflateManners{.writes = std::move(hook)}); }
net::FilterFactory reads(FrameHook hook) { return deflate_peer(DeflateManners{.reads = std::move(hook)}); }

bool is_compressed(const Frame& frame) { return starts_message(frame) && (frame.rsv & rsv1) != 0; }

/// Compressed messages that `change` has had a hand in.
template <class Change>
net::FilterFactory spoils_compressed(Change change) {
    return writes([change](Frame frame) -> Frames {
        if (is_compressed(frame)) change(frame);
        return {std::move(frame)};
    });
}

Frames splits_with_rsv1(Frame frame) {
    if (!is_compressed(frame) || frame.payload.size() < 2) return {std::move(frame)};
    auto const middle = frame.payload.begin() + static_cast<std::ptrdiff_t>(frame.payload.size() / 2);
    Frame rest = continuation(Octets(middle, frame.payload.end())).with_rsv(rsv1);
    frame.payload.erase(middle, frame.payload.end());
    return {std::move(frame).more(), std::move(rest)};
}

template <class Which>
FrameHook sets_rsv1(Which which) {
    return [which](Frame frame) -> Frames {
        if (which(frame)) frame.rsv |= rsv1;
        return {std::move(frame)};
    };
}

template <class Which>
FrameHook clears_rsv1(Which which) {
    return [which](Frame frame) -> Frames {
        if (which(frame)) frame.rsv = static_cast<Octet>(frame.rsv & ~rsv1);
        return {std::move(frame)};
    };
}

/// RFC 7692 section 6: compression is for data messages. The window is one of its own, so nothing else is disturbed.
Frames compresses_control_frame(Frame frame) {
    if (!is_control(frame.opcode) || frame.payload.empty()) return {std::move(frame)};
    Octets packed = MessageDeflater(15, false).compress(frame.payload);
    if (packed.size() <= 125) frame.payload = std::move(packed);
    return {std::move(frame)};
}

/// What compression would not make smaller goes out as it is; but the compressor has seen it.
Deflate keeps_trial_in_window(const DeflateAgreement& agreement) {
    return [inner = honest_deflate(agreement)](OctetView message) {
        auto packed = inner(message);
        if (packed && packed->size() >= message.size()) packed.reset();
        return packed;
    };
}

// ---- Receiving ----

net::FilterFactory inflates(std::function<Inflate(const DeflateAgreement&)> inflate) {
    return deflate_peer(DeflateManners{.inflate = std::move(inflate)});
}

bool is_of_compressed(Piece piece) { return piece == Piece::more || piece == Piece::last; }

/// Every piece passes `around` on its way to an honest inflater.
template <class Around>
net::FilterFactory around_inflater(Around around) {
    return inflates([around](const DeflateAgreement& agreement) -> Inflate {
        return [inner = honest_inflate(agreement), agreement, mine = around](OctetView payload, Piece piece) mutable {
            return mine(inner, agreement, payload, piece);
        };
    });
}

/// Begins with an empty window whenever `when` says so, in front of the piece.
template <class When>
net::FilterFactory forgets_window(When when) {
    return around_inflater(
        [when](Inflate& inner, const DeflateAgreement& agreement, OctetView payload, Piece piece) mutable {
            if (when(piece)) inner = honest_inflate(agreement);
            return inner(payload, piece);
        });
}

/// Honest, but for messages that are made in a way that `refused` picks.
template <class Refused>
net::FilterFactory refuses_facts(Refused refused) {
    auto const watching = std::make_shared<const WatchingInflater>(EndpointLimits{}.message);
    return around_inflater([refused, watcher = *watching](Inflate& inner, const DeflateAgreement&, OctetView payload,
                                                          Piece piece) mutable -> std::optional<Octets> {
        if (is_of_compressed(piece)) {
            Octets ignored;
            watcher.feed(payload, ignored);
            if (piece == Piece::last) watcher.end_message();
            if (refused(watcher.facts())) return std::nullopt;
        }
        return inner(payload, piece);
    });
}

/// Compressed messages of exactly this payload are refused, however they are fragmented.
net::FilterFactory refuses_payload(Octets refused) {
    return around_inflater(
        [refused = std::move(refused), whole = Octets()](Inflate& inner, const DeflateAgreement&, OctetView payload,
                                                         Piece piece) mutable -> std::optional<Octets> {
            if (is_of_compressed(piece)) {
                append(whole, payload);
                bool const same = piece == Piece::last && whole == refused;
                if (piece == Piece::last) whole.clear();
                if (same) return std::nullopt;
            }
            return inner(payload, piece);
        });
}

/// What a compressed message inflates to ends here, without a word.
net::FilterFactory truncates_inflated(std::size_t limit) {
    return around_inflater([limit, left = limit](Inflate& inner, const DeflateAgreement&, OctetView payload,
                                                 Piece piece) mutable -> std::optional<Octets> {
        auto out = inner(payload, piece);
        if (!is_of_compressed(piece) || !out) return out;
        if (out->size() > left) out->resize(left);
        left -= out->size();
        if (piece == Piece::last) left = limit;
        return out;
    });
}

/// An uncompressed message, too, is put into the inflater's window: as a stored block, which is what that comes to.
std::optional<Octets> slides_window_over_uncompressed(Inflate& inner, const DeflateAgreement&, OctetView payload,
                                                      Piece piece) {
    if (piece == Piece::uncompressed && payload.size() <= 65535) {
        auto const length = static_cast<std::uint16_t>(payload.size());
        auto const complement = static_cast<std::uint16_t>(~length);
        Octets block = {0x00, static_cast<Octet>(length), static_cast<Octet>(length >> 8),
                        static_cast<Octet>(complement), static_cast<Octet>(complement >> 8)};
        append(block, payload);
        block.push_back(0x00);
        (void)inner(block, Piece::last);
    }
    return inner(payload, piece);
}

std::optional<Octets> inflates_each_fragment(Inflate& inner, const DeflateAgreement&, OctetView payload, Piece piece) {
    return inner(payload, piece == Piece::more ? Piece::last : piece);
}

std::optional<Octets> inflates_everything(Inflate& inner, const DeflateAgreement&, OctetView payload, Piece piece) {
    return inner(payload, piece == Piece::uncompressed ? Piece::last : piece);
}

std::optional<Octets> refuses_uncompressed(Inflate& inner, const DeflateAgreement&, OctetView payload, Piece piece) {
    if (piece == Piece::uncompressed) return std::nullopt;
    return inner(payload, piece);
}

/// The first message decides for all of them.
auto refuses_mixture() {
    return [first = std::optional<bool>()](Inflate& inner, const DeflateAgreement&, OctetView payload,
                                           Piece piece) mutable -> std::optional<Octets> {
        if (piece != Piece::control) {
            bool const compressed = is_of_compressed(piece);
            if (first.value_or(compressed) != compressed) return std::nullopt;
            first = compressed;
        }
        return inner(payload, piece);
    };
}

/// A message that cannot be decompressed is dropped, and the next one is waited for.
FrameHook ignores_broken() {
    return [watcher = WatchingInflater(EndpointLimits{}.message)](Frame frame) mutable -> Frames {
        if (!is_compressed(frame) || !frame.fin) return {std::move(frame)};
        WatchingInflater const before = watcher;
        Octets ignored;
        auto problem = watcher.feed(frame.payload, ignored);
        if (problem == InflateProblem::none) problem = watcher.end_message();
        bool const good = problem == InflateProblem::none || problem == InflateProblem::no_octets;
        if (!good) watcher = before;
        return good ? Frames{std::move(frame)} : Frames{};
    };
}

FrameHook validates_compressed_octets() {
    return [](Frame frame) -> Frames {
        if (frame.opcode != Opcode::text || !is_compressed(frame)) return {std::move(frame)};
        Utf8Validator text;
        bool const valid = !text.feed(frame.payload);
        return {valid ? std::move(frame) : refused_with_1007()};
    };
}

/// The reference is given binary messages, which it does not validate, and gives them back as such.
DeflateManners validates_no_compressed_text() {
    auto const types = std::make_shared<std::deque<Opcode>>();
    return {.reads = [types](Frame frame) -> Frames {
                if (starts_message(frame)) {
                    types->push_back(frame.opcode);
                    if (is_compressed(frame)) frame.opcode = Opcode::binary;
                }
                return {std::move(frame)};
            },
            .writes = [types](Frame frame) -> Frames {
                if (starts_message(frame) && !types->empty()) {
                    frame.opcode = types->front();
                    types->pop_front();
                }
                return {std::move(frame)};
            }};
}

/// inflate() as it is often called: with 00 00 ff ff behind every message, as long as something comes out, and without
/// a look at what it says, but for errors.
class CarelessZlib {
public:
    enum class AtFinal {
        goes_on,     ///< A new DEFLATE stream begins.
        stays,       ///< The stream is over, and so is all that comes later.
        skips_rest,  ///< The rest of the message is lost.
    };
    struct Habits {
        AtFinal at_final = AtFinal::goes_on;
        bool looks_at_errors = true;
    };

    CarelessZlib(int window_bits, Habits habits) : habits_(habits) { inflateInit2(&stream_, -window_bits); }
    ~CarelessZlib() { inflateEnd(&stream_); }
    CarelessZlib(const CarelessZlib&) = delete;
    CarelessZlib& operator=(const CarelessZlib&) = delete;

    /// False: an error that it has looked at.
    bool take(OctetView octets, Octets& out);
    void message_ends() { skips_ = false; }

private:
    Habits habits_;
    z_stream stream_{};
    bool over_ = false;
    bool skips_ = false;
};

bool CarelessZlib::take(OctetView octets, Octets& out) {
    std::size_t const most = out.size() + EndpointLimits{}.message + 1;
    std::array<Octet, 16384> chunk;
    stream_.next_in = octets.data();
    stream_.avail_in = static_cast<uInt>(octets.size());
    while (!over_ && !skips_ && out.size() < most) {
        stream_.next_out = chunk.data();
        stream_.avail_out = chunk.size();
        int const status = inflate(&stream_, Z_SYNC_FLUSH);
        append(out, OctetView(chunk).first(chunk.size() - stream_.avail_out));
        if (status == Z_STREAM_END) {
            over_ = habits_.at_final == AtFinal::stays;
            skips_ = habits_.at_final == AtFinal::skips_rest;
            if (!over_) inflateResetKeep(&stream_);
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            inflateReset(&stream_);
            return !habits_.looks_at_errors;
        } else if (stream_.avail_out != 0) {
            break;
        }
    }
    return true;
}

net::FilterFactory calls_zlib_carelessly(CarelessZlib::Habits habits) {
    return inflates([habits](const DeflateAgreement& agreement) -> Inflate {
        auto const zlib = std::make_shared<CarelessZlib>(agreement.window_bits(Role::client), habits);
        return [zlib](OctetView payload, Piece piece) -> std::optional<Octets> {
            if (!is_of_compressed(piece)) return Octets(payload.begin(), payload.end());
            constexpr std::array<Octet, 4> tail = {0x00, 0x00, 0xff, 0xff};
            Octets out;
            if (!zlib->take(payload, out)) return std::nullopt;
            if (piece == Piece::last) {
                if (!zlib->take(tail, out)) return std::nullopt;
                zlib->message_ends();
            }
            return out;
        };
    });
}

// ---- Predicates ----

constexpr auto any = [](const Frame&) { return true; };
constexpr auto is(Opcode opcode) {
    return [opcode](const Frame& frame) { return frame.opcode == opcode; };
}
constexpr auto control_frame = [](const Frame& frame) { return is_control(frame.opcode); };

}  // namespace

std::vector<Fault> deflate_faults() {
    return {
        // 5 and 7: what it answers
        {"reads-deflate-window-carelessly",
         "R7692-7-2",
         "Reads 010, 1e1 and 4294967306 as a window of some bits.",
         {"8.7.28", "8.7.31"},
         answers(reads_bits_carelessly)},
        {"takes-deflate-switch-with-value",
         "R7692-7-2",
         "Agrees to server_no_context_takeover=1.",
         {"8.7.34"},
         answers(takes_switch_with_value)},
        {"refuses-instead-of-declining",
         "R7692-7-1",
         "Answers 400 where it has only to decline an extension.",
         {"8.7.21"},
         deflate_peer(DeflateManners{.refuses_instead_of_declining = true}),
         Verdict::non_strict},
        {"answers-larger-window",
         "R7692-7.1.2.1-4",
         "Answers a server window of one bit more than asked for.",
         {"8.7.16", "13.3.1"},
         changes_answer(one_bit_more)},
        {"leaves-out-server-window",
         "R7692-7.1.2.1-4",
         "Agrees without a word about the server window asked for.",
         {"8.7.16", "13.3.1"},
         changes_answer([](Extension& answer, const Offers&) { forgets_parameter(answer, server_bits); })},
        {"leaves-out-server-takeover",
         "R7692-7.1.1.1-2",
         "Agrees without confirming server_no_context_takeover.",
         {"8.7.10", "13.2.1"},
         changes_answer([](Extension& answer, const Offers&) { forgets_parameter(answer, server_takeover); })},
        {"answers-deflate-twice",
         "R7692-5-7",
         "Agrees to permessage-deflate twice.",
         {"8.7.8"},
         adds_to_answer(", permessage-deflate")},
        {"answers-second-extension",
         "R6455-4.2.2-11",
         "Agrees to a second extension that nobody has offered.",
         {"8.7.8"},
         adds_to_answer(", x-webkit-deflate-frame")},
        {"answers-unknown-parameter",
         "R7692-7-5",
         "Answers with a parameter that permessage-deflate has not.",
         {"8.7.8"},
         adds_to_answer("; max_window_bits=15")},
        {"answers-parameter-twice",
         "R7692-7-7",
         "Answers with server_no_context_takeover twice.",
         {"8.7.8"},
         adds_to_answer("; server_no_context_takeover; server_no_context_takeover")},
        {"answers-switch-with-value",
         "R7692-7-6",
         "Answers with server_no_context_takeover=true.",
         {"8.7.8"},
         adds_to_answer("; server_no_context_takeover=true")},
        {"answers-client-window-without-value",
         "R7692-7-6",
         "Sends client_max_window_bits back as it was offered, without a value.",
         {"8.7.14"},
         adds_to_answer("; client_max_window_bits")},
        {"answers-window-of-16-bits",
         "R7692-7-6",
         "Answers with server_max_window_bits=16.",
         {"8.7.8"},
         adds_to_answer("; server_max_window_bits=16")},
        {"answers-window-of-7-bits",
         "R7692-7-6",
         "Answers with server_max_window_bits=7.",
         {"8.7.8"},
         adds_to_answer("; server_max_window_bits=7")},
        {"answers-window-with-leading-zero",
         "R7692-7-6",
         "Answers with server_max_window_bits=09.",
         {"8.7.8"},
         adds_to_answer("; server_max_window_bits=09")},
        {"answers-in-capitals",
         "R6455-4.2.2-11",
         "Spells the extension that it agrees to in its own way.",
         {"8.7.8"},
         changes_answer([](Extension& answer, const Offers&) { answer.name = "Permessage-Deflate"; }),
         Verdict::non_strict},
        {"compresses-without-agreement",
         "R6455-5.2-2",
         "Compresses what it sends although it has not agreed to it.",
         {"1.1.2"},
         deflate_peer(DeflateManners{.acts_on = [](const Agreed&) -> Agreed { return DeflateAgreement{}; }})},

        {"answers-8-bits-and-uses-10",
         "R7692-7.2.1-12",
         "Agrees to a window of 8 bits and uses one of 10.",
         {"14.6.49"},
         deflate_peer(DeflateManners{.answers = takes_8_bits, .acts_on = acts_on([](DeflateAgreement& done) {
                                                                  if (done.server_max_window_bits == 8)
                                                                      done.server_max_window_bits = 10;
                                                              })})},

        {"answers-larger-client-window",
         "R7692-7.1.2.2-4",
         "Allows a client one bit more of window than it has offered.",
         {"14.1.3"},
         changes_answer(larger_client_window),
         Verdict::non_strict},

        // 6: which messages are compressed, and where that is said
        {"sends-uncompressed-with-rsv1",
         "R7692-6.1-2",
         "Sets RSV1 in messages that it does not compress.",
         {"14.6.41"},
         deflate_peer(DeflateManners{
             .deflate = [](const DeflateAgreement&) -> Deflate { return [](OctetView) { return std::nullopt; }; },
             .writes = [](Frame frame) -> Frames {
                 if (starts_message(frame)) frame.rsv |= rsv1;
                 return {std::move(frame)};
             }})},
        {"forgets-rsv1",
         "R7692-6.1-1",
         "Sends compressed messages without RSV1.",
         {"12.1.4"},
         writes(clears_rsv1(any))},
        {"sets-rsv1-on-continuations",
         "R7692-6.1-3",
         "Sends its messages in two fragments, both with RSV1.",
         {"12.1.4"},
         writes(splits_with_rsv1)},
        {"sets-rsv1-on-control-frames",
         "R7692-6.1-3",
         "Sends control frames with RSV1.",
         {"12.1.1"},
         writes(sets_rsv1(control_frame))},
        {"compresses-control-frames",
         "R7692-6-1",
         "Compresses what its control frames say.",
         {"14.3.29"},
         writes(compresses_control_frame)},
        {"compressed-text-becomes-binary",
         "R7692-6.1-5",
         "Sends every compressed message as a binary one.",
         {"14.4.9", "12.1.1"},
         spoils_compressed([](Frame& frame) { frame.opcode = Opcode::binary; })},
        {"validates-compressed-octets",
         "R7692-6.1-6",
         "Looks for UTF-8 in text that is still compressed.",
         {"12.1.4"},
         reads(validates_compressed_octets())},
        {"validates-no-compressed-text",
         "R7692-6.1-6",
         "Does not look for UTF-8 in text that was compressed.",
         {"14.4.34", "14.4.35"},
         deflate_peer(validates_no_compressed_text)},
        {"accepts-rsv1-on-pings",
         "R7692-6.1-4",
         "Takes a ping with RSV1.",
         {"14.3.2", "14.3.7"},
         reads(clears_rsv1(is(Opcode::ping)))},
        {"accepts-rsv1-on-pongs",
         "R7692-6.1-4",
         "Takes a pong with RSV1.",
         {"14.3.5", "14.3.8"},
         reads(clears_rsv1(is(Opcode::pong)))},
        {"accepts-rsv1-on-closes",
         "R7692-6.1-4",
         "Takes a Close frame with RSV1.",
         {"14.3.6"},
         reads(clears_rsv1(is(Opcode::close)))},
        {"accepts-rsv1-on-continuations",
         "R7692-6.1-4",
         "Takes a continuation with RSV1.",
         {"14.3.10", "14.3.13"},
         reads(clears_rsv1(is(Opcode::continuation)))},
        {"sets-rsv1-on-pongs",
         "R7692-6.1-3",
         "Sends pongs with RSV1.",
         {"14.3.29"},
         writes(sets_rsv1(is(Opcode::pong)))},
        {"refuses-uncompressed-messages",
         "R7692-6-3",
         "Wants every message compressed once that is agreed.",
         {"14.4.20"},
         around_inflater(refuses_uncompressed)},
        {"refuses-mixture",
         "R7692-6-3",
         "Wants all messages compressed or none.",
         {"14.4.24", "14.4.16"},
         around_inflater(refuses_mixture())},
        {"inflates-everything",
         "R7692-6.2-2",
         "Takes every message for a compressed one once that is agreed.",
         {"14.4.20", "14.4.22"},
         around_inflater(inflates_everything)},
        {"inflates-each-fragment",
         "R7692-6.2-1",
         "Takes every fragment of a compressed message for a message.",
         {"12.1.11"},
         around_inflater(inflates_each_fragment)},

        // 7.2.1: how it compresses
        {"strips-tail-of-fragments",
         "R7692-7.2.1-6",
         "Takes 00 00 ff ff at the end of a fragment for what was to be removed.",
         {"14.3.43", "14.3.45"},
         reads([](Frame frame) -> Frames {
             constexpr std::size_t tail = 4;
             Octets const end = {0, 0, 0xff, 0xff};
             bool const there = !frame.fin && frame.payload.size() > tail &&
                                std::equal(end.begin(), end.end(), frame.payload.end() - tail);
             if (there) frame.payload.resize(frame.payload.size() - tail);
             return {std::move(frame)};
         })},
        {"leaves-tail-in",
         "R7692-7.2.1-1",
         "Leaves 00 00 ff ff at the end of its messages.",
         {"12.1.4"},
         spoils_compressed([](Frame& frame) { append(frame.payload, hex("00 00 ff ff")); })},
        {"cuts-eight-octets",
         "R7692-7.2.1-1",
         "Removes four octets more than 00 00 ff ff.",
         {"12.1.4"},
         spoils_compressed([](Frame& frame) {
             frame.payload.resize(frame.payload.size() - std::min<std::size_t>(frame.payload.size(), 4));
         })},
        {"keeps-context-it-promised-to-drop",
         "R7692-7.2.1-10",
         "Refers back to earlier messages after having agreed not to.",
         {"13.2.4"},
         breaks_word([](DeflateAgreement& done) { done.server_no_context_takeover = false; })},
        {"uses-whole-window",
         "R7692-7.2.1-12",
         "Uses a window of 15 bits whatever is agreed.",
         {"13.3.8"},
         breaks_word([](DeflateAgreement& done) { done.server_max_window_bits = 15; })},
        {"uses-one-bit-more",
         "R7692-7.2.1-12",
         "Uses a window twice as large as agreed.",
         {"13.3.8"},
         breaks_word([](DeflateAgreement& done) {
             done.server_max_window_bits = std::min(15, done.server_max_window_bits + 1);
         })},
        {"keeps-trial-in-window",
         "R7692-7.2.2-6",
         "Sends what it cannot make smaller as it is, and keeps it in the window of its compressor.",
         {"14.4.28"},
         deflates(keeps_trial_in_window)},

        // 7.2.2: how it inflates
        {"inflates-with-empty-window",
         "R7692-7.2.2-4",
         "Begins each message with an empty window although the client may refer back.",
         {"12.1.4"},
         breaks_word([](DeflateAgreement& done) { done.client_no_context_takeover = true; })},
        {"forgets-window-at-uncompressed-message",
         "R7692-7.2.2-5",
         "Begins with an empty window behind an uncompressed message.",
         {"14.4.25"},
         forgets_window([](Piece piece) { return piece == Piece::uncompressed; })},
        {"slides-window-over-uncompressed-messages",
         "R7692-7.2.2-5",
         "Puts uncompressed messages into the window, too.",
         {"14.4.25", "14.4.26"},
         around_inflater(slides_window_over_uncompressed)},
        {"forgets-window-at-ping",
         "R7692-7.2.2-7",
         "Begins with a new inflater behind every control frame.",
         {"14.3.29", "14.3.30"},
         forgets_window([](Piece piece) { return piece == Piece::control; })},
        {"forgets-window-at-control-frames-between-messages",
         "R7692-7.2.2-4",
         "Begins with an empty window behind a control frame between two messages.",
         {"14.4.46", "14.4.47"},
         forgets_window([inside = false](Piece piece) mutable {
             bool const between = piece == Piece::control && !inside;
             if (is_of_compressed(piece)) inside = piece == Piece::more;
             return between;
         })},
        {"forgets-window-behind-64-kib",
         "R7692-7.2.2-4",
         "Begins with an empty window behind a message that inflates to more than 64 KiB.",
         {"14.4.50"},
         around_inflater([sum = std::size_t{0}, forget = false](Inflate& inner, const DeflateAgreement& agreement,
                                                                OctetView payload, Piece piece) mutable {
             if (std::exchange(forget, false)) inner = honest_inflate(agreement);
             auto out = inner(payload, piece);
             if (is_of_compressed(piece) && out) sum += out->size();
             if (piece == Piece::last) forget = std::exchange(sum, 0) > 65536;
             return out;
         })},
        {"keeps-a-window-for-each-type",
         "R7692-7.2.2-4",
         "Inflates text and binary messages apart, each with a window of its own.",
         {"14.4.49"},
         deflate_peer([] {
             auto const type = std::make_shared<Opcode>(Opcode::text);
             return DeflateManners{.inflate = [type](const DeflateAgreement& agreement) -> Inflate {
                                       return
                                           [type, text = honest_inflate(agreement), binary = honest_inflate(agreement)](
                                               OctetView payload, Piece piece) mutable {
                                               return (*type == Opcode::text ? text : binary)(payload, piece);
                                           };
                                   },
                                   .reads = [type](Frame frame) -> Frames {
                                       if (starts_message(frame)) *type = frame.opcode;
                                       return {std::move(frame)};
                                   }};
         })},
        {"takes-plain-fragments-for-compressed-ones",
         "R7692-6.2-2",
         "Takes a plain message in fragments for a compressed one behind one that was.",
         {"14.4.51", "14.4.53"},
         reads([before = false](Frame frame) mutable -> Frames {
             if (!starts_message(frame)) return {std::move(frame)};
             bool const compressed = is_compressed(frame);
             if (!compressed && !frame.fin && before) frame.rsv |= rsv1;
             before = compressed;
             return {std::move(frame)};
         })},
        {"takes-plain-messages-behind-compressed-fragments-for-compressed",
         "R7692-6.2-2",
         "Takes a plain message for a compressed one behind one that was compressed and in fragments.",
         {"14.4.52"},
         reads([before = false](Frame frame) mutable -> Frames {
             if (!starts_message(frame)) return {std::move(frame)};
             bool const compressed = is_compressed(frame);
             if (!compressed && frame.fin && before) frame.rsv |= rsv1;
             before = compressed && !frame.fin;
             return {std::move(frame)};
         })},
        {"begins-each-fragment-with-empty-window",
         "R7692-6.2-1",
         "Begins each fragment with an empty window.",
         {"14.4.56", "14.4.57"},
         around_inflater([](Inflate& inner, const DeflateAgreement& agreement, OctetView payload, Piece piece) {
             auto out = inner(payload, piece);
             if (piece == Piece::more) inner = honest_inflate(agreement);
             return out;
         })},
        {"inflates-with-half-the-window",
         "R7692-7.2.2-9",
         "Inflates with a window of 16 KiB although 32 KiB are agreed.",
         {"14.6.18"},
         refuses_facts([](const InflateFacts& facts) { return facts.largest_distance > 16384; })},
        {"truncates-inflated-messages",
         "R7692-7.2.2-1",
         "Loses what a message inflates to beyond 64 KiB.",
         {"12.2.10"},
         truncates_inflated(65536)},
        {"truncates-messages-of-1-mib",
         "R7692-8-2",
         "Cuts what a message inflates to at 1 MiB, where it has to refuse it or to take it.",
         {"14.8.2"},
         truncates_inflated(1U << 20)},
        {"refuses-empty-compressed-messages",
         "R7692-7.2.3.6-1",
         "Refuses a compressed message of the octet 00.",
         {"14.4.10"},
         refuses_payload(hex("00"))},
        {"refuses-empty-fixed-block",
         "R7692-7.2.3.6-1",
         "Refuses an empty message of 02 00, one block of the fixed codes.",
         {"14.4.11"},
         refuses_payload(hex("02 00"))},
        {"calls-zlib-carelessly",
         "R7692-7.2.2-14",
         "Feeds zlib with payload and 00 00 ff ff, and does not look where it stands then.",
         {"14.4.18", "14.4.19"},
         calls_zlib_carelessly({}),
         Verdict::non_strict},
        {"takes-tail-for-data",
         "R7692-7.2.2-13",
         "Takes 00 00 ff ff for data where a message ends inside a block.",
         {"14.7.26"},
         calls_zlib_carelessly({}),
         Verdict::non_strict},
        {"delivers-broken-data",
         "R7692-7.2.2-11",
         "Delivers what comes out in front of a fault in the data.",
         {"14.7.1", "14.7.6"},
         calls_zlib_carelessly({.looks_at_errors = false})},
        {"ignores-broken-data",
         "R7692-7.2.2-11",
         "Drops a message that cannot be decompressed, and waits for the next.",
         {"14.7.1", "14.7.6"},
         reads(ignores_broken())},
        {"stops-at-final-block",
         "R7692-7.2.2-15",
         "Takes a block with BFINAL for the end of all compression: later messages are empty.",
         {"14.5.25", "14.5.30"},
         calls_zlib_carelessly({.at_final = CarelessZlib::AtFinal::stays})},
        {"loses-data-behind-final-block",
         "R7692-7.2.2-15",
         "Loses what follows a block with BFINAL in a message.",
         {"14.5.25", "14.5.26"},
         calls_zlib_carelessly({.at_final = CarelessZlib::AtFinal::skips_rest})},
        {"refuses-final-blocks",
         "R7692-7.2.3.4-1",
         "Refuses a message with a block whose BFINAL is 1.",
         {"14.4.5", "14.5.23"},
         refuses_facts([](const InflateFacts& facts) { return facts.final_blocks != 0; })},
        {"refuses-several-blocks",
         "R7692-7.2.3.5-1",
         "Cannot read a message of two blocks or more.",
         {"14.4.6", "14.5.9"},
         refuses_facts([](const InflateFacts& facts) { return facts.stored + facts.fixed + facts.dynamic > 1; })},
        {"refuses-many-blocks",
         "R7692-7.2.1-2",
         "Refuses a message of more than 100 blocks.",
         {"14.5.9"},
         refuses_facts([](const InflateFacts& facts) { return facts.stored + facts.fixed + facts.dynamic > 100; })},
        {"refuses-stored-blocks",
         "R7692-7.2.3.3-1",
         "Cannot read stored blocks.",
         {"14.4.4", "14.5.1"},
         refuses_facts([](const InflateFacts& facts) { return facts.stored != 0; })},
        {"refuses-fixed-blocks",
         "R7692-7.2.3.1-1",
         "Cannot read blocks with the fixed codes.",
         {"14.4.1"},
         refuses_facts([](const InflateFacts& facts) { return facts.fixed != 0; })},
        {"refuses-dynamic-blocks",
         "R7692-7.2.2-1",
         "Cannot read blocks with codes of their own.",
         {"14.5.3", "12.1.10"},
         refuses_facts([](const InflateFacts& facts) { return facts.dynamic != 0; })},
    };
}

}  // namespace wsspec::detail
