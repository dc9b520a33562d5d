// The player's part in the opening handshake: as a client it asks and reads the answer, as a server it answers
// (RFC 6455 section 4).
#include <algorithm>
#include <charconv>
#include <utility>

#include "cases/describe.h"
#include "reference/permessage_deflate.h"
#include "runner/player.h"

namespace wsspec {

namespace {

constexpr std::size_t response_limit = 64U << 10;
/// What a target may send on a connection before the tester stops listening: the largest thing we ask for comes back,
/// and there is room for what nobody asked for.
constexpr std::uint64_t slack = 1U << 20;

/// An `expect` behind `open` that only speaks of silence or anything is about the opening handshake, too.
bool takes_opening(const Expect& expect) {
    return is_about_opening(expect) || std::ranges::all_of(expect.any_of, [](const Outcome& outcome) {
               return outcome.kind == Outcome::Kind::drops || outcome.kind == Outcome::Kind::anything;
           });
}

/// RFC 6066 section 3: the server name is a DNS name; "Literal IPv4 and IPv6 addresses are not permitted".
bool has_a_name(std::string_view authority) {
    return !authority.starts_with('[') &&
           authority.substr(0, authority.find(':')).find_first_not_of("0123456789.") != std::string_view::npos;
}

}  // namespace

void Player::start_opening(const Open& open) {
    silent_ = open.silent;
    if (settings_.profile.role == Role::client) return answer_opening(open);
    settings_.values.key = random_key();
    std::string text = render(open.handshake, settings_.values);
    std::size_t head = head_size(text).value_or(text.size());
    request_ = check_request(std::string_view(text).substr(0, head));
    // A body belongs to the request; what stands behind that is the stream already, if the target opens.
    const auto& fields = request_.head.fields;
    if (fields.count("Transfer-Encoding") != 0) {
        head = text.size();
    } else if (auto const length = fields.first("Content-Length")) {
        std::size_t body = 0;
        std::from_chars(length->data(), length->data() + length->size(), body);
        head += std::min(body, text.size() - head);
    }
    Octets all = octets(text);
    append(stream_, std::span(all).subspan(head));
    for (const auto& frame : open.handshake.early) {
        Octets const octets = wire_of(frame);
        append(stream_, octets);
        append(all, octets);
        if (frame.opcode == Opcode::close) close_sent_ = true;
    }
    early_ = all.size() - head;
    queue(std::move(all), early_, {head, head + early_}, open.delivery, "opening handshake");
    begin_filler(open.handshake, open.delivery);
    phase_ = Phase::opening;
}

namespace {

/// What the offers of a case ask of a server, asked of a client.
std::vector<DeflatePolicy> mirrored(const Handshake& handshake) {
    std::string const text = render(handshake, {});
    auto const request = check_request(std::string_view(text).substr(0, head_size(text).value_or(text.size())));
    std::vector<DeflatePolicy> out;
    for (const auto& offer : request.extensions) {
        if (offer.name != permessage_deflate) continue;
        auto const asked = deflate_agreement(offer);
        DeflatePolicy policy{.client_no_context_takeover = asked.server_no_context_takeover};
        if (asked.server_max_window_bits != 15) policy.client_max_window_bits = asked.server_max_window_bits;
        out.push_back(policy);
    }
    return out;
}

/// The first of these demands that the client's offers allow.
std::optional<AcceptedDeflate> accept_with(const std::vector<DeflatePolicy>& demands, const CheckedRequest& request) {
    for (const auto& demand : demands) {
        auto accepted = accept_deflate_offer(request.extensions, demand);
        if (accepted && accepted->agreement.client_max_window_bits <= demand.client_max_window_bits.value_or(15))
            return accepted;
    }
    return std::nullopt;
}

/// The head of the final response in what a case answers: behind interim ones (RFC 9110 section 15.2). Nothing if it
/// does not end.
std::optional<std::string_view> final_answer(std::string_view text) {
    while (true) {
        auto const size = head_size(text);
        if (!size) return std::nullopt;
        auto const head = parse_response_head(text.substr(0, *size));
        if (!head || head->status >= 200 || head->status == 101 || head->status < 100) return text.substr(0, *size);
        text.remove_prefix(*size);
    }
}

}  // namespace

std::string Player::answer_in_words() const {
    using Answer = Opening::Answer;
    if (!opening_) return "nothing";
    std::string out = describe(*opening_);
    const auto* open = program_.empty() ? nullptr : std::get_if<Open>(&program_.front().get().action);
    bool const pipelined = settings_.profile.role == Role::server && open != nullptr &&
                           !open->handshake.after.empty() && response_.empty();
    if (pipelined && opening_->answer == Answer::silent)
        return out + ": does the target wait for the octets that came right behind the head of the request?";
    bool const no_http = opening_->answer == Answer::silent || opening_->answer == Answer::garbage;
    if (!no_http || response_.empty()) return out;
    constexpr std::size_t shown_octets = 8;
    auto const came = as_octets(response_);
    out += opening_->answer == Answer::silent ? "; what came is " : ": ";
    out += to_hex(came.first(std::min(came.size(), shown_octets)));
    if (came.size() > shown_octets) out += " …";
    // RFC 8446 section 5.1: an alert or a part of the TLS handshake, and the major version.
    bool const tls = came.size() >= 2 && (came[0] == 0x15 || came[0] == 0x16) && came[1] == 3;
    return out + (tls ? ", a TLS record? (wss: instead of ws:)" : "");
}

/// The target is a client: its request is here, the answer is ours.
void Player::answer_opening(const Open& open) {
    request_ = check_request(settings_.request);
    opening_ = Opening{
        .answer = Opening::Answer::opened,
        .status = 101,
        .defects = client_defects(request_, {.authority = settings_.authority, .tls = settings_.tls.has_value()})};
    opened_ = true;
    std::string text;
    std::size_t head = 0;
    if (open.answer) {
        settings_.values.key = request_.key;
        settings_.values.accept = accept_for(request_.key);
        settings_.values.offered = request_.subprotocols;
        text = render(*open.answer, settings_.values);
        auto const answer = final_answer(text);
        auto const checked = answer ? check_response(*answer, request_) : std::nullopt;
        head = answer ? static_cast<std::size_t>(answer->data() - text.data()) + answer->size() : text.size();
        head_ended_ = answer.has_value();
        duty_ = client_duty(checked);
        http_goes_on_ = checked && checked->head.status >= 200 && checked->head.status <= 999;
        if (checked && !must_fail()) settings_.profile.deflate = deflate_agreement(checked->extensions);
    } else {
        std::string extensions;
        if (auto const accepted = accept_with(mirrored(open.handshake), request_)) {
            settings_.profile.deflate = accepted->agreement;
            extensions = to_string(std::vector{accepted->answer});
        }
        text = build_acceptance(request_.key, {}, extensions);
        head = text.size();
    }
    Octets all = octets(text);
    append(stream_, std::span(all).subspan(head));
    for (const auto& frame : open.answer ? open.answer->early : open.handshake.early) {
        Octets const octets = wire_of(frame);
        append(stream_, octets);
        append(all, octets);
        if (frame.opcode == Opcode::close) close_sent_ = true;
    }
    std::size_t const behind = all.size() - head;
    queue(std::move(all), behind, {head, head + behind}, open.delivery, "answer to the opening handshake");
    if (open.answer) begin_filler(*open.answer, open.delivery);
    observer_.emplace(Role::client, slack + 2 * stream_.size(), settings_.profile.deflate);
    phase_ = Phase::script;
}

void Player::take_response() {
    while (!opening_) {
        auto const size = head_size(response_);
        if (!size) {
            if (response_.size() > response_limit) finish_opening({.answer = Opening::Answer::flood});
            return;
        }
        auto checked = check_response(std::string_view(response_).substr(0, *size), request_);
        if (!checked) return finish_opening({.answer = Opening::Answer::garbage});
        unsigned const status = checked->head.status;
        if (status >= 100 && status < 200 && status != 101) {
            // RFC 9110 section 15.2: interim responses come before the final one.
            response_.erase(0, *size);
            continue;
        }
        Octets rest = octets(std::string_view(response_).substr(*size));
        response_head_size_ = *size;
        // A draft of before RFC 6455 was asked for and is spoken: what follows are no frames.
        other_protocol_ = request_.key.empty() && checked->head.fields.count("Sec-WebSocket-Accept") == 0;
        finish_opening({.answer = status == 101 ? Opening::Answer::opened : Opening::Answer::refused,
                        .status = status,
                        .extensions = std::move(checked->extensions),
                        .defects = std::move(checked->defects)});
        if (opened_ && !other_protocol_) {
            observer_->receive(rest, octets_sent());
            react();
        }
    }
}

void Player::finish_opening(Opening opening) {
    opening_ = std::move(opening);
    opened_ = opening_->answer == Opening::Answer::opened;
    if (!opened_ && fills()) {
        // A target that has answered reads no more of the request.
        pieces_.clear();
        behind_filler_.clear();
        filler_left_ = 0;
    }
    auto const deflate = std::ranges::find(opening_->extensions, permessage_deflate, &Extension::name);
    if (deflate != opening_->extensions.end()) settings_.profile.deflate = deflate_agreement(*deflate);
    observer_.emplace(settings_.profile.role, slack + 2 * stream_.size(), settings_.profile.deflate);
    phase_ = Phase::script;
}

void Player::judge_opening() {
    const Expect* expect = at_ + 1 < program_.size() ? std::get_if<Expect>(&program_[at_ + 1].get().action) : nullptr;
    bool const client = settings_.profile.role == Role::client;
    // A client's answer to ours is what it does with the connection.
    bool const about_opening = expect != nullptr && (client ? is_about_opening(*expect) : takes_opening(*expect));
    if (!about_opening && opening_->answer == Opening::Answer::no_tls) {
        unimplemented_ = "the target does not speak the version of TLS that the case needs";
        return finish();
    }
    if (!about_opening && !opened_) {
        // RFC 6455 leaves a server free to refuse whom it likes.
        if (includes(case_.needs, Need::deflate) && opening_->answer == Opening::Answer::refused)
            unimplemented_ =
                "the target refuses the connection over the permessage-deflate offered: " + answer_in_words();
        else
            error_ = "the opening handshake did not succeed: " + answer_in_words();
        return finish();
    }
    auto const is_about = [&](std::string_view requirement) {
        return std::ranges::find(case_.covers, requirement) != case_.covers.end();
    };
    for (const auto& defect : opening_->defects) {
        bool const known = std::ranges::any_of(settings_.known_defects,
                                               [&](const Defect& k) { return k.requirement == defect.requirement; });
        // A client's request is the same in every case: each of its defects is filed under the case that covers it.
        bool const covered = is_about(defect.requirement);
        bool const own_host = case_.url && defect.requirement == "R9112-3.2-2";
        // Unless it comes and goes.
        bool const later = client && settings_.knows_first_request && !case_.url && !known;
        if (client ? !later && (!about_opening || !covered || own_host) : !about_opening && known) continue;
        findings_.push_back({.grade = defect.tolerable ? Grade::non_strict : Grade::fail,
                             .requirement = defect.requirement,
                             .what = (later    ? "in its opening handshake, unlike in its first one, "
                                      : client ? "in its opening handshake "
                                               : "in its answer to the opening handshake ") +
                                     printable(defect.what, 200)});
    }
    if (case_.url && client) judge_url(*case_.url);
    // RFC 6455 section 4.1: "Clients MUST use the Server Name Indication extension in the TLS handshake".
    constexpr std::string_view sni = "R6455-4.1-13";
    bool const wants_name = client && settings_.tls && settings_.tls->server_name.empty() &&
                            has_a_name(request_.head.fields.first("Host").value_or(""));
    if (wants_name && is_about(sni))
        findings_.push_back({.grade = Grade::fail,
                             .requirement = std::string(sni),
                             .what = "sends no server name in the TLS handshake, although its URL has one"});
    constexpr std::string_view recommended_window = "R7692-7.3-1";
    constexpr int least_bits = 10;
    const auto& agreed = settings_.profile.deflate;
    bool const is_small = agreed && agreed->window_bits(settings_.profile.role) < least_bits;
    if (is_small && is_about(recommended_window))
        findings_.push_back({.grade = Grade::informational,
                             .requirement = std::string(recommended_window),
                             .what = "keeps to a window of " +
                                     std::to_string(1 << agreed->window_bits(settings_.profile.role)) +
                                     " octets, though nobody asked for it"});
    constexpr std::string_view renegotiation = "R9325-3.5-1";
    if (settings_.tls && !settings_.tls->secure_renegotiation && !case_.covers.empty() &&
        case_.covers.front() == renegotiation)
        findings_.push_back({.grade = Grade::fail,
                             .requirement = std::string(renegotiation),
                             .what = "does not know renegotiation_info (RFC 5746)"});
    if (opened_) unimplemented_ = missing_agreement();
    if (!unimplemented_.empty()) return finish();
    if (!about_opening) return;
    ++at_;
    Match const found = match(*expect, *opening_);
    if (found.progress != Match::Progress::matched) {
        findings_.insert(findings_.begin(),
                         {.grade = Grade::fail, .requirement = {}, .what = "answers with " + answer_in_words()});
        unmet_ = describe(*expect);
    } else {
        take_grade(found.grade, "answers with " + answer_in_words());
        // Where the RFC does not say how to answer (drafts, early data), it does not say how the answer looks.
        if (found.grade == Grade::informational)
            for (auto& finding : findings_) finding.grade = Grade::informational;
    }
    if (!opened_ || other_protocol_) finish();
}

/// What the client has made of its URL: the target of its request (section 3), and the host that it names (4.1).
/// Whether Host is right in all else is the same in every request, and asked by 8.10.
void Player::judge_url(const GivenUrl& url) {
    auto const found = judged_target(url, request_.head.target);
    // Of a line that has not the parts of a request line there is no target.
    std::string_view const line = std::string_view(settings_.request).substr(0, settings_.request.find('\n'));
    std::string const asked = request_.head.target.empty() ? "begins its request with " + printable(line, 200)
                                                           : "asks for " + printable(request_.head.target, 200);
    if (found.grade != Grade::pass)
        findings_.push_back({.grade = found.grade, .requirement = {}, .what = asked + ": " + found.why});
    auto const host = request_.head.fields.first("Host").value_or("");
    auto const form = absolute_form(request_.head.target);
    if (host.contains('@') || (form && form->authority.contains('@')))
        findings_.push_back({.grade = Grade::fail,
                             .requirement = "R9112-3.2-2",
                             .what = "sends user information where the host belongs: " + printable(host, 200)});
    if (url.host != GivenUrl().host && !equal_ignoring_case(host.substr(0, host.find(':')), url.host))
        findings_.push_back({.grade = Grade::fail,
                             .requirement = {},
                             .what = "names the host " + printable(host, 200) + ", and not " + url.host});
}

/// Behind our answer the case wants the connection ended, and nothing else.
bool Player::only_refusal_is_expected() const {
    const Expect* expect = at_ + 1 < program_.size() ? std::get_if<Expect>(&program_[at_ + 1].get().action) : nullptr;
    return expect != nullptr && observer_ && stream_.empty() &&
           std::ranges::all_of(expect->any_of, [](const Outcome& outcome) {
               return outcome.kind == Outcome::Kind::drops || outcome.kind == Outcome::Kind::fails ||
                      outcome.kind == Outcome::Kind::waits;
           });
}

/// A client that ends TCP in place of the first frame, or never sends one, did not take our answer, and the case says
/// what that is worth.
bool Player::refused_without_a_word() const {
    auto const seen = this->seen();
    return duty_ && !seen.empty() && std::ranges::all_of(seen, is_an_end) && seen.front().kind != Seen::Kind::violation;
}

/// What the script needs and the answer to the opening handshake does not give.
std::string Player::missing_agreement() const {
    const auto& agreed = settings_.profile.deflate;
    Role const sender = other(settings_.profile.role);
    if (duty_ && includes(case_.needs, Need::subprotocol) && request_.subprotocols.empty())
        return "the target offers no subprotocol";
    if (duty_ && includes(case_.needs, Need::deflate) && duty_ != ClientDuty::open)
        return "what the target offers does not allow this answer";
    if (duty_ && !must_fail() && only_refusal_is_expected())
        return duty_ == ClientDuty::open ? "what the target offers makes this answer a legal one"
                                         : "what the target offers makes this answer one that it may take";
    if (includes(case_.needs, Need::deflate) && !agreed)
        return "the target does not agree to the permessage-deflate offered";
    if (includes(case_.needs, Need::client_takeover) && agreed && agreed->no_context_takeover(sender))
        return "the target does not let its peer refer back to earlier messages (" + std::string(to_string(sender)) +
               "_no_context_takeover)";
    if (includes(case_.needs, Need::client_window) && agreed && agreed->window_bits(sender) != 15)
        return "the target does not let its peer use the whole window (" + std::string(to_string(sender)) +
               "_max_window_bits)";
    return {};
}

}  // namespace wsspec
