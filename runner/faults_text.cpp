// Faults in text: what is taken for UTF-8, and when it is looked at (RFC 6455 sections 5.6 and 8.1, RFC 3629).
#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "reference/utf8.h"
#include "runner/faults.h"
#include "runner/frame_filter.h"

namespace wsspec::detail {

namespace {

/// Shows text messages to the reference as binary ones, so that it does not validate them, and turns the echoes back.
class DisguisingFilter : public FrameFilter {
protected:
    /// `first`: the frame that begins a text message.
    virtual bool disguises(const Frame& first) = 0;

    Frames incoming_frame(Frame frame) override {
        if (starts_message(frame)) {
            types_.push_back(frame.opcode);
            if (frame.opcode == Opcode::text && disguises(frame)) frame.opcode = Opcode::binary;
        }
        return {frame};
    }
    Frames outgoing_frame(Frame frame) override {
        if (starts_message(frame) && !types_.empty()) {
            frame.opcode = types_.front();
            types_.pop_front();
        }
        return {frame};
    }

private:
    std::deque<Opcode> types_;
};

/// Does not have the messages validated whose first frame `which` picks.
class LenientText final : public DisguisingFilter {
public:
    using Which = bool (*)(const Frame&);
    explicit LenientText(Which which) : which_(which) {}

private:
    bool disguises(const Frame& first) override { return which_(first); }

