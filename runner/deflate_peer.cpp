#include "runner/deflate_peer.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "reference/close_code.h"
#include "reference/deflate.h"
#include "reference/endpoint.h"
#include "reference/handshake.h"
#include "runner/head_lines.h"

namespace wsspec {

namespace {

constexpr std::string_view field = "Sec-WebSocket-Extensions";
constexpr std::string_view client_takeover = "client_no_context_takeover";

class DeflatePeer final : public FrameFilter {
public:
    explicit DeflatePeer(DeflateManners manners) : FrameFilter(bad_rsv), manners_(std::move(manners)) {}

    std::string request(std::string head) override;
    std::string response(std::string response, const std::string& head) override;

private:
    Frames incoming_frame(Frame frame) override;
    Frames outgoing_frame(Frame frame) override;
    Frame read(Frame frame);
    Piece piece_of(const Frame& frame) const;

    DeflateManners manners_;
    std::string answer_;
    std::optional<DeflateAgreement> agreement_;
    Inflate inflate_;
    Deflate deflate_;
    bool open_ = false;        // a message has begun and not ended
    bool compressed_ = false;  // it, or the last one, has RSV1
    bool failed_ = false;
};

/// What an honest peer answers.
std::optional<Extension> right_answer(const std::vector<Extension>& offers) {
    auto const accepted = accept_deflate_offer(offers);
    if (!accepted) return std::nullopt;
    Extension answer = accepted->answer;
    std::erase_if(answer.parameters, [](const auto& parameter) { return parameter.name == client_takeover; });
    return answer;
}

std::string DeflatePeer::request(std::string head) {
    if (reference() == Role::client) return head;  // The reference makes the offer.
    auto const checked = check_request(head);
    // What the reference refuses it has to see as it is.
    if (!checked.must_be_accepted() || checked.extensions.empty()) return head;
    auto const right = right_answer(checked.extensions);
    if (manners_.answers) {
        answer_ = manners_.answers(checked.extensions, right);
    } else if (right) {
        answer_ = to_string(std::vector{*right});
    }
    bool const offered = std::ranges::any_of(checked.extensions,
                                             [](const Extension& offer) { return offer.name == permessage_deflate; });
    if (manners_.refuses_instead_of_declining && offered && answer_.empty()) return "refused\r\n\r\n";
    return text_of(lines_of(head).drop(field));
}

/// A peer's inflater is for what clients send, its deflater for what servers do: to a client it is the other way round.
DeflateAgreement mirrored(const DeflateAgreement& agreement) {
    return {.server_no_context_takeover = agreement.client_no_context_takeover,
            .client_no_context_takeover = agreement.server_no_context_takeover,
            .server_max_window_bits = agreement.client_max_window_bits,
            .client_max_window_bits = agreement.server_max_window_bits};
}

std::string DeflatePeer::response(std::string response, const std::string& request) {
    if (!response.starts_with("HTTP/1.1 101")) return response;
    if (reference() == Role::client) {
        auto const checked = check_response(response, check_request(request));
        // What the reference refuses it has to see as it is.
        if (!checked || !checked->opens()) return response;
        if (auto const said = deflate_agreement(checked->extensions)) agreement_ = mirrored(*said);
        response = text_of(lines_of(response).drop(field));
    } else if (!answer_.empty()) {
        response = text_of(lines_of(response).add(field, answer_));
        if (auto const said = parse_extensions({answer_})) agreement_ = deflate_agreement(*said);
    }
    if (manners_.acts_on) agreement_ = manners_.acts_on(agreement_);
    if (agreement_) {
        inflate_ = manners_.inflate(*agreement_);
        deflate_ = manners_.deflate(*agreement_);
    }
    return response;
}

Frames DeflatePeer::incoming_frame(Frame frame) {
    if (!agreement_) return {std::move(frame)};
    Frames out;
    for (auto& one : manners_.reads ? manners_.reads(std::move(frame)) : Frames{std::move(frame)})
        out.push_back(read(std::move(one)));
    return out;
}

Frame DeflatePeer::read(Frame frame) {
    // What breaks the framing is for the reference to refuse.
    if (is_reserved(frame.opcode)) return frame;
    if (is_data(frame)) {
        bool const begins = starts_message(frame);
        if (begins == open_) return frame;
        open_ = !frame.fin;
        if (begins) {
            compressed_ = (frame.rsv & rsv1) != 0;
            frame.rsv = static_cast<Octet>(frame.rsv & ~rsv1);
        }
    }
    auto payload = inflate_(frame.payload, piece_of(frame));
    if (!payload) {
        failed_ = true;
        return refused_with_1002();
    }
    frame.payload = std::move(*payload);
    return frame;
}

Piece DeflatePeer::piece_of(const Frame& frame) const {
    if (!is_data(frame)) return Piece::control;
    if (!compressed_) return Piece::uncompressed;
    return frame.fin ? Piece::last : Piece::more;
}

Frames DeflatePeer::outgoing_frame(Frame frame) {
    if (failed_ && frame.opcode == Opcode::close)
        return {close_frame(number(CloseCode::invalid_payload), "a compressed message cannot be decompressed")};
    if (!agreement_) return {std::move(frame)};
    if (starts_message(frame)) {
        if (auto packed = deflate_(frame.payload)) {
            frame.payload = std::move(*packed);
            frame.rsv |= rsv1;
        }
    }
    return manners_.writes ? manners_.writes(std::move(frame)) : Frames{std::move(frame)};
}

}  // namespace

Inflate honest_inflate(const DeflateAgreement& agreement) {
    std::uint64_t const limit = EndpointLimits{}.message + 1;
    auto const inflater = std::make_shared<MessageInflater>(agreement.window_bits(Role::client),
                                                            !agreement.no_context_takeover(Role::client), limit);
    return [inflater](OctetView payload, Piece piece) -> std::optional<Octets> {
        if (piece == Piece::control || piece == Piece::uncompressed) return Octets(payload.begin(), payload.end());
        Octets out;
        auto result = inflater->feed(payload, out);
        if (piece == Piece::last && result == MessageInflater::Result::ok) result = inflater->end();
        if (result == MessageInflater::Result::broken) return std::nullopt;
        return out;
    };
}

Deflate honest_deflate(const DeflateAgreement& agreement) {
    auto const deflater = std::make_shared<MessageDeflater>(agreement.window_bits(Role::server),
                                                            !agreement.no_context_takeover(Role::server));
    return [deflater](OctetView message) -> std::optional<Octets> { return deflater->compress(message); };
}

net::FilterFactory deflate_peer(std::function<DeflateManners()> manners) {
    return [manners = std::move(manners)] { return std::make_unique<DeflatePeer>(manners()); };
}

net::FilterFactory deflate_peer(DeflateManners manners) {
    return deflate_peer([manners = std::move(manners)] { return manners; });
}

}  // namespace wsspec
