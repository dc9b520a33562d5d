#include "runner/direct_commands.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "reference/endpoint.h"
#include "reference/handshake.h"
#include "reference/net/closing.h"
#include "reference/utf8.h"

namespace wsspec {

namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr auto patience = 5min;
constexpr std::size_t longest_command = 1U << 20;

/// Reads the values of a command's object; the first that does not fit becomes the error.
class Reader {
public:
    explicit Reader(const Json& object) : object_(object) {}

    bool flag(const char* key, bool otherwise) {
        const Json* const found = find(key);
        if (found != nullptr && found->is_boolean()) return found->get<bool>();
        if (found != nullptr) wrong(key, "true or false");
        return otherwise;
    }

    std::optional<std::uint64_t> number(const char* key, std::uint64_t most) {
        const Json* const found = find(key);
        if (found == nullptr) return std::nullopt;
        if (found->is_number_unsigned() && *found <= most) return found->get<std::uint64_t>();
        wrong(key, "a number up to " + std::to_string(most));
        return std::nullopt;
    }

    std::string text(const char* key) {
        const Json* const found = find(key);
        if (found == nullptr) return {};
        if (found->is_string()) return found->get<std::string>();
        wrong(key, "a text");
        return {};
    }

    void wrong(const char* key, const std::string& wanted) {
        if (error_.empty()) error_ = "\"" + std::string(key) + "\" has to be " + wanted;
    }
    const std::string& error() const { return error_; }

private:
    const Json* find(const char* key) const {
        auto const found = object_.find(key);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }

    const Json& object_;
    std::string error_;
};

/// A key is four octets, and in JSON each is a character up to U+00FF.
std::optional<MaskingKey> key_in(std::string_view text) {
    MaskingKey key{};
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++size) {
        if (size == key.size()) return std::nullopt;
        auto const first = static_cast<Octet>(text[i]);
        if (first < 0x80) {
            key[size] = first;
            i += 1;
        } else if (first <= 0xc3 && i + 1 < text.size()) {
            key[size] = static_cast<Octet>(first << 6U | (static_cast<Octet>(text[i + 1]) & 0x3fU));
            i += 2;
        } else {
            return std::nullopt;
        }
    }
    return size == key.size() ? std::optional(key) : std::nullopt;
}

/// The payload over and over, up to `length`.
std::expected<Octets, std::string> payload_of(Reader& reader) {
    Octets const once = octets(reader.text("payload"));
    auto const length = reader.number("payload_len", most_commanded);
    if (!reader.error().empty()) return std::unexpected(reader.error());
    if (!length) return once;
    if (once.empty() && *length != 0) return std::unexpected("\"payload_len\" without a \"payload\" to repeat");
    Octets out(*length);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = once[i % once.size()];
    return out;
}

/// Appends the writes of one frame; returns why not.
std::string append_frame(const Json& object, DirectCommand& command) {
    if (!object.is_object()) return "a frame has to be an object";
    Reader reader(object);
    auto const opcode = reader.number("opcode", 15);
    if (!opcode) return reader.error().empty() ? "a frame needs an \"opcode\"" : reader.error();
    Frame frame;
    frame.opcode = static_cast<Opcode>(*opcode);
    frame.fin = reader.flag("fin", true);
    frame.rsv = static_cast<Octet>(reader.number("rsv", 7).value_or(0));
    auto payload = payload_of(reader);
    if (!payload) return payload.error();
    frame.payload = std::move(*payload);
    if (auto const mask = reader.text("mask"); !mask.empty()) {
        auto const key = key_in(mask);
        if (!key) return "\"mask\" has to be a key of four octets";
        frame = frame.wrongly_masked().with_key(*key);
    }
    auto const piece = reader.number("chopsize", most_commanded);
    reader.flag("sync", false);  // Each write waits for the one before: that is all that it asks for.
    if (!reader.error().empty()) return reader.error();
    command.closes = command.closes || frame.opcode == Opcode::close;
    Octets const all = wire(frame, Role::server);
    std::size_t const step = piece && *piece != 0 ? *piece : all.size();
    for (std::size_t at = 0; at < all.size(); at += step) {
        auto const part = std::span(all).subspan(at, std::min(step, all.size() - at));
        command.writes.emplace_back(part.begin(), part.end());
    }
    return {};
}

std::expected<DirectCommand, std::string> close_command(const Json& object) {
    Reader reader(object);
    auto const code = reader.number("code", 65535);
    auto const reason = reader.text("reason");
    if (!reader.error().empty()) return std::unexpected(reader.error());
    if (!code && !reason.empty()) return std::unexpected("a \"reason\" needs a \"code\"");
    Frame const frame = code ? close_frame(static_cast<std::uint16_t>(*code), reason) : close_frame();
    return DirectCommand{.writes = {wire(frame, Role::server)}, .closes = true};
}

