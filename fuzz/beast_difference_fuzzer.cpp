// Contract: whatever a script sends, in whatever pieces, our endpoint and Boost.Beast's WebSocket stream make the same
// of it: the same messages in the same order, then the same end: still open, closed by a Close of the same code, or
// failed. Where they may differ stands in one table, with the reason.
//
// Input: an encoded script. Both roles are tried, with and without permessage-deflate.
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <iterator>

#include "fuzz/script_codec.h"
#include "fuzz/scripts.h"
#include "fuzz/targets.h"
#include "reference/endpoint.h"
#include "reference/handshake.h"

namespace wsspec::targets {

namespace {

namespace net = boost::asio;
namespace ws = boost::beast::websocket;
using ErrorCode = boost::system::error_code;

constexpr std::size_t longest_stream = 100000;
constexpr std::uint64_t largest_message = 1U << 20;

struct Message {
    bool text = false;
    Octets payload;
    bool operator==(const Message&) const = default;
};

/// What one of the two made of a stream.
struct Trace {
    enum class End { open, closed, failed };
    std::vector<Message> messages;
    End end = End::open;
    std::uint16_t code = 0;  ///< Of the Close that was received.
    std::string why;         ///< Of a failure: the requirement, or the message of Beast's error.
    /// Ours: the frame in which a failure shows has no complete header. Beast's: it is one of its inflater's.
    bool in_half_a_header = false;
    bool of_deflate = false;
};

// ---- Beast ----

/// The transport: hands out the stream in its pieces, the handshake in front, and swallows what Beast writes.
class Wire {
public:
    using executor_type = net::io_context::executor_type;

    Wire(net::io_context& context, const WireStream& stream, std::string first)
        : context_(&context), stream_(&stream), first_(std::move(first)) {}

    executor_type get_executor() { return context_->get_executor(); }

    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, ErrorCode& error) {
        answer_handshake();
        OctetView piece = as_octets(first_);
        if (piece.empty()) {
            auto const next = std::ranges::upper_bound(stream_->cuts, at_);
            std::size_t const to = next == stream_->cuts.end() ? stream_->octets.size() : *next;
            piece = std::span(stream_->octets).subspan(at_, to - at_);
        }
        if (piece.empty()) {
            error = net::error::eof;
            return 0;
        }
        error = {};
        std::size_t const copied = net::buffer_copy(buffers, net::buffer(piece.data(), piece.size()));
        if (first_.empty()) {
            at_ += copied;
        } else {
            first_.erase(0, copied);
        }
        return copied;
    }
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers) {
        ErrorCode error;
        auto const size = read_some(buffers, error);
        if (error) throw boost::system::system_error(error);
        return size;
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, ErrorCode& error) {
        error = {};
        if (!answered_) written_ += boost::beast::buffers_to_string(buffers);
        return boost::beast::buffer_bytes(buffers);
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers) {
        ErrorCode error;
        return write_some(buffers, error);
    }

    /// As a server: what its client asks is answered.
    void answer_with(std::string extensions) {
        extensions_ = std::move(extensions);
        answered_ = false;
    }

private:
    void answer_handshake() {
        if (answered_) return;
        answered_ = true;
        first_ = build_acceptance(check_request(written_).key, {}, extensions_);
    }

    net::io_context* context_;
    const WireStream* stream_;
    std::string first_;
    std::string written_;
    std::string extensions_;
    bool answered_ = true;
    std::size_t at_ = 0;
};
void teardown(boost::beast::role_type, Wire&, ErrorCode& error) { error = {}; }

Trace of_beast(const WireStream& sent, Role role, bool deflate) {
    static net::io_context context;
    constexpr std::string_view offer = "permessage-deflate";
    ClientRequest asked;
    asked.host = "localhost";
    asked.key = "AQIDBAUGBwgJCgsMDQ4PEA==";
    asked.extensions = deflate ? offer : "";
    ws::stream<Wire> stream(Wire(context, sent, role == Role::server ? build_request(asked) : ""));
    ws::permessage_deflate parameters;
    parameters.server_enable = parameters.client_enable = deflate;
    stream.set_option(parameters);
    stream.read_message_max(largest_message);
    ErrorCode error;
    if (role == Role::server) {
        stream.accept(error);
    } else {
        stream.next_layer().answer_with(deflate ? std::string(offer) : "");
        stream.handshake("localhost", "/", error);
    }
    demand(!error, "Beast does not open");

    Trace out;
    while (true) {
        boost::beast::flat_buffer buffer;
        stream.read(buffer, error);
        if (error) break;
        auto const data = buffer.data();
        const auto* const octets = static_cast<const Octet*>(data.data());
        out.messages.push_back({.text = stream.got_text(), .payload = Octets(octets, octets + data.size())});
    }
    if (error == ws::error::closed) {
        out.end = Trace::End::closed;
        out.code = stream.reason().code;
    } else if (error != net::error::eof) {
        out.end = Trace::End::failed;
        out.why = error.message();
        out.of_deflate = std::string_view(error.category().name()).find("zlib") != std::string_view::npos;
    }
    return out;
}

// ---- Ours ----

