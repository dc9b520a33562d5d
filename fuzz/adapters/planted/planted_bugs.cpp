#include "fuzz/adapters/planted/planted_bugs.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "reference/close_code.h"
#include "reference/deflate.h"
#include "reference/utf8.h"

namespace wsspec {

namespace {

enum class Bug {
    none,
    rotates_key_wrong,
    stale_key,
    one_key_a_read,
    takes_masked,
    length_sign,
    length_wraps,
    length_narrowed,
    allocates_announced,
    text_at_read_end,
    text_by_fragment,
    surrogates,
    unfinished_character,
    reason_by_piece,
    orphan_continuation,
    empty_final_fragment,
    fragmented_ping,
    empty_frame_stalls,
    empty_message_dropped,
    close_of_one_octet,
    code_1005,
    on_after_close,
    stale_ping,
    rsv1_on_continuation,
    ping_resets_inflater,
    forgets_window,
    final_block_ends_all,
    cuts_at_limit,
    limits_compressed_size,
    swallows_behind_handshake,
};

// In the order of Bug, from rotates_key_wrong on.
constexpr PlantedBug bugs[] = {
    {"rotates-key-wrong", "The masking key starts anew with every read instead of going on."},
    {"stale-key", "An unmasked frame from a client is taken, and unmasked with the last frame's key.", "R6455-5.1-2"},
    {"one-key-a-read", "The second frame in a read is unmasked with the first one's key."},
    {"takes-masked", "A client takes masked frames.", "R6455-5.1-5"},
    {"length-sign", "A 64-bit length is signed: below zero the frame has no payload.", "R6455-5.2-11"},
    {"length-wraps", "The length and the four octets of the key are added, and wrap around.", "R6455-5.2-11"},
    {"length-narrowed", "A 64-bit length is narrowed to 32 bits."},
    {
        "allocates-announced",
        "Memory for the announced length is taken before any of it is there, up to 64 MiB.",
    },
    {"text-at-read-end", "A character that is cut by the end of a read counts as invalid."},
    {"text-by-fragment", "A character that is cut by the end of a frame counts as invalid."},
    {"surrogates", "Surrogates pass for UTF-8.", "R6455-8.1-1"},
    {"unfinished-character", "A text may end inside a character.", "R6455-8.1-1"},
    {"reason-by-piece", "The reason of a Close is validated read by read."},
    {"orphan-continuation", "A continuation without a message starts one.", "R6455-5.4-4"},
    {"empty-final-fragment", "A last fragment without octets does not end the message."},
    {"fragmented-ping", "A Ping without FIN is taken.", "R6455-5.4-8"},
    {"empty-frame-stalls", "A frame without octets is dispatched when more octets come."},
    {"empty-message-dropped", "A message without octets is not delivered."},
    {"close-of-one-octet", "A Close whose body is one octet is taken.", "R6455-5.5.1-3"},
    {"code-1005", "A Close may say 1005.", "R6455-7.4.1-5"},
    {"on-after-close", "Frames behind a Close are processed.", "R6455-5.5.1-18"},
    {"stale-ping", "A Ping without octets is answered with those of the last one.", "R6455-5.5.3-1"},
    {"rsv1-on-continuation", "RSV1 on a continuation is taken.", "R7692-6.1-4"},
    {"ping-resets-inflater", "A control frame inside of a compressed message resets the inflater."},
    {"forgets-window", "The window does not stay from message to message although that is agreed."},
    {"final-block-ends-all", "Nothing is inflated any more behind a block with BFINAL."},
    {"cuts-at-limit", "A message of up to three octets more than the limit is cut off there."},
    {"limits-compressed-size", "The limit of a message counts what arrives, not what it inflates to.", "R7692-8-2"},
    {"swallows-behind-handshake", "Of the read in which the first frame came, nothing else is looked at."},
};

/// zlib's inflater as one would write it who never read of BFINAL (RFC 7692 section 7.2.3.4).
class NaiveInflater {
public:
    NaiveInflater() { inflateInit2(&stream_, -15); }
    NaiveInflater(const NaiveInflater&) = delete;
    NaiveInflater& operator=(const NaiveInflater&) = delete;
    ~NaiveInflater() { inflateEnd(&stream_); }