std::expected<DirectCommand, std::string> echo_command(const Json& object) {
    Reader reader(object);
    auto payload = payload_of(reader);
    if (!payload) return std::unexpected(payload.error());
    return DirectCommand{.writes = {wire(text(std::move(*payload)), Role::server)}};
}

}  // namespace

std::expected<DirectCommand, std::string> parse_direct_command(std::string_view json) {
    Json const parsed = Json::parse(json, nullptr, false);
    bool const is_command = parsed.is_array() && parsed.size() == 2 && parsed[0].is_string();
    if (!is_command) return std::unexpected("a command is a JSON list: its name, and what it is about");
    auto const name = parsed[0].get<std::string>();
    const Json& what = parsed[1];
    if (name == "sendframes") {
        if (!what.is_array()) return std::unexpected("\"sendframes\" needs a list of frames");
        DirectCommand command;
        std::size_t size = 0;
        for (const Json& one : what) {
            std::size_t const before = command.writes.size();
            if (auto const error = append_frame(one, command); !error.empty()) return std::unexpected(error);
            for (std::size_t i = before; i < command.writes.size(); ++i) size += command.writes[i].size();
            if (size > most_commanded) return std::unexpected("that is more than 16 MiB at once");
        }
        return command;
    }
    if (!what.is_object()) return std::unexpected("\"" + printable(name, 20) + "\" needs an object");
    if (name == "sendframe") {
        DirectCommand command;
        if (auto const error = append_frame(what, command); !error.empty()) return std::unexpected(error);
        return command;
    }
    if (name == "close") return close_command(what);
    if (name == "echo") return echo_command(what);
    return std::unexpected("there is no command \"" + printable(name, 20) + "\"");
}

namespace {

class Obeying : public std::enable_shared_from_this<Obeying> {
public:
    Obeying(boost::asio::any_io_executor executor, std::shared_ptr<net::Stream> stream, std::shared_ptr<int> token)
        : executor_(executor),
          stream_(std::move(stream)),
          token_(std::move(token)),
          deadline_(executor),
          endpoint_(Role::server, {.message = longest_command}) {}

    void start(const std::string& key, Octets behind) {
        input_ = std::move(behind);
        left_ = input_;
        output_.push_back(octets(build_acceptance(key)));
        write();
    }

private:
    void rest() {
        deadline_.expires_after(patience);
        deadline_.async_wait([self = shared_from_this()](net::ErrorCode error) {
            if (!error) self->stream_->close();
        });
    }

    void write() {
        rest();
        if (output_.empty()) return closing_ ? end() : take();
        stream_->async_write(output_.front(), [self = shared_from_this()](net::ErrorCode error) {
            if (error) return self->end();
            self->output_.pop_front();
            self->write();
        });
    }

    /// One message at a time: what it asks for is written before the next is looked at.
    void take() {
        while (!left_.empty() && output_.empty() && !closing_) {
            left_ = left_.subspan(endpoint_.receive(left_));
            for (const auto& event : endpoint_.take_events()) {
                if (event.kind == EndpointEvent::Kind::message) obey(event);
                // Ours went out as a command: there is no second one (5.5.1).
                if (event.kind == EndpointEvent::Kind::close && close_sent_) return end();
            }
            if (endpoint_.has_output()) output_.push_back(endpoint_.take_output());
            closing_ = endpoint_.close_expected();
        }
        if (!output_.empty()) return write();
        if (closing_) return end();
        input_.resize(16384);
        stream_->async_read(input_, [self = shared_from_this()](net::ErrorCode error, std::size_t size) {
            if (error) return self->end();
            self->left_ = std::span(self->input_).first(size);
            self->rest();
            self->take();
        });
    }

    void obey(const EndpointEvent& message) {
        if (message.opcode == Opcode::binary)
            return endpoint_.send_close(1003, "a command is a text message");  // 7.4.1: data of a type not accepted
        auto command = parse_direct_command(as_text(message.payload));
        if (!command) return endpoint_.send_close(1008, command.error());
        for (auto& octets : command->writes) output_.push_back(std::move(octets));
        close_sent_ = close_sent_ || command->closes;
    }

    void end() {
        deadline_.cancel();
        net::async_end(executor_, stream_, {.patience = 2s}, nullptr, [self = shared_from_this()](bool) {});
    }

    boost::asio::any_io_executor executor_;
    std::shared_ptr<net::Stream> stream_;
    std::shared_ptr<int> token_;
    boost::asio::steady_timer deadline_;
    Endpoint endpoint_;
    Octets input_;
    std::span<Octet> left_;
    std::deque<Octets> output_;
    bool close_sent_ = false;
    bool closing_ = false;
};

}  // namespace

void async_obey(boost::asio::any_io_executor executor, std::shared_ptr<net::Stream> stream, const std::string& key,
                Octets behind, std::shared_ptr<int> token) {
    std::make_shared<Obeying>(std::move(executor), std::move(stream), std::move(token))->start(key, std::move(behind));
}

}  // namespace wsspec