    Which which_;
};

net::FilterFactory leaves_unvalidated(LenientText::Which which) {
    return [which] { return std::make_unique<LenientText>(which); };
}

bool is_continuation(Octet octet) { return octet >= 0x80 && octet <= 0xbf; }

/// How many octets the sequence has that begins with `lead`, in the scheme that once went up to six.
std::size_t announced_by(Octet lead) {
    return lead < 0xc0   ? 1
           : lead < 0xe0 ? 2
           : lead < 0xf0 ? 3
           : lead < 0xf8 ? 4
           : lead < 0xfc ? 5
           : lead < 0xfe ? 6
                         : 1;
}

/// `rest` begins with the sequence that its lead octet announces, whatever number it stands for.
bool is_formed(OctetView rest) {
    std::size_t const size = announced_by(rest.front());
    return rest.front() >= 0xc0 && rest.front() < 0xfe && size <= rest.size() &&
           std::ranges::all_of(rest.subspan(1, size - 1), is_continuation);
}

/// What a sloppy validator lets pass at the front of `rest`, between two characters: a number of octets, or 0.
using Sloppy = std::size_t (*)(OctetView rest);

std::size_t surrogate(OctetView rest) { return is_formed(rest) && rest[0] == 0xed && rest[1] >= 0xa0 ? 3 : 0; }
std::size_t overlong(OctetView rest) {
    bool const wrong = is_formed(rest) && (rest[0] == 0xc0 || rest[0] == 0xc1 || (rest[0] == 0xe0 && rest[1] < 0xa0) ||
                                           (rest[0] == 0xf0 && rest[1] < 0x90));
    return wrong ? announced_by(rest[0]) : 0;
}
std::size_t beyond_unicode(OctetView rest) {
    bool const wrong = is_formed(rest) && ((rest[0] == 0xf4 && rest[1] > 0x8f) || (rest[0] > 0xf4 && rest[0] < 0xf8));
    return wrong ? 4 : 0;
}
std::size_t long_form(OctetView rest) { return is_formed(rest) && rest[0] >= 0xf8 ? announced_by(rest[0]) : 0; }
std::size_t lone(OctetView rest) { return is_continuation(rest[0]) ? 1 : 0; }
std::size_t never(OctetView rest) { return rest[0] >= 0xfe ? 1 : 0; }
std::size_t lead_alone(OctetView rest) { return rest[0] >= 0xc2 && rest[0] <= 0xf4 && !is_formed(rest) ? 1 : 0; }

/// With a mark in place of all that `sloppy` lets pass.
Octets without(OctetView text, Sloppy sloppy, OctetView mark) {
    Octets out;
    while (!text.empty()) {
        std::size_t size = sloppy(text);
        if (size != 0) {
            append(out, mark);
        } else {
            size = is_formed(text) ? announced_by(text.front()) : 1;
            append(out, text.first(size));
        }
        text = text.subspan(size);
    }
    return out;
}

/// A text in one frame that would be good but for `sloppy`.
template <Sloppy sloppy>
bool is_good_but_for(const Frame& first) {
    constexpr Octet mark[] = {'?'};
    return first.fin && is_valid_utf8(without(first.payload, sloppy, mark));
}

bool ends_inside_character(const Frame& first) {
    Utf8Validator validator;
    return first.fin && !validator.feed(first.payload) && !validator.complete();
}

/// The first buffer is what is looked at.
template <std::size_t buffer>
bool has_good_beginning(const Frame& first) {
    OctetView const payload(first.payload);
    return is_valid_utf8(payload.first(std::min<std::size_t>(payload.size(), buffer)));
}

bool is_long_and_ends_inside_character(const Frame& first) {
    return first.payload.size() > 125 && ends_inside_character(first);
}

template <std::size_t buffer>
bool has_character_across(const Frame& frame) {
    return frame.payload.size() > buffer && is_continuation(frame.payload[buffer]);
}

bool is_unfinished(const Frame& first) { return !first.fin; }

/// Refuses text that the RFC allows: whole frames that `which` picks.
template <class Which>
net::FilterFactory refuses_text(Which which) {
    return bend_incoming([which](const Frame& frame) -> Frames {
        return {frame.opcode == Opcode::text && which(frame) ? refused_with_1007() : frame};
    });
}

bool has_noncharacter(const Frame& frame) {
    const Octets& text = frame.payload;
    for (std::size_t i = 2; i < text.size(); ++i)
        if ((text[i] & 0xfe) == 0xbe && text[i - 1] == 0xbf && (text[i - 2] & 0x0f) == 0x0f) return true;
    return false;
}

bool has_four_octets(const Frame& frame) {
    return std::ranges::any_of(frame.payload, [](Octet octet) { return octet >= 0xf0; });
}

net::FilterFactory validates_binary() {
    return bend_incoming([](Frame frame) -> Frames {
        bool const bad = frame.opcode == Opcode::binary && !is_valid_utf8(frame.payload);
        return {bad ? refused_with_1007() : frame};
    });
}

net::FilterFactory changes_echoes(void (*change)(Octets&)) {
    return bend_outgoing([change](Frame frame) -> Frames {
        if (frame.opcode == Opcode::text) change(frame.payload);
        return {frame};
    });
}

void cut_at_nul(Octets& text) { text.erase(std::ranges::find(text, 0), text.end()); }

void trim(Octets& text) {
    auto const is_space = [](Octet octet) { return octet == ' ' || (octet >= '\t' && octet <= '\r'); };
    while (!text.empty() && is_space(text.back())) text.pop_back();
    text.erase(text.begin(), std::ranges::find_if_not(text, is_space));
}

void drop_bom(Octets& text) {
    if (as_text(text).starts_with("\xef\xbb\xbf")) text.erase(text.begin(), text.begin() + 3);
}

void drop_inner_bom(Octets& text) {
    auto const at = as_text(text).find("\xef\xbb\xbf", 1);
    if (at == std::string_view::npos) return;
    auto const begin = text.begin() + static_cast<std::ptrdiff_t>(at);
    text.erase(begin, begin + 3);
}

/// Whatever is no character becomes U+FFFD.
net::FilterFactory replaces_bad_text() {
    return bend_incoming([](Frame frame) -> Frames {
        if (frame.opcode != Opcode::text || !frame.fin || is_valid_utf8(frame.payload)) return {frame};
        constexpr Octet replacement[] = {0xef, 0xbf, 0xbd};
        for (Sloppy const sloppy : {surrogate, overlong, beyond_unicode, long_form, never, lead_alone, lone})
            frame.payload = without(frame.payload, sloppy, replacement);
        return {frame};
    });
}

/// Knows whether a frame belongs to a text message.
class TextFilter : public FrameFilter {
protected:
    virtual Frames take(Frame frame) = 0;

private:
    Frames incoming_frame(Frame frame) final {
        if (!is_data(frame)) return {frame};
        if (starts_message(frame)) text_ = frame.opcode == Opcode::text;
        return text_ ? take(std::move(frame)) : Frames{frame};
    }