    bool feed(OctetView piece, Octets& out, std::size_t limit) {
        stream_.next_in = const_cast<Bytef*>(piece.data());
        stream_.avail_in = static_cast<uInt>(piece.size());
        std::array<Octet, 4096> buffer;
        do {
            stream_.next_out = buffer.data();
            stream_.avail_out = buffer.size();
            int const result = inflate(&stream_, Z_SYNC_FLUSH);
            if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END) return false;
            append(out, OctetView(buffer).first(buffer.size() - stream_.avail_out));
        } while (stream_.avail_out == 0 && out.size() <= limit);
        return true;
    }

private:
    z_stream stream_{};
};

class Parser {
public:
    Parser(Bug bug, const wsspec_parser_config& config, const wsspec_parser_sink& sink)
        : bug_(bug), sink_(sink), server_(config.role == WSSPEC_SERVER), limit_(config.max_message) {
        if (config.deflate == nullptr) return;
        deflate_ = true;
        window_bits_ = server_ ? config.deflate->client_max_window_bits : config.deflate->server_max_window_bits;
        takeover_ =
            (server_ ? config.deflate->client_no_context_takeover : config.deflate->server_no_context_takeover) == 0;
    }

    std::size_t feed(OctetView rest) {
        std::size_t const size = rest.size();
        bool const first_read = reads_++ == 0;
        frames_in_read_ = 0;
        while (!rest.empty() && !ended_) {
            rest = rest.subspan(in_payload_ ? take_payload(rest) : take_header(rest));
            if (bug_ == Bug::swallows_behind_handshake && first_read && frames_in_read_ == 1 && !in_payload_) break;
        }
        if (bug_ == Bug::text_at_read_end && message_open_ && text_ && !compressed_ && !utf8_.complete()) fail(1007);
        return size;
    }

private:
    bool has(Bug bug) const { return bug_ == bug; }

    void fail(int code) {
        if (ended_) return;
        ended_ = true;
        sink_.on_failure(sink_.context, code, nullptr);
    }

    std::size_t take_header(OctetView rest) {
        std::size_t taken = 0;
        while (taken < rest.size() && !ended_) {
            head_[have_++] = rest[taken++];
            if (have_ == 2) check_start();
            if (ended_) break;
            unsigned const field = head_[1] & 0x7f;
            unsigned const length_octets = field == 126 ? 2 : field == 127 ? 8 : 0;
            bool const masked = (head_[1] & 0x80) != 0;
            if (have_ < 2 || have_ < 2 + length_octets + (masked ? 4 : 0)) continue;
            begin_frame(length_octets, masked);
            break;
        }
        return taken;
    }

    void check_start() {
        fin_ = (head_[0] & 0x80) != 0;
        opcode_ = static_cast<Opcode>(head_[0] & 0xf);
        unsigned const rsv = head_[0] >> 4 & 7;
        bool const control = is_control(opcode_);
        bool const starts = opcode_ == Opcode::text || opcode_ == Opcode::binary;
        bool const masked = (head_[1] & 0x80) != 0;
        unsigned const field = head_[1] & 0x7f;
        bool const rsv1_fits =
            deflate_ && (starts || (has(Bug::rsv1_on_continuation) && opcode_ == Opcode::continuation));
        if ((rsv & 3) != 0 || (rsv != 0 && !rsv1_fits) || is_reserved(opcode_)) return fail(1002);
        if (server_ && !masked && !has(Bug::stale_key)) return fail(1002);
        if (!server_ && masked && !has(Bug::takes_masked)) return fail(1002);
        if (control && !fin_ && !(has(Bug::fragmented_ping) && opcode_ == Opcode::ping)) return fail(1002);
        if (control && field > 125) return fail(1002);
        if (opcode_ == Opcode::close && field == 1 && !has(Bug::close_of_one_octet)) return fail(1002);
        if (opcode_ == Opcode::continuation && !message_open_ && !has(Bug::orphan_continuation)) return fail(1002);
        if (starts && message_open_) return fail(1002);
        if (starts) compressed_ = rsv != 0;
    }

