#include "reference/deflate.h"

#define ZLIB_CONST  // next_in points to const
#include <zlib.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstddef>
#include <new>
#include <stdexcept>

namespace wsspec {

namespace {

constexpr std::size_t chunk_size = 16U << 10;
/// What zlib takes at once.
constexpr std::size_t longest_input = UINT_MAX;
/// 7.2.1: what a sender removes from the end, and 7.2.2: what a receiver appends.
constexpr std::array<Octet, 4> tail = {0x00, 0x00, 0xff, 0xff};

// What inflate() reports in data_type.
constexpr int unused_bits = 0x3f;   ///< Bits taken from the input and not used yet; fewer than 8 between blocks.
constexpr int in_final_block = 64;  ///< BFINAL is set.
constexpr int behind_block = 128;   ///< Between two blocks.
constexpr int behind_header = 256;  ///< Between a block's header and its content.

void must_work(int status) {
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_OK) throw std::invalid_argument("window bits or level out of range");
}

}  // namespace

// ---- MessageDeflater ----

void MessageDeflater::Free::operator()(z_stream_s* stream) const noexcept {
    deflateEnd(stream);
    delete stream;
}

MessageDeflater::MessageDeflater(int window_bits, bool context_takeover, int level)
    : stream_(new z_stream{}), context_takeover_(context_takeover) {
    // zlib takes other numbers as well, and other things for them: a positive one is the format with a header.
    if (window_bits < smallest_window_bits || window_bits > MAX_WBITS || level < 0) must_work(Z_STREAM_ERROR);
    constexpr int default_memory = 8;
    must_work(deflateInit2(stream_.get(), level, Z_DEFLATED, -window_bits, default_memory, Z_DEFAULT_STRATEGY));
}

Octets MessageDeflater::compress(OctetView message) {
    // 7.2.3.6. The compressor is at an octet's boundary here; zlib would not flush twice.
    if (message.empty()) return {0x00};
    Octets out;
    std::array<Octet, chunk_size> chunk;
    while (true) {
        auto const piece = message.first(std::min(message.size(), longest_input));
        message = message.subspan(piece.size());
        stream_->next_in = piece.data();
        stream_->avail_in = static_cast<uInt>(piece.size());
        int const flush = message.empty() ? Z_SYNC_FLUSH : Z_NO_FLUSH;
        do {
            stream_->next_out = chunk.data();
            stream_->avail_out = chunk_size;
            // It can't fail: what it reports is that there was nothing left to do.
            deflate(stream_.get(), flush);
            append(out, OctetView(chunk).first(chunk_size - stream_->avail_out));
        } while (stream_->avail_out == 0);
        if (message.empty()) break;
    }
    out.resize(out.size() - tail.size());
    if (!context_takeover_) deflateReset(stream_.get());
    return out;
}

// ---- MessageInflater ----

void MessageInflater::Free::operator()(z_stream_s* stream) const noexcept {
    inflateEnd(stream);
    delete stream;
}

MessageInflater::MessageInflater(int window_bits, bool context_takeover, std::uint64_t limit)
    : stream_(new z_stream{}), context_takeover_(context_takeover), limit_(limit) {
    if (window_bits < 8 || window_bits > MAX_WBITS) must_work(Z_STREAM_ERROR);
    must_work(inflateInit2(stream_.get(), -window_bits));
}

MessageInflater::Result MessageInflater::feed(OctetView piece, Octets& out) {
    while (result_ == Result::ok && !piece.empty()) {
        auto const now = piece.first(std::min(piece.size(), longest_input));
        piece = piece.subspan(now.size());
        has_payload_ = true;
        for (Octet const octet : now.last(std::min(now.size(), tail.size()))) last_four_ = last_four_ << 8 | octet;
        stream_->next_in = now.data();
        stream_->avail_in = static_cast<uInt>(now.size());
        result_ = inflate_all(out);
    }
    return result_;
}