    bool text_ = false;
};

class ValidatesEachFragment final : public TextFilter {
    Frames take(Frame frame) override {
        return {is_valid_utf8(frame.payload) ? frame : refused_with_1007(frame.opcode)};
    }
};

class ValidatesAtEnd final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (!is_data(frame)) return {frame};
        bool const begins = frame.opcode == Opcode::text && held_.empty();
        bool const goes_on = frame.opcode == Opcode::continuation && !held_.empty();
        bool const good = frame.rsv == 0 && frame.mask_bit == MaskBit::as_role;
        bool const last = frame.fin || !good || !(begins || goes_on);
        held_.push_back(std::move(frame));
        return last ? std::exchange(held_, {}) : Frames{};
    }

    Frames held_;
};

/// The validator is not reset between messages.
class KeepsStateBetweenMessages final : public DisguisingFilter {
    bool disguises(const Frame&) override { return true; }
    Frames incoming_frame(Frame frame) override {
        if (frame.opcode == Opcode::text && validator_.feed(frame.payload)) return {refused_with_1007()};
        return DisguisingFilter::incoming_frame(std::move(frame));
    }

    Utf8Validator validator_;
};

/// beast 1249: a text whose read ends inside a character is taken for one that is cut off.
class ValidatesEachRead final : public FrameFilter {
    Frames incoming_frame(Frame frame) override {
        if (std::exchange(bad_, false)) return {refused_with_1007(frame.opcode)};
        return {frame};
    }
    Frames read_ends(Frames frames) override {
        if (auto const begun = inside_payload();
            begun && begun->opcode == Opcode::text && !is_valid_utf8(begun->payload))
            bad_ = true;
        return frames;
    }

    bool bad_ = false;
};

}  // namespace

