// What the tests of this folder share: an event loop with a deadline, a certificate, and a peer that sends and expects
// raw octets.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "reference/handshake.h"
#include "reference/net/accepted.h"
#include "reference/net/stream.h"

namespace wsspec::net::test {

/// A folder that goes away with the process.
inline const std::filesystem::path& scratch() {
    struct Folder {
        Folder() : path(std::filesystem::temp_directory_path() / ("wsspec-net-" + std::to_string(getpid()))) {
            std::filesystem::create_directories(path);
        }
        ~Folder() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
        std::filesystem::path path;
    };
    static Folder const folder;
    return folder.path;
}

/// A self-signed certificate for localhost and 127.0.0.1, which is its own CA.
struct Certificate {
    std::string file = scratch() / "certificate.pem";
    std::string key_file = scratch() / "key.pem";

    Certificate() {
        EVP_PKEY* const key = EVP_EC_gen("P-256");
        X509* const certificate = X509_new();
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_NAME* const name = X509_get_subject_name(certificate);
        auto const* const common_name = reinterpret_cast<const unsigned char*>("wsspec");
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
        X509_set_issuer_name(certificate, name);
        X509_set_pubkey(certificate, key);
        add(certificate, NID_basic_constraints, "critical,CA:TRUE");
        add(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
        X509_sign(certificate, key, EVP_sha256());
        std::FILE* const certificate_out = std::fopen(file.c_str(), "w");
        PEM_write_X509(certificate_out, certificate);
        std::fclose(certificate_out);
        std::FILE* const key_out = std::fopen(key_file.c_str(), "w");
        PEM_write_PrivateKey(key_out, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(key_out);
        X509_free(certificate);
        EVP_PKEY_free(key);
    }

private:
    static void add(X509* certificate, int what, const char* value) {
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
};
inline const Certificate& certificate() {
    static Certificate const it;
    return it;
}

inline boost::asio::ssl::context client_context() {
    boost::asio::ssl::context context(boost::asio::ssl::context::tls_client);
    context.load_verify_file(certificate().file);
    context.set_verify_mode(boost::asio::ssl::verify_peer);
    return context;
}

inline boost::asio::ssl::context server_context() {
    boost::asio::ssl::context context(boost::asio::ssl::context::tls_server);
    context.use_certificate_chain_file(certificate().file);
    context.use_private_key_file(certificate().key_file, boost::asio::ssl::context::pem);
    return context;
}

/// Runs the loop until `happened()`; false if it does not happen in a time that only a defect exceeds.
template <class Condition>
bool run_until(boost::asio::io_context& io, Condition happened) {
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    io.restart();
    while (!happened())
        if (io.run_one_until(deadline) == 0) return happened();
    return true;
}

/// One end of a connection, under the test's full control.
class RawPeer {
public:
    RawPeer(boost::asio::io_context& io, std::unique_ptr<Stream> stream) : io_(io), state_(std::make_shared<State>()) {
        state_->stream = std::move(stream);
    }

    /// Connects, or fails the test.
    static RawPeer connect(boost::asio::io_context& io, const Address& address,
                           boost::asio::ssl::context* tls = nullptr) {
        std::optional<ErrorCode> result;
        std::unique_ptr<Stream> stream;
        async_connect(io.get_executor(), address, tls, [&](ErrorCode error, std::unique_ptr<Stream> connected) {
            result = error;
            stream = std::move(connected);
        });
        EXPECT_TRUE(run_until(io, [&] { return result.has_value(); }));
        EXPECT_FALSE(result.value_or(ErrorCode{})) << result->message();
        return RawPeer(io, std::move(stream));
    }

    Stream& stream() { return *state_->stream; }

    void send(Octets octets) {
        start_sending(std::move(octets));
        EXPECT_TRUE(run_until(io_, [&] { return !state_->writing; }));
    }
    void send(std::string_view octets) { send(wsspec::octets(octets)); }
    void start_sending(Octets octets) {
        state_->output = std::move(octets);
        state_->writing = true;
        state_->stream->async_write(state_->output, [state = state_](ErrorCode error) {
            state->writing = false;
            state->write_error = error;
        });
    }
    bool sending() const { return state_->writing; }
    ErrorCode write_error() const { return state_->write_error; }

    /// The next `size` octets; fewer if the stream ends before.
    Octets receive(std::size_t size) {
        while (state_->received.size() < size && !state_->end) receive_some();
        auto const taken = std::min(size, state_->received.size());
        auto const middle = state_->received.begin() + static_cast<std::ptrdiff_t>(taken);
        Octets const result(state_->received.begin(), middle);
        state_->received.erase(state_->received.begin(), middle);
        return result;
    }
    /// A message head.
    std::string receive_head() {
        std::string head;
        while (!head_size(head)) {
            auto const octet = receive(1);
            if (octet.empty()) break;
            head += as_text(octet);
        }
        return head;
    }
    /// Everything up to the end.
    Octets receive_rest() { return receive(SIZE_MAX); }
    /// How the stream ended: eof, or what failed. Nothing: it did not.
    std::optional<ErrorCode> end() const { return state_->end; }
    bool ended_cleanly() const { return state_->end == ErrorCode(boost::asio::error::eof); }

    void shutdown_send() {
        bool done = false;
        state_->stream->async_shutdown_send([&](ErrorCode) { done = true; });
        EXPECT_TRUE(run_until(io_, [&] { return done; }));
    }

private:
    struct State {
        std::unique_ptr<Stream> stream;
        std::array<Octet, 65536> buffer{};
        Octets received;
        Octets output;
        bool reading = false;
        bool writing = false;
        ErrorCode write_error;
        std::optional<ErrorCode> end;
    };

    void receive_some() {
        state_->reading = true;
        state_->stream->async_read(state_->buffer, [state = state_](ErrorCode error, std::size_t size) {
            state->reading = false;
            append(state->received, std::span(state->buffer).first(size));
            if (error) state->end = error;
        });
        if (run_until(io_, [&] { return !state_->reading; })) return;
        ADD_FAILURE() << "nothing to receive";
        state_->end = boost::asio::error::timed_out;
    }

    boost::asio::io_context& io_;
    std::shared_ptr<State> state_;  ///< Handlers may outlive the peer.
};

/// A server without manners: accepts, and leaves the rest to the test.
class RawServer {
public:
    explicit RawServer(boost::asio::io_context& io)
        : io_(io), acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}) {}

    Address address() const { return {.host = "127.0.0.1", .port = std::to_string(acceptor_.local_endpoint().port())}; }
    RawPeer accept(boost::asio::ssl::context* tls = nullptr) {
        bool done = false;
        std::unique_ptr<Stream> stream;
        acceptor_.async_accept([&](ErrorCode error, boost::asio::ip::tcp::socket socket) {
            EXPECT_FALSE(error) << error.message();
            async_accepted(Socket(std::move(socket)), tls, [&](ErrorCode failed, std::unique_ptr<Stream> accepted) {
                EXPECT_FALSE(failed) << failed.message();
                stream = std::move(accepted);
                done = true;
            });
        });
        EXPECT_TRUE(run_until(io_, [&] { return done; }));
        return RawPeer(io_, std::move(stream));
    }

private:
    boost::asio::io_context& io_;
    boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace wsspec::net::test
