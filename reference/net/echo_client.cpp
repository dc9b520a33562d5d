#include "reference/net/echo_client.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "reference/net/echo_session.h"
#include "reference/net/handshake_reader.h"
#include "reference/permessage_deflate.h"

namespace wsspec::net {
namespace {

/// RFC 6455 section 4.1: the host, "plus optionally ':' followed by /port/ (when not using the default port)".
std::string host_field(const Address& address) {
    if (!address.unix_path.empty()) return "localhost";
    auto const& name = address.server_name.empty() ? address.host : address.server_name;
    std::string host = name.contains(':') ? '[' + name + ']' : name;
    if (address.port != (address.tls ? "443" : "80")) host += ':' + address.port;
    return host;
}

/// What a response that does not open the connection is, in one line for people.
std::string reason(const std::optional<CheckedResponse>& response) {
    if (!response) return "the answer is no HTTP response";
    if (response->head.status != 101)
        return "the server refuses: " + std::to_string(response->head.status) + ' ' +
               printable(response->head.reason, 100);
    for (const auto& defect : response->defects)
        if (!defect.tolerable) return printable(defect.what, 200) + " (" + defect.requirement + ')';
    return {};
}

/// Each is a call inside the one before, if they came together.
constexpr unsigned most_interim = 1000;

bool is_interim(std::string_view head) {
    auto const response = parse_response_head(head);
    return response && response->status >= 100 && response->status < 200 && response->status != 101;
}

class EchoClient : public std::enable_shared_from_this<EchoClient> {
public:
    EchoClient(const boost::asio::any_io_executor& executor, EchoClientSettings settings,
               std::function<void(EchoClientResult)> done, std::unique_ptr<Filter> filter)
        : executor_(executor),
          settings_(std::move(settings)),
          done_(std::move(done)),
          filter_(std::move(filter)),
          deadline_(executor) {}

    void start(boost::asio::ssl::context* tls) {
        deadline_.expires_after(std::chrono::milliseconds(settings_.handshake_timeout_ms));
        deadline_.async_wait([self = shared_from_this()](ErrorCode cancelled) {
            if (!cancelled) self->give_up();
        });
        auto connected = [self = shared_from_this()](ErrorCode error, std::unique_ptr<Stream> stream) {
            if (error) return self->fail("cannot connect: " + error.message());
            self->stream_ = std::move(stream);
            self->send_request();
        };
        cancel_connecting_ = async_connect(executor_, settings_.address, tls, std::move(connected));
    }

private:
    /// What is under way ends with an error, which leads to fail().
    void give_up() {
        timed_out_ = true;
        cancel_connecting_();
        if (stream_) stream_->close();
    }

    void send_request() {
        auto& request = settings_.request;
        if (request.host.empty()) request.host = host_field(settings_.address);
        if (request.key.empty()) request.key = random_key();
        if (request.extensions.empty() && settings_.permessage_deflate)
            request.extensions = to_string(std::vector{deflate_offer()});
        request_ = build_request(request);
        if (filter_) request_ = filter_->request(std::move(request_));
        stream_->async_write(as_octets(request_), [self = shared_from_this()](ErrorCode error) {
            // A server that refuses without reading all of the request is still worth listening to.
            if (error == boost::asio::error::operation_aborted) return self->fail(error.message());
            self->read_response({});
        });
    }

    void read_response(const Octets& received) {
        async_read_head(stream_, settings_.header_limit, received, [self = shared_from_this()](const ReadHead& read) {
            if (read.error == boost::asio::error::eof)
                return self->fail("the server ends TCP before its response ends");
            if (read.error == boost::asio::error::message_size) return self->fail("the response is too large");
            if (read.error) return self->fail("cannot read the response: " + read.error.message());
            std::string const head = self->filter_ ? self->filter_->response(read.head, self->request_) : read.head;
            // RFC 9110 section 15.2: any number of interim responses, within the limit of the whole.
            if (is_interim(head)) {
                if (++self->interim_ > most_interim) return self->fail("there is no end of interim responses");
                return self->read_response(read.behind);
            }
            auto const response = check_response(head, check_request(self->request_));
            if (!response || !response->opens()) return self->fail(reason(response));
            self->open(read.behind, deflate_agreement(response->extensions));
        });
    }

    void open(const Octets& received, const std::optional<DeflateAgreement>& deflate) {
        deadline_.cancel();
        result_.opened = true;
        auto const session =
            std::make_shared<EchoSession>(executor_, stream_, Role::client, settings_.limits, deflate,
                                          std::chrono::milliseconds(settings_.close_timeout_ms), std::move(filter_));
        session->start(received, [self = shared_from_this()](const EchoSession::Outcome& outcome) {
            self->result_.close_code = outcome.close_code;
            self->result_.messages = outcome.messages;
            self->finish(complaint(outcome));
        });
    }

    static std::string complaint(const EchoSession::Outcome& outcome) {
        if (!outcome.violation.empty()) return std::string(outcome.violation);
        if (outcome.error) return outcome.error.message();
        if (outcome.close_code == 1006) return "the server ends TCP without a Close frame";
        // 7.1.1: "The underlying TCP connection, in most normal cases, SHOULD be closed first by the server".
        if (!outcome.peer_ended) return "the server does not end TCP after the closing handshake";
        return {};
    }

    /// 4.1: the connection does not open, and is closed without a Close frame.
    void fail(std::string why) {
        if (stream_) stream_->close();
        finish(timed_out_ ? "no opening handshake within " + std::to_string(settings_.handshake_timeout_ms) + " ms"
                          : std::move(why));
    }

    void finish(std::string error) {
        deadline_.cancel();
        result_.error = std::move(error);
        std::exchange(done_, {})(std::move(result_));
    }

    boost::asio::any_io_executor executor_;
    EchoClientSettings settings_;
    std::function<void(EchoClientResult)> done_;
    std::unique_ptr<Filter> filter_;
    boost::asio::steady_timer deadline_;
    std::function<void()> cancel_connecting_;
    unsigned interim_ = 0;
    bool timed_out_ = false;
    std::shared_ptr<Stream> stream_;
    std::string request_;
    EchoClientResult result_;
};

}  // namespace

void async_echo_client(boost::asio::any_io_executor executor, EchoClientSettings settings,
                       boost::asio::ssl::context* tls, std::function<void(EchoClientResult)> done,
                       std::unique_ptr<Filter> filter) {
    std::make_shared<EchoClient>(executor, std::move(settings), std::move(done), std::move(filter))->start(tls);
}

}  // namespace wsspec::net
