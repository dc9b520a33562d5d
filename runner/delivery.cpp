#include "runner/delivery.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <utility>

#include "cases/expectation.h"
#include "reference/handshake.h"

namespace wsspec {

namespace {

/// One masking key of payload: the places where its rotation differs.
constexpr std::size_t behind_header = 4;

std::size_t header_size(OctetView frame) {
    if (frame.size() < 2) return frame.size();
    unsigned const field = frame[1] & 0x7fU;
    std::size_t const size = 2U + (field == 126 ? 2U : field == 127 ? 8U : 0U) + ((frame[1] & 0x80) != 0 ? 4U : 0U);
    return std::min(size, frame.size());
}

/// What a script sends, as far as its length goes.
class Measure {
public:
    Measure(Role sender, HandshakeValues values) : sender_(sender), values_(std::move(values)) {
        // RFC 6455 sections 4.1 and 4.2.2: 16 octets and 20 in base64.
        values_.key.assign(24, 'k');
        values_.accept.assign(28, 'a');
    }

    void take(const Script& script) {
        for (const auto& step : script) {
            if (const auto* again = std::get_if<Repeat>(&step.action)) {
                for (std::size_t i = 0; i < again->times; ++i) take(again->script);
            } else if (const auto* open = std::get_if<Open>(&step.action)) {
                take_open(*open);
            } else if (const auto* send = std::get_if<Send>(&step.action)) {
                if (!send->delivery.broken_off) frames(send->frames);
            } else if (const auto* raw = std::get_if<SendOctets>(&step.action)) {
                place(raw->octets.size(), raw->octets.size());
                borders_.push_back(stream_);
            } else if (const auto* barrier = std::get_if<Barrier>(&step.action)) {
                frames({ping("wsspec barrier " + std::to_string(++barriers_))});
                (void)barrier;
            } else if (const auto* closing = std::get_if<ClosingHandshake>(&step.action)) {
                frames({close_frame(closing->code)});
            }
        }
    }

    std::vector<Cut> cuts() const {
        std::vector<Cut> out;
        for (auto const at : chosen(opening_, line_ends_)) out.push_back({.opening = true, .at = at, .of = opening_});
        for (auto const at : chosen(stream_, near_))
            if (!std::ranges::binary_search(borders_, at)) out.push_back({.opening = false, .at = at, .of = stream_});
        return out;
    }

private:
    void take_open(const Open& open) {
        bool const server = sender_ == Role::server;
        const Handshake& handshake = open.answer ? *open.answer : open.handshake;
        bool const sent_as_is = !server || open.answer.has_value();
        if (sent_as_is) {
            std::string const text = render(handshake, values_);
            std::size_t const head = head_size(text).value_or(text.size());
            if (handshake != (server ? acceptance() : Handshake{})) {
                opening_ = head;
                for (std::size_t at = 0; at < head; ++at)
                    if (text[at] == '\r' || text[at] == '\n' || text[at] == ':')
                        line_ends_.insert(line_ends_.end(), {at, at + 1});
            }
            place(text.size() - head, 0);
        }
        frames(handshake.early);
    }

    void frames(const std::vector<Frame>& list) {
        std::size_t const begin = stream_;
        for (const auto& frame : list) {
            Octets const octets = wire(frame, sender_, {});
            place(octets.size(), header_size(octets));
        }
        if (stream_ != begin) borders_.push_back(stream_);
    }

    void place(std::size_t size, std::size_t header) {
        std::size_t const end = stream_ + size;
        for (std::size_t at = stream_; at <= std::min(stream_ + header + behind_header, end); ++at) near_.push_back(at);
        for (std::size_t back = 0; back <= std::min<std::size_t>(2, size); ++back) near_.push_back(end - back);
        stream_ = end;
    }

    /// All places in a short stretch, and these in a long one; ascending.
    static std::vector<std::size_t> chosen(std::size_t size, std::vector<std::size_t> places) {
        if (size <= cut_everywhere) {
            places.clear();
            for (std::size_t at = 1; at < size; ++at) places.push_back(at);
        }
        std::erase_if(places, [size](std::size_t at) { return at == 0 || at >= size; });
        std::ranges::sort(places);
        auto const repeated = std::ranges::unique(places);
        places.erase(repeated.begin(), repeated.end());
        // Evenly thinned out: the frames of a long script are much alike, and so are the lines of a long head.
        std::size_t const step = places.size() / most_cuts + 1;
        std::vector<std::size_t> out;
        for (std::size_t i = 0; i < places.size(); i += step) out.push_back(places[i]);
        return out;
    }

