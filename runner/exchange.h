// An exchange: the messages of one `RoundTrips` step, written and compared as they pass. Sans I/O; memory does not
// grow with the number of messages, nor with their size unless they are compressed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "cases/corpus.h"
#include "cases/script.h"
#include "reference/deflate.h"
#include "reference/judge.h"
#include "reference/observation.h"

namespace wsspec {

/// How many messages an exchange has in this profile: `full` sends all, the others keep every size and every set of
/// parameters, with fewer messages.
enum class Profile { quick, standard, full };
std::size_t messages_of(const RoundTrips& trips, Profile profile);

/// Compressed messages that do not depend on the ones before them, kept for the next case that sends the same: the
/// corpora come around, and compressing costs a tester more than all the rest. One for a run; used from one thread.
class CompressedMessages {
public:
    const Octets& message(const RoundTrips& trips, const Messages& messages, std::uint64_t n, int window_bits);

private:
    using Key = std::tuple<Content::Kind, Octets, Opcode, std::size_t, std::uint64_t, int>;
    std::map<Key, Octets> made_;
    std::map<int, MessageDeflater> deflaters_;
};

class Exchange final : public MessageSink {
public:
    struct Settings {
        Role sender = Role::client;
        std::size_t count = 1;
        std::uint64_t greetings = 0;  ///< Messages of the target's own that are still to come.
        std::optional<DeflateAgreement> deflate = {};
        std::function<MaskingKey()> fresh_key = {};
        std::shared_ptr<CompressedMessages> compressed = {};
        /// Asked for each write, in place of RoundTrips::write_size; not 0.
        std::function<std::size_t()> write_size = {};
        bool write_a_frame = false;  ///< Each write ends where a frame does.
    };
    /// `trips` must outlive the exchange.
    Exchange(const RoundTrips& trips, Settings settings);

    /// What to write next, in one piece: whole frames, or a part of a frame that is too long for one write. Empty: not
    /// before something has come back.
    Octets next_write();
    /// A control frame may stand here.
    bool at_frame_boundary() const { return frame_left_ == 0 && pending_at_ == pending_.size(); }
    /// Everything was sent and has come back.
    bool done() const { return returned_ == settings_.count; }
    /// What is wrong with what came back; nothing more is sent then.
    const std::optional<Finding>& broken() const { return broken_; }
    /// Octets of the largest message that has not come back: what the target says may be about it.
    std::uint64_t largest_under_way() const;
    /// Frames that it takes, sent or not.
    std::uint64_t fragments_under_way() const;

    std::uint64_t returned() const { return returned_; }
    /// Changes with every octet that is sent or comes back as it should: as long as it does, the target is alive.
    std::uint64_t moved() const { return moved_; }
    /// Octets of all messages, before compression.
    std::uint64_t octets() const;
    std::uint64_t compressed() const { return compressed_; }
    /// What is to be said although everything came back.
    std::optional<Finding> remark() const;

private:
    void on_message_begin(Opcode opcode) override;
    void on_message_piece(OctetView octets) override;
    void on_message_end(const InflateFacts* deflate) override;

    void begin_message();
    void begin_frame();
    void fill(std::size_t write_size);
    bool window_open() const { return sent_ - returned_ < std::max<std::size_t>(1, trips_.in_flight); }
    void fail(std::string_view requirement, std::string what);
    std::string which() const;

    const RoundTrips& trips_;
    Settings settings_;
    Messages messages_;

    // Sending: the message, the frame of it and the octets that are made but not yet handed out.
    std::uint64_t sent_ = 0;  // messages begun
    bool message_open_ = false;
    std::optional<MessageOctets> plain_;
    const Octets* packed_ = nullptr;  // compressed, here or in the cache
    Octets packed_here_;
    std::optional<MessageDeflater> deflater_;
    std::size_t message_size_ = 0;  // as sent
    std::size_t message_at_ = 0;
    bool first_frame_ = true;
    bool last_frame_ = false;
    std::size_t frame_left_ = 0;
    std::size_t frame_at_ = 0;  // of its payload: the masking key goes on there
    MaskingKey key_{};
    Octets pending_;
    std::size_t pending_at_ = 0;

    // Receiving.
    std::uint64_t returned_ = 0;
    std::optional<MessageOctets> expected_;
    std::size_t received_ = 0;
    bool is_greeting_ = false;
    std::uint64_t compressed_ = 0;
    std::uint64_t moved_ = 0;
    std::optional<Finding> broken_;
    std::optional<Finding> remark_;
};

}  // namespace wsspec