Trace of_ours(const WireStream& sent, Role role, bool deflate) {
    Endpoint endpoint(role, {.message = largest_message}, deflate ? std::optional(DeflateAgreement{}) : std::nullopt);
    Octets stream = sent.octets;
    Trace out;
    std::span<Octet> rest = stream;
    while (!rest.empty()) {
        rest = rest.subspan(endpoint.receive(rest));
        for (auto& event : endpoint.take_events()) {
            if (event.kind == EndpointEvent::Kind::message)
                out.messages.push_back({.text = event.opcode == Opcode::text, .payload = std::move(event.payload)});
            if (event.kind == EndpointEvent::Kind::close) {
                out.end = Trace::End::closed;
                out.code = event.code == 1005 ? std::uint16_t{0} : event.code;
            }
        }
    }
    if (endpoint.violation()) {
        out.end = Trace::End::failed;
        out.why = endpoint.violation()->requirement;
        auto const frame = std::span(sent.octets).subspan(static_cast<std::size_t>(endpoint.violation()->frame_offset));
        std::size_t const form = frame.size() < 2 ? 0 : frame[1] & 0x7fU;
        bool const has_key = role == Role::server || (frame.size() >= 2 && (frame[1] & 0x80U) != 0);
        std::size_t const header = 2U + (form == 126 ? 2U : form == 127 ? 8U : 0U) + (has_key ? 4U : 0U);
        out.in_half_a_header = frame.size() < header;
    } else if (out.end == Trace::End::open && endpoint.close_expected()) {
        out.end = Trace::End::failed;
        out.why = "too big";
    }
    return out;
}

// ---- Where they may differ ----

struct Permitted {
    const char* reason;
    bool (*applies)(const Trace& ours, const Trace& theirs, bool deflate);
};

bool fails_over(const Trace& trace, std::string_view why) {
    return trace.end == Trace::End::failed && trace.why.find(why) != std::string::npos;
}

using End = Trace::End;

constexpr Permitted permitted[] = {
    {"RFC 6455 10.4 leaves open when a limit is looked at: we look at what is announced, Beast at what has come",
     [](const Trace& ours, const Trace& theirs, bool) {
         return fails_over(ours, "too big") || fails_over(theirs, "message size exceeded");
     }},
    {"we fail at the first octet that shows a fault, Beast when the header is complete, and here it never is",
     [](const Trace& ours, const Trace& theirs, bool) {
         return ours.end == End::failed && theirs.end == End::open && ours.in_half_a_header &&
                ours.messages == theirs.messages;
     }},
    {"RFC 6455 7.4.2 says nothing of codes from 5000 on: Beast takes them",
     [](const Trace& ours, const Trace& theirs, bool) {
         return fails_over(ours, "R6455-7.4.2-5") && theirs.end == End::closed && theirs.code >= 5000;
     }},
    {"1014 was registered after RFC 6455, and after Beast's list",
     [](const Trace& ours, const Trace& theirs, bool) {
         return ours.end == End::closed && ours.code == 1014 && theirs.end == End::failed;
     }},
    {"Beast 1.81 does not look whether a text is complete if its last frame is empty (a breach of RFC 6455 8.1)",
     [](const Trace& ours, const Trace& theirs, bool) {
         return fails_over(ours, "R6455-8.1-1") && theirs.messages.size() > ours.messages.size() &&
                theirs.messages[ours.messages.size()].text &&
                !is_valid_utf8(theirs.messages[ours.messages.size()].payload);
     }},
    {"Beast's inflater ends at BFINAL, which RFC 7692 7.2.3.4 lets a sender set, and wants the 00 00 ff ff removed as "
     "7.2.1 has it; and it hands out what there is of data that ends inside a block (7.2.2 says nothing of it)",
     [](const Trace& ours, const Trace& theirs, bool deflate) {
         return deflate && (theirs.of_deflate || fails_over(ours, "R7692-7.2.2-11"));
     }},
    {"a message compressed into no octets at all, where RFC 7692 7.2.3.6 wants one, leaves Beast's inflater inside the "
     "block that 00 00 ff ff begin, and the messages behind it are read as a part of that",
     [](const Trace& ours, const Trace& theirs, bool deflate) {
         auto const differ = std::ranges::mismatch(ours.messages, theirs.messages).in1;
         return deflate &&
                std::any_of(ours.messages.begin(), differ, [](const Message& each) { return each.payload.empty(); });
     }},
};

void compare(const Trace& ours, const Trace& theirs, Role role, bool deflate) {
    bool const same = ours.end == theirs.end && ours.messages == theirs.messages && ours.code == theirs.code;
    if (same) return;
    for (const auto& difference : permitted)
        if (difference.applies(ours, theirs, deflate)) return;
    constexpr const char* ends[] = {"open", "closed", "failed"};
    std::fprintf(stderr, "as a %s%s: we are %s (%u %s) with %zu messages, Beast is %s (%u %s) with %zu messages%s\n",
                 std::string(to_string(role)).c_str(), deflate ? " with deflate" : "", ends[static_cast<int>(ours.end)],
                 static_cast<unsigned>(ours.code), ours.why.c_str(), ours.messages.size(),
                 ends[static_cast<int>(theirs.end)], static_cast<unsigned>(theirs.code), theirs.why.c_str(),
                 theirs.messages.size(), ours.messages == theirs.messages ? "" : ", which differ");
    demand(false, "a difference that the table does not have");
}

}  // namespace

void beast_difference(OctetView input) {
    Script const script = decode(input);
    for (Role const role : {Role::server, Role::client}) {
        auto const sent = wire_stream(script, other(role), longest_stream);
        for (bool const deflate : {false, true})
            compare(of_ours(sent, role, deflate), of_beast(sent, role, deflate), role, deflate);
    }
}

}  // namespace wsspec::targets