    Role sender_;
    HandshakeValues values_;
    std::size_t opening_ = 0;
    std::size_t stream_ = 0;
    unsigned barriers_ = 0;
    std::vector<std::size_t> line_ends_;  // of the opening handshake, and colons
    std::vector<std::size_t> near_;       // frame headers, and the ends of frames
    std::vector<std::size_t> borders_;    // between writes anyway; ascending
};

/// What the opening handshake brings about is what the script asks.
bool is_about_answer(const Script& script, Role sender) {
    if (sender == Role::server) return std::holds_alternative<Open>(script.front().action);
    const auto* expect = script.size() > 1 ? std::get_if<Expect>(&script[1].action) : nullptr;
    return expect != nullptr && is_about_opening(*expect);
}

}  // namespace

std::optional<DeliveryMode> parse_delivery(std::string_view text) {
    using enum DeliveryMode::How;
    constexpr std::pair<std::string_view, DeliveryMode::How> names[] = {
        {"", as_written},         {"whole", whole},         {"per-frame", per_frame},
        {"per-octet", per_octet}, {"coalesced", coalesced}, {"every-split", every_split}};
    for (const auto& [name, how] : names)
        if (text == name) return DeliveryMode{.how = how};
    constexpr std::string_view prefix = "random:";
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    DeliveryMode mode{.how = random};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode.seed);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return mode;
}

std::string describe(const DeliveryMode& mode) {
    switch (mode.how) {
        case DeliveryMode::How::as_written:
            return "as the case is written";
        case DeliveryMode::How::whole:
            return "in one write a step";
        case DeliveryMode::How::per_frame:
            return "in one write a frame";
        case DeliveryMode::How::per_octet:
            return "in one write an octet";
        case DeliveryMode::How::coalesced:
            return "in as few writes as possible";
        case DeliveryMode::How::every_split:
            return "in two writes";
        case DeliveryMode::How::random:
            return "in writes drawn with the seed " + std::to_string(mode.seed);
    }
    return "";
}

std::string describe(const Cut& cut) {
    return "cut behind octet " + std::to_string(cut.at) + " of the " + std::to_string(cut.of) +
           (cut.opening ? " of the opening handshake" : " behind the opening handshake");
}

std::vector<Cut> cuts_of(const Script& script, Role sender, HandshakeValues values) {
    auto const moves_volume = [](const Step& step) {
        const auto* open = std::get_if<Open>(&step.action);
        return std::holds_alternative<RoundTrips>(step.action) || std::holds_alternative<Flood>(step.action) ||
               std::holds_alternative<Crowd>(step.action) ||
               (open != nullptr && (open->answer ? open->answer->filler : open->handshake.filler).count != 0);
    };
    if (std::ranges::any_of(script, moves_volume)) return {};
    Measure measure(sender, std::move(values));
    measure.take(script);
    auto cuts = measure.cuts();
    // An offer of an extension and the like are there for what comes behind them.
    if (!is_about_answer(script, sender)) std::erase_if(cuts, &Cut::opening);
    return cuts;
}

std::vector<Visit> visits_of(const Case& one, const DeliveryMode& mode, Role sender, const HandshakeValues& values) {
    std::vector<Visit> out;
    for (std::size_t i = 0; i <= one.variants.size(); ++i) {
        out.push_back({.script = i});
        // Where the case is about a URL, our answer is not what it asks about.
        if (mode.how != DeliveryMode::How::every_split || one.url) continue;
        for (const auto& cut : cuts_of(i == 0 ? one.script : one.variants[i - 1], sender, values))
            out.push_back({.script = i, .cut = cut});
    }
    return out;
}

std::uint64_t next_random(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

std::size_t random_piece(std::uint64_t& state, std::size_t left) {
    if (left <= 1) return left;
    auto const magnitudes = static_cast<unsigned>(std::bit_width(left));
    std::uint64_t const range = std::uint64_t{1} << next_random(state) % magnitudes;
    return std::min<std::size_t>(left, 1 + static_cast<std::size_t>(next_random(state) % range));
}

std::uint64_t stable_hash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
    for (char const c : text) hash = (hash ^ static_cast<Octet>(c)) * 0x100000001b3U;
    return hash;
}

}  // namespace wsspec