    void begin_frame(unsigned length_octets, bool masked) {
        std::uint64_t length = head_[1] & 0x7f;
        if (length_octets != 0) length = 0;
        for (unsigned i = 0; i < length_octets; ++i) length = length << 8 | head_[2 + i];
        if ((length_octets == 2 && length < 126) || (length_octets == 8 && length < 65536)) return fail(1002);
        if (length >> 63 != 0) {
            bool const wraps = has(Bug::length_wraps) && masked && length + 4 < 4;
            if (!wraps && !has(Bug::length_sign)) return fail(1002);
            length = 0;
        }
        if (has(Bug::length_narrowed)) length = static_cast<std::uint32_t>(length);
        if (masked && !(has(Bug::one_key_a_read) && frames_in_read_ > 0))
            std::copy_n(head_.begin() + 2 + length_octets, 4, key_.begin());
        masked_ = masked || (has(Bug::stale_key) && server_);
        ++frames_in_read_;
        have_ = 0;
        left_ = length;
        taken_ = 0;
        in_payload_ = true;
        if (is_control(opcode_)) {
            control_.clear();
            reason_.reset();
        } else {
            begin_data(length);
        }
        if (left_ == 0 && !ended_ && !has(Bug::empty_frame_stalls)) end_frame();
    }

    void begin_data(std::uint64_t length) {
        if (!message_open_) {
            message_open_ = true;
            message_.clear();
            announced_ = 0;
            text_ = opcode_ == Opcode::text;
            utf8_.reset();
        }
        announced_ += length;
        std::uint64_t const allowed = limit_ + (has(Bug::cuts_at_limit) ? 3 : 0);
        if (has(Bug::allocates_announced)) message_.reserve(std::min<std::uint64_t>(length, 64U << 20));
        if (announced_ > allowed || announced_ < length) fail(1009);
    }

    std::size_t take_payload(OctetView rest) {
        auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size()));
        Octets piece(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
        std::size_t const turned = has(Bug::rotates_key_wrong) ? 0 : static_cast<std::size_t>(taken_ % 4);
        if (masked_)
            for (std::size_t i = 0; i < size; ++i) piece[i] ^= key_[(turned + i) % 4];
        left_ -= size;
        taken_ += size;
        if (is_control(opcode_)) {
            append(control_, piece);
            if (opcode_ == Opcode::close) check_reason(piece);
        } else {
            take_data(piece);
        }
        if (left_ == 0 && !ended_) end_frame();
        return size;
    }

    /// `piece` is what was appended to the body last.
    void check_reason(OctetView piece) {
        std::size_t const had = control_.size() - piece.size();
        if (had < 2 && control_.size() >= 2 && !may_be_sent(code()) && !(has(Bug::code_1005) && code() == 1005))
            return fail(1002);
        auto const new_reason = piece.subspan(std::min<std::size_t>(had < 2 ? 2 - had : 0, piece.size()));
        if (reason_.feed(new_reason) || (has(Bug::reason_by_piece) && !reason_.complete())) fail(1007);
    }
    std::uint16_t code() const { return static_cast<std::uint16_t>(control_[0] << 8 | control_[1]); }

    void take_data(const Octets& piece) {
        std::size_t const had = message_.size();
        if (compressed_) {
            if (!inflate_piece(piece)) return;
        } else {
            append(message_, piece);
        }
        if (has(Bug::cuts_at_limit) && message_.size() > limit_) message_.resize(std::max<std::size_t>(had, limit_));
        if (text_) check_text(OctetView(message_).subspan(had));
    }

    void check_text(OctetView octets) {
        if (!has(Bug::surrogates)) {
            if (utf8_.feed(octets)) fail(1007);
            return;
        }
        for (auto const octet : octets) {
            // ED is followed by 80 to 9F, lest it be a surrogate; here by anything up to BF.
            Octet const seen = last_octet_ == 0xed && octet >= 0xa0 && octet <= 0xbf ? Octet{0x9f} : octet;
            last_octet_ = octet;
            if (utf8_.feed(OctetView(&seen, 1))) return fail(1007);
        }
    }

    bool inflate_piece(const Octets& piece) {
        if (has(Bug::final_block_ends_all)) {
            if (!naive_) naive_ = std::make_unique<NaiveInflater>();
            if (!naive_->feed(piece, message_, limit_)) return fail(1007), false;
        } else {
            auto const most = has(Bug::limits_compressed_size) ? std::uint64_t{1} << 40 : limit_;
            if (!inflater_) inflater_ = std::make_unique<MessageInflater>(window_bits_, takeover_, most);
            auto const result = inflater_->feed(piece, message_);
            if (result == MessageInflater::Result::too_large) return fail(1009), false;
            if (result == MessageInflater::Result::broken) return fail(1007), false;
        }
        if (message_.size() > limit_ && !has(Bug::limits_compressed_size)) return fail(1009), false;
        return true;
    }