/// Until the input is used up.
MessageInflater::Result MessageInflater::inflate_all(Octets& out) {
    std::array<Octet, chunk_size> chunk;
    while (true) {
        if (final_block_done_) {
            if (stream_->avail_in == 0) return Result::ok;
            // 7.2.3.4: a block with BFINAL ends the DEFLATE stream, not the message, and not the window either. This
            // keeps the window where it is. Taking it out and putting it back (inflateGetDictionary(),
            // inflateSetDictionary()) costs 64 KiB of copying, and a block may be no longer than two octets.
            inflateResetKeep(stream_.get());
            final_block_done_ = false;
            block_is_empty_ = true;
        }
        if (between_blocks()) block_is_empty_ = true;
        std::uint64_t const left = limit_ - size_;
        auto const room = static_cast<uInt>(left < chunk_size ? left + 1 : chunk_size);
        stream_->next_out = chunk.data();
        stream_->avail_out = room;
        // Z_BLOCK: stop behind each block, because only there it can be seen where one ends.
        int const status = inflate(stream_.get(), Z_BLOCK);
        auto const produced = OctetView(chunk).first(room - stream_->avail_out);
        if (!produced.empty()) block_is_empty_ = false;
        if (produced.size() > left) return Result::too_large;
        size_ += produced.size();
        put_out(produced, out);
        if (status == Z_MEM_ERROR) throw std::bad_alloc();
        if (status == Z_STREAM_END) {
            final_block_done_ = true;
        } else if (status == Z_BUF_ERROR) {
            return Result::ok;  // Waits for more.
        } else if (status != Z_OK) {
            return Result::broken;
        } else if (stream_->avail_in == 0 && stream_->avail_out != 0) {
            // All that can come out has come; but behind a final block zlib has yet to say that the stream ends.
            bool const final_block = (stream_->data_type & in_final_block) != 0;
            if (!between_blocks() || !final_block) return Result::ok;
        }
    }
}

void MessageInflater::put_out(OctetView octets, Octets& out) const {
    std::size_t const needed = out.size() + octets.size();
    if (needed > out.capacity()) {
        // As a vector grows by itself, but never for octets that the limit would not let in.
        std::uint64_t const still_allowed = limit_ - size_;
        out.reserve(needed + static_cast<std::size_t>(std::min<std::uint64_t>(needed, still_allowed)));
    }
    append(out, octets);
}

MessageInflater::Result MessageInflater::end() {
    // zlib is not asked about a message without payload: it would take the tail for the start of a block.
    if (result_ != Result::ok || !has_payload_) return result_;
    if (!final_block_done_ && !has_its_tail() && !completed_by_tail()) return result_ = Result::broken;
    has_payload_ = false;
    size_ = 0;
    last_four_ = 0;
    block_is_empty_ = true;
    if (!context_takeover_) {
        inflateReset(stream_.get());
        final_block_done_ = false;
    }
    return result_;
}

/// The sender has left its empty stored block as it was.
bool MessageInflater::has_its_tail() const {
    return between_blocks() && (stream_->data_type & unused_bits) == 0 && block_is_empty_ && last_four_ == 0x0000ffff;
}

/// 7.2.2: appends the tail. Where the payload ends inside a block, zlib would take these octets for content and hand
/// them out; so they have to be all of the LEN and NLEN of a stored block without content, and nothing else.
bool MessageInflater::completed_by_tail() {
    Octet content = 0;
    stream_->next_in = tail.data();
    stream_->avail_in = tail.size();
    stream_->next_out = &content;
    stream_->avail_out = 1;
    // Z_TREES: stop behind the header of the block. Other blocks could end theirs with these octets, but have content.
    int const status = inflate(stream_.get(), Z_TREES);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    bool const header_ends = (stream_->data_type & (behind_header | unused_bits)) == behind_header;
    // A block with the fixed codes could end its header in front of the tail, and the tail's first bits would end it.
    if (!header_ends || stream_->avail_in != 0) return false;
    // Only the block that is stored and empty is over without a further bit.
    inflate(stream_.get(), Z_BLOCK);
    return between_blocks();
}

bool MessageInflater::between_blocks() const { return (stream_->data_type & behind_block) != 0; }

}  // namespace wsspec
