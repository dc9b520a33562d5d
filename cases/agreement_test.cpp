#include "cases/agreement.h"

#include <gtest/gtest.h>

namespace wsspec {
namespace {

Script offering(const char* extensions) { return {open(Handshake{}.add("Sec-WebSocket-Extensions", extensions))}; }

TEST(Agreement, IsWhatTheFirstOfferThatCanBeAcceptedComesTo) {
    EXPECT_FALSE(agreement_over({}, Role::server));
    EXPECT_FALSE(agreement_over({open()}, Role::server));
    EXPECT_FALSE(agreement_over(offering("permessage-deflate; unknown"), Role::server));
    EXPECT_EQ(agreement_over(offering("permessage-deflate"), Role::server), DeflateAgreement{});
    auto const second = agreement_over(
        offering("permessage-deflate; unknown, permessage-deflate; server_max_window_bits=10"), Role::server);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->server_max_window_bits, 10);
}

TEST(Agreement, AsksOfAClientWhatTheOfferAsksOfAServer) {
    auto const script = offering("permessage-deflate; server_no_context_takeover; server_max_window_bits=10");
    auto const of_client = agreement_over(script, Role::client);
    ASSERT_TRUE(of_client);
    EXPECT_TRUE(of_client->client_no_context_takeover);
    EXPECT_EQ(of_client->client_max_window_bits, 10);
    EXPECT_FALSE(of_client->server_no_context_takeover);
}

}  // namespace
}  // namespace wsspec
