#include "runner/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace wsspec {

namespace {

template <auto free>
struct Freed {
    template <class Thing>
    void operator()(Thing* thing) const {
        free(thing);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

constexpr long hour = 60 * 60;
constexpr long day = 24 * hour;

void add(X509* certificate, X509* issuer, int what, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value);
    if (extension == nullptr) throw std::runtime_error("OpenSSL cannot make a certificate extension");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Key make_key() {
    Key key(EVP_EC_gen("P-256"));
    if (!key) throw std::runtime_error("OpenSSL cannot make a key");
    return key;
}

/// Valid from an hour before `end` at the latest; `issuer` null: signs itself.
Certificate make_certificate(const char* common_name, EVP_PKEY* key, X509* issuer, long end) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), std::min(-hour, end - 2 * day));
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), end);
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name), -1, -1,
                               0);
    X509* const signer = issuer == nullptr ? certificate.get() : issuer;
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

void sign(X509* certificate, EVP_PKEY* key) {
    if (X509_sign(certificate, key, EVP_sha256()) == 0) throw std::runtime_error("OpenSSL cannot sign a certificate");
}

template <class Write>
void write_file(const std::filesystem::path& path, mode_t mode, const Write& write) {
    auto const old = ::umask(static_cast<mode_t>(~mode & 0777));
    std::FILE* const file = std::fopen(path.c_str(), "w");
    ::umask(old);
    bool const good = file != nullptr && write(file) == 1;
    if (file != nullptr && std::fclose(file) != 0) throw std::runtime_error("cannot write " + path.string());
    if (!good) throw std::runtime_error("cannot write " + path.string());
}

constexpr const char* name_of(Tls::Certificate kind) {
    switch (kind) {
        case Tls::Certificate::good:
            return "server";
        case Tls::Certificate::self_signed:
            return "self-signed";
        case Tls::Certificate::expired:
            return "expired";
        case Tls::Certificate::other_name:
            return "other-name";
    }
    return "";
}

constexpr Tls::Certificate kinds[] = {Tls::Certificate::good, Tls::Certificate::self_signed, Tls::Certificate::expired,
                                      Tls::Certificate::other_name};

}  // namespace

TestAuthority::TestAuthority(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) throw std::runtime_error("cannot make the folder " + folder_.string() + ": " + error.message());

    Key const ca_key = make_key();
    Certificate const ca = make_certificate("wsspec test authority", ca_key.get(), nullptr, day);
    add(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
    add(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
    sign(ca.get(), ca_key.get());
    write_file(ca_file(), 0644, [&](std::FILE* file) { return PEM_write_X509(file, ca.get()); });

    for (auto const kind : kinds) {
        bool const by_itself = kind == Tls::Certificate::self_signed;
        bool const other = kind == Tls::Certificate::other_name;
        Key const key = make_key();
        // RFC 2606 section 2: a name that is nobody's.
        Certificate const made =
            make_certificate(other ? "other.example" : "localhost", key.get(), by_itself ? nullptr : ca.get(),
                             kind == Tls::Certificate::expired ? -hour : day);
        X509* const issuer = by_itself ? made.get() : ca.get();
        add(made.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
        add(made.get(), issuer, NID_ext_key_usage, "serverAuth");
        add(made.get(), issuer, NID_subject_key_identifier, "hash");
        add(made.get(), issuer, NID_subject_alt_name,
            other ? "DNS:other.example" : "DNS:localhost,IP:127.0.0.1,IP:::1");
        sign(made.get(), by_itself ? key.get() : ca_key.get());
        auto const paths = files(kind);
        write_file(paths.certificate, 0644, [&](std::FILE* file) { return PEM_write_X509(file, made.get()); });
        write_file(paths.key, 0600, [&](std::FILE* file) {
            return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }
}

std::unique_ptr<TestAuthority> TestAuthority::temporary() {
    std::string folder = (std::filesystem::temp_directory_path() / "wsspec-tls-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make a folder for certificates");
    auto made = std::make_unique<TestAuthority>(folder);
    made->goes_away_ = true;
    return made;
}

TestAuthority::~TestAuthority() {
    std::error_code ignored;
    if (goes_away_) std::filesystem::remove_all(folder_, ignored);
}

std::string TestAuthority::ca_file() const { return (folder_ / "ca.pem").string(); }

TestAuthority::Files TestAuthority::files(Tls::Certificate kind) const {
    std::string const name = name_of(kind);
    return {.certificate = (folder_ / (name + ".pem")).string(), .key = (folder_ / (name + "-key.pem")).string()};
}

}  // namespace wsspec
