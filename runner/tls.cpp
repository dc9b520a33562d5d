#include "runner/tls.h"

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

namespace wsspec {

std::expected<std::shared_ptr<boost::asio::ssl::context>, std::string> make_tls_client(const TlsOptions& options) {
    namespace ssl = boost::asio::ssl;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    boost::system::error_code error;
    if (!options.ca_file.empty()) {
        context->load_verify_file(options.ca_file, error);
        if (error)
            return std::unexpected("--ca: no certificate can be read from " + options.ca_file + " (" + error.message() +
                                   ")");
    } else {
        context->set_default_verify_paths(error);
    }
    if (!options.certificate_file.empty()) {
        context->use_certificate_chain_file(options.certificate_file, error);
        if (error)
            return std::unexpected("--cert: no certificate can be read from " + options.certificate_file + " (" +
                                   error.message() + ")");
        auto const& key = options.key_file.empty() ? options.certificate_file : options.key_file;
        context->use_private_key_file(key, ssl::context::pem, error);
        if (error)
            return std::unexpected("--key: no private key that fits can be read from " + key + " (" + error.message() +
                                   ")");
    }
    context->set_verify_mode(options.insecure ? ssl::verify_none : ssl::verify_peer);
    return context;
}

}  // namespace wsspec