    void end_inflating() {
        if (has(Bug::final_block_ends_all)) {
            constexpr Octet tail[] = {0, 0, 0xff, 0xff};
            if (naive_ && !naive_->feed(tail, message_, limit_)) fail(1007);
        } else if (inflater_ && inflater_->end() != MessageInflater::Result::ok) {
            fail(1007);
        }
        if (has(Bug::forgets_window)) inflater_.reset();
    }

    void end_frame() {
        in_payload_ = false;
        if (is_control(opcode_)) return end_control();
        if (!fin_) {
            if (has(Bug::text_by_fragment) && text_ && !utf8_.complete()) fail(1007);
            return;
        }
        if (has(Bug::empty_final_fragment) && opcode_ == Opcode::continuation && taken_ == 0) return;
        if (compressed_) end_inflating();
        if (text_ && !utf8_.complete() && !has(Bug::unfinished_character)) fail(1007);
        if (ended_) return;
        message_open_ = false;
        if (message_.empty() && has(Bug::empty_message_dropped)) return;
        sink_.on_message(sink_.context, text_ ? WSSPEC_TEXT : WSSPEC_BINARY, message_.data(), message_.size());
    }

    void end_control() {
        if (has(Bug::ping_resets_inflater) && message_open_ && compressed_) inflater_.reset();
        if (opcode_ == Opcode::pong) return sink_.on_pong(sink_.context, control_.data(), control_.size());
        if (opcode_ == Opcode::ping) {
            if (!control_.empty() || !has(Bug::stale_ping)) last_ping_ = control_;
            return sink_.on_ping(sink_.context, last_ping_.data(), last_ping_.size());
        }
        if (!reason_.complete()) return fail(1007);
        ended_ = !has(Bug::on_after_close);
        if (control_.size() < 2) return sink_.on_close(sink_.context, WSSPEC_NO_STATUS, nullptr, 0);
        sink_.on_close(sink_.context, code(), control_.data() + 2, control_.size() - 2);
    }

    Bug bug_;
    const wsspec_parser_sink& sink_;
    bool server_;
    std::uint64_t limit_;
    bool deflate_ = false;
    int window_bits_ = 15;
    bool takeover_ = true;

    bool ended_ = false;
    std::uint64_t reads_ = 0;
    unsigned frames_in_read_ = 0;

    std::array<Octet, 14> head_{};
    unsigned have_ = 0;
    bool fin_ = false;
    Opcode opcode_ = Opcode::continuation;
    bool masked_ = false;
    std::array<Octet, 4> key_{};
    bool in_payload_ = false;
    std::uint64_t left_ = 0;
    std::uint64_t taken_ = 0;

    bool message_open_ = false;
    bool text_ = false;
    bool compressed_ = false;
    std::uint64_t announced_ = 0;
    Octets message_;
    Utf8Validator utf8_;
    Octet last_octet_ = 0;
    Octets control_;
    Utf8Validator reason_;
    Octets last_ping_;
    std::unique_ptr<MessageInflater> inflater_;
    std::unique_ptr<NaiveInflater> naive_;
};

Parser* parser_of(wsspec_parser_instance* instance) { return reinterpret_cast<Parser*>(instance); }

}  // namespace

std::span<const PlantedBug> planted_bugs() { return bugs; }

wsspec_parser_adapter planted_parser(const PlantedBug* bug) {
    static_assert(std::size(bugs) == static_cast<std::size_t>(Bug::swallows_behind_handshake));
    return {
        .abi = WSSPEC_PARSER_ABI,
        .name = bug != nullptr ? bug->name.data() : "no bug",
        .roles = WSSPEC_SERVER | WSSPEC_CLIENT,
        .deflate = 1,
        .context = const_cast<PlantedBug*>(bug),
        .create =
            [](const wsspec_parser_config* config, const wsspec_parser_sink* sink) {
                auto const number =
                    config->context == nullptr ? 0 : static_cast<const PlantedBug*>(config->context) - bugs + 1;
                return reinterpret_cast<wsspec_parser_instance*>(new Parser(static_cast<Bug>(number), *config, *sink));
            },
        .feed = [](wsspec_parser_instance* parser, const std::uint8_t* octets,
                   std::size_t size) { return parser_of(parser)->feed(OctetView(octets, size)); },
        .finish = nullptr,
        .destroy = [](wsspec_parser_instance* parser) { delete parser_of(parser); },
        .memory = nullptr,
        .memory_base = 0,
        .memory_per_octet = 0,
        .permitted = nullptr,
        .permitted_count = 0};
}

}  // namespace wsspec
