#include "runner/certificates.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>

#include "runner/tls.h"

namespace wsspec {
namespace {

constexpr Tls::Certificate kinds[] = {Tls::Certificate::good, Tls::Certificate::self_signed, Tls::Certificate::expired,
                                      Tls::Certificate::other_name};

TEST(TestAuthority, WritesAllFilesAndKeepsKeysToItself) {
    auto const authority = TestAuthority::temporary();
    std::set<std::string> names;
    for (auto const kind : kinds) {
        auto const files = authority->files(kind);
        EXPECT_TRUE(names.insert(files.certificate).second);
        struct stat status{};
        ASSERT_EQ(::stat(files.key.c_str(), &status), 0) << files.key;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << files.key;
        // OpenSSL takes a certificate only with the key that is its own.
        EXPECT_TRUE(make_tls_client({.certificate_file = files.certificate, .key_file = files.key}));
        EXPECT_FALSE(make_tls_client({.certificate_file = authority->files(Tls::Certificate::good).certificate,
                                      .key_file = authority->files(Tls::Certificate::expired).key}));
    }
    EXPECT_TRUE(make_tls_client({.ca_file = authority->ca_file()}));
}

TEST(TestAuthority, TakesItsFolderWithItIfItMadeIt) {
    std::string left;
    {
        auto const authority = TestAuthority::temporary();
        left = std::filesystem::path(authority->ca_file()).parent_path();
        EXPECT_TRUE(std::filesystem::exists(left));
    }
    EXPECT_FALSE(std::filesystem::exists(left));

    auto const given = std::filesystem::path(testing::TempDir()) / ("wsspec-ca-" + std::to_string(::getpid()));
    {
        TestAuthority const authority(given);
    }
    EXPECT_TRUE(std::filesystem::exists(given / "ca.pem"));
    std::filesystem::remove_all(given);
}

TEST(TestAuthority, SaysWhatCannotBeWritten) {
    auto const file = std::filesystem::path(testing::TempDir()) / ("wsspec-no-folder-" + std::to_string(::getpid()));
    std::ofstream(file) << "in the way";
    EXPECT_THROW(TestAuthority authority(file), std::runtime_error);
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace wsspec
