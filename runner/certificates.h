// A certificate authority for tests, made on the spot: certificates that a peer has to take, and some that it must not
// (RFC 6455 section 4.1: a client fails the connection if the TLS handshake fails).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cases/script.h"

namespace wsspec {

class TestAuthority {
public:
    /// Writes into `folder`, which is made if it is not there: `ca.pem`, and a certificate and a key of each kind. Keys
    /// can be read by nobody else. They are good for a day, for `localhost`, 127.0.0.1 and ::1. Throws
    /// std::runtime_error if that cannot be done.
    explicit TestAuthority(std::filesystem::path folder);
    /// The same in a folder of its own, which goes away with the object.
    static std::unique_ptr<TestAuthority> temporary();
    ~TestAuthority();
    TestAuthority(const TestAuthority&) = delete;
    TestAuthority& operator=(const TestAuthority&) = delete;

    std::string ca_file() const;
    /// PEM files.
    struct Files {
        std::string certificate;
        std::string key;
    };
    Files files(Tls::Certificate kind) const;

private:
    std::filesystem::path folder_;
    bool goes_away_ = false;
};

}  // namespace wsspec
