// What zlib makes of permessage-deflate messages, to compare ours with.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstdlib>

#include "reference/octets.h"

namespace wsspec {

/// Inflates octet by octet, and asks zlib after each one where it stands. That shows what RFC 7692 7.2.2 is about, and
/// what cannot be seen by appending 00 00 ff ff and looking at the result: which block they were taken for.
class ZlibOracle {
public:
    ZlibOracle() {
        if (inflateInit2(&stream_, -15) != Z_OK) std::abort();
    }
    ~ZlibOracle() { inflateEnd(&stream_); }
    ZlibOracle(const ZlibOracle&) = delete;
    ZlibOracle& operator=(const ZlibOracle&) = delete;

    struct Message {
        bool accepted = false;
        Octets out;  // up to the problem if there is one
        unsigned final_blocks = 0;
        bool ends_behind_final = false;
        bool tail_left_in = false;
    };

    /// The window is kept for the next message. After one that is not accepted the oracle is spent.
    Message inflate_message(OctetView payload) {
        Message message;
        place_ = {.at_block = true};
        for (Octet const octet : payload)
            if (!step(octet, message)) return message;
        if (payload.empty()) return message;
        if (place_.at_block && place_.held == 0 && (place_.behind_final || place_.behind_empty_stored)) {
            message.ends_behind_final = place_.behind_final;
            message.tail_left_in = place_.behind_empty_stored;
            message.accepted = true;
            return message;
        }
        if (place_.at_block || place_.held != 0) return message;
        Message tail;
        for (Octet const octet : hex("00 00 ff ff"))
            if (!step(octet, tail)) return message;
        message.final_blocks += tail.final_blocks;
        message.accepted = place_.behind_empty_stored;
        return message;
    }

private:
    struct Place {
        bool at_block = false;  // in front of a block's first bit
        int held = 0;           // bits that zlib has read and not used
        bool behind_final = false;
        bool behind_empty_stored = false;
    };

    bool step(Octet octet, Message& message) {
        Octet buffer[8192];  // far more than one octet can stand for
        stream_.next_in = &octet;
        stream_.avail_in = 1;
        stream_.next_out = buffer;
        stream_.avail_out = sizeof buffer;
        int const status = inflate(&stream_, Z_SYNC_FLUSH);
        auto const inflated = OctetView(buffer).first(sizeof buffer - stream_.avail_out);
        append(message.out, inflated);
        append(window_, inflated);
        if (window_.size() > 4 * 32768) window_.erase(window_.begin(), window_.end() - 32768);
        if (status != Z_OK && status != Z_STREAM_END) return false;
        if (stream_.avail_in != 0 || stream_.avail_out == 0) std::abort();

        // Three whole octets wait together only where a stored block's LEN and NLEN are due: a code and its extra bits
        // never take that many.
        bool const lengths_due = place_.held == 24;
        bool const final = status == Z_STREAM_END;
        place_ = {.at_block = final || (stream_.data_type & 128) != 0,
                  .held = final ? 0 : stream_.data_type & 63,
                  .behind_final = final,
                  .behind_empty_stored = false};
        place_.behind_empty_stored = lengths_due && place_.at_block && place_.held == 0;
        if (!final) return true;
        ++message.final_blocks;
        auto const last = OctetView(window_).last(std::min<std::size_t>(window_.size(), 32768));
        return inflateReset(&stream_) == Z_OK &&
               inflateSetDictionary(&stream_, last.data(), static_cast<uInt>(last.size())) == Z_OK;
    }

    z_stream stream_{};
    Octets window_;
    Place place_;
};

}  // namespace wsspec