std::vector<Fault> text_faults() {
    return {
        {"never-validates-text",
         "R6455-8.1-1",
         "Takes any octets for text.",
         {"6.3.1", "6.16.2"},
         leaves_unvalidated([](const Frame&) { return true; })},
        {"validates-only-whole-messages",
         "R3629-4-2",
         "Does not look at text that comes in fragments.",
         {"6.3.2", "6.28.7"},
         leaves_unvalidated(is_unfinished)},
        {"validates-only-first-kibibyte",
         "R6455-8.1-1",
         "Looks at the first 1024 octets of a text.",
         {"6.32.4"},
         leaves_unvalidated(has_good_beginning<1024>)},
        {"validates-only-first-sixteen-kibibytes",
         "R6455-8.1-1",
         "Looks at the first 16384 octets of a text.",
         {"6.36.1", "6.36.4"},
         leaves_unvalidated(has_good_beginning<16384>)},
        {"validates-only-first-128-kibibytes",
         "R6455-8.1-1",
         "Looks at the first 128 KiB of a text.",
         {"6.36.5"},
         leaves_unvalidated(has_good_beginning<(1U << 17)>)},
        {"accepts-long-text-cut-off",
         "R3629-3-6",
         "Lets a text of more than 125 octets end inside a character.",
         {"6.37.1", "6.37.3"},
         leaves_unvalidated(is_long_and_ends_inside_character)},
        {"validates-only-short-first-fragments",
         "R6455-8.1-1",
         "Does not look at text whose first fragment has more than 1000 octets.",
         {"6.37.4"},
         leaves_unvalidated([](const Frame& first) { return !first.fin && first.payload.size() > 1000; })},
        {"refuses-characters-across-64-kibibytes",
         "R3629-4-2",
         "Fails the connection over a character that stands across octet 65536.",
         {"6.38.3"},
         refuses_text(has_character_across<65536>)},
        {"refuses-characters-across-256-kibibytes",
         "R3629-4-2",
         "Fails the connection over a character that stands across octet 262144.",
         {"6.38.5"},
         refuses_text(has_character_across<(1U << 18)>)},
        {"refuses-characters-across-a-mebibyte",
         "R3629-4-2",
         "Fails the connection over a character that stands across octet 1048576.",
         {"6.38.6"},
         refuses_text(has_character_across<(1U << 20)>)},
        {"refuses-u-fdd0",
         "R3629-3-8",
         "Fails the connection over the noncharacters U+FDD0 to U+FDEF.",
         {"6.39.1"},
         refuses_text(
             [](const Frame& frame) { return as_text(frame.payload).find("\xef\xb7\x90") != std::string::npos; })},
        {"trims-text",
         "R6455-6.2-4",
         "Takes white space away from the ends of a text.",
         {"6.39.2"},
         changes_echoes(trim)},
        {"keeps-utf8-state-between-messages",
         "R6455-8.1-1",
         "Lets a text end inside a character if the next goes on.",
         {"6.28.1"},
         peer<KeepsStateBetweenMessages>()},
        {"accepts-surrogates",
         "R3629-3-1",
         "Takes encoded surrogates for characters.",
         {"6.20.1", "6.21.1"},
         leaves_unvalidated(is_good_but_for<surrogate>)},
        {"accepts-beyond-unicode",
         "R3629-3-2",
         "Takes numbers above U+10FFFF for characters.",
         {"6.11.5", "6.10.1"},
         leaves_unvalidated(is_good_but_for<beyond_unicode>)},
        {"accepts-overlong-forms",
         "R3629-3-3",
         "Takes characters in more octets than they need.",
         {"6.17.1", "6.18.2"},
         leaves_unvalidated(is_good_but_for<overlong>)},
        {"accepts-fe-and-ff",
         "R3629-3-4",
         "Takes the octets FE and FF for characters.",
         {"6.16.1", "6.31.13"},
         leaves_unvalidated(is_good_but_for<never>)},
        {"accepts-lone-continuation-octets",
         "R3629-3-5",
         "Does not miss the lead octet of a continuation octet.",
         {"6.12.1"},
         leaves_unvalidated(is_good_but_for<lone>)},
        {"accepts-text-cut-off",
         "R3629-3-6",
         "Lets a text end inside a character.",
         {"6.6.1", "6.14.6"},
         leaves_unvalidated(ends_inside_character)},
        {"accepts-forms-of-five-and-six",
         "R3629-3-7",
         "Takes the forms of RFC 2279 for characters.",
         {"6.8.1", "6.8.2"},
         leaves_unvalidated(is_good_but_for<long_form>)},
        {"accepts-lead-octets-alone",
         "R3629-4-1",
         "Does not look at what stands behind a lead octet.",
         {"6.34.1"},
         leaves_unvalidated(is_good_but_for<lead_alone>)},
        {"replaces-bad-text",
         "R3629-10-1",
         "Puts U+FFFD in place of what is no UTF-8.",
         {"6.3.1", "6.16.2"},
         replaces_bad_text()},
        {"refuses-noncharacters",
         "R3629-3-8",
         "Fails the connection over U+FFFE, U+FFFF and their like.",
         {"6.22.1", "6.22.4"},
         refuses_text(has_noncharacter)},
        {"refuses-characters-of-four-octets",
         "R3629-3-8",
         "Fails the connection over characters beyond U+FFFF.",
         {"6.5.4"},
         refuses_text(has_four_octets)},
        {"truncates-text-at-nul",
         "R3629-3-8",
         "Takes U+0000 for the end of a text.",
         {"6.30.1"},
         changes_echoes(cut_at_nul)},
        {"drops-bom",
         "R3629-6-1",
         "Takes a byte order mark away from the front of a text.",
         {"6.30.3"},
         changes_echoes(drop_bom),
         Verdict::non_strict},
        {"drops-inner-bom",
         "R3629-6-1",
         "Takes a byte order mark away from the middle of a text.",
         {"6.30.5"},
         changes_echoes(drop_inner_bom)},
        {"validates-each-fragment",
         "R6455-5.6-3",
         "Wants every fragment to be text by itself.",
         {"6.2.3", "6.24.4"},
         peer<ValidatesEachFragment>()},
        {"validates-each-read",
         "R3629-4-2",
         "Takes a character that a read cuts for one that is cut off.",
         {"6.35.2"},
         peer<ValidatesEachRead>()},
        {"validates-at-end",
         "R6455-8.1-3",
         "Looks at a text when all of it is there.",
         {"6.4.1"},
         peer<ValidatesAtEnd>(),
         Verdict::non_strict},
        {"validates-binary", "R6455-5.6-4", "Wants binary messages to be text.", {"6.29.1"}, validates_binary()},
    };
}

}  // namespace wsspec::detail
