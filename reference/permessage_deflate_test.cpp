#include "reference/permessage_deflate.h"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "reference/handshake.h"

namespace wsspec {

// GoogleTest finds it by its argument.
void PrintTo(const DeflateAgreement& agreement, std::ostream* out) {
    *out << "server " << agreement.server_max_window_bits << (agreement.server_no_context_takeover ? " forgets" : "")
         << ", client " << agreement.client_max_window_bits << (agreement.client_no_context_takeover ? " forgets" : "");
}

namespace {

std::vector<Extension> parsed(std::string_view value) {
    auto const extensions = parse_extensions({value});
    EXPECT_TRUE(extensions) << value;
    return extensions ? *extensions : std::vector<Extension>{};
}

/// What a server answers to a field's value; empty: no extension.
std::string answer_to(std::string_view offers, const DeflatePolicy& policy = {}) {
    auto const accepted = accept_deflate_offer(parsed(offers), policy);
    if (!accepted) return {};
    EXPECT_EQ(accepted->agreement, deflate_agreement(accepted->answer));
    EXPECT_EQ(check_deflate_answer(accepted->answer, parsed(offers)), std::nullopt) << offers;
    return to_string(std::vector{accepted->answer});
}

TEST(AcceptDeflateOffer, DoesWhatTheTableSays) {
    struct Row {
        const char* offers;
        const char* answer;
    };
    for (const auto& row : std::vector<Row>{
             {"permessage-deflate", "permessage-deflate"},
             {"permessage-deflate; client_max_window_bits", "permessage-deflate"},
             {"permessage-deflate; client_max_window_bits=8", "permessage-deflate"},
             {"permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"},
             {"permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover"},
             {"permessage-deflate; server_max_window_bits=9", "permessage-deflate; server_max_window_bits=9"},
             {"permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15"},
             {"permessage-deflate; server_max_window_bits=\"10\"", "permessage-deflate; server_max_window_bits=10"},
             {"x-foo, permessage-deflate, x-bar", "permessage-deflate"},
             // The first one that can be served, in the client's order.
             {"permessage-deflate; server_max_window_bits=10, permessage-deflate",
              "permessage-deflate; server_max_window_bits=10"},
             {"permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=9",
              "permessage-deflate; server_max_window_bits=9"},
             {"permessage-deflate; foo, permessage-deflate", "permessage-deflate"},
             {"permessage-deflate; server_no_context_takeover; server_no_context_takeover, permessage-deflate",
              "permessage-deflate"},
             // What can't be served, and what is something else.
             {"permessage-deflate; server_max_window_bits=8", ""},
             {"x-foo", ""},
             {"Permessage-Deflate", ""},
             {"permessage-deflate-2", ""},
         }) {
        EXPECT_EQ(answer_to(row.offers), row.answer) << row.offers;
    }
}

TEST(AcceptDeflateOffer, DeclinesWhatIsIllegal) {
    std::vector<std::string> parameters = {
        "foo",
        "foo=1",
        "constructor",
        "Server_no_context_takeover",
        "server_no_context_takeover=1",
        "server_no_context_takeover=true",
        "client_no_context_takeover=true",
        "client_no_context_takeover=0",
        "server_no_context_takeover; server_no_context_takeover",
        "client_no_context_takeover; client_no_context_takeover",
        "server_max_window_bits=10; server_max_window_bits=10",
        "client_max_window_bits; client_max_window_bits",
        "client_max_window_bits; client_max_window_bits=10",
        "server_max_window_bits",
    };
    for (const char* value : {"7", "16", "08", "010", "0", "abc", "-1", "15.0", "1e1", "+10", "0x0a", "100",
                              "4294967306", "18446744073709551626"}) {
        parameters.push_back(std::string("server_max_window_bits=") + value);
        parameters.push_back(std::string("client_max_window_bits=") + value);
    }
    for (const auto& parameter : parameters) {
        std::string const offer = "permessage-deflate; " + parameter;
        EXPECT_EQ(answer_to(offer), "") << offer;
        EXPECT_EQ(answer_to("permessage-deflate; client_no_context_takeover; " + parameter), "") << offer;
        // Nothing but the offer is declined.
        EXPECT_EQ(answer_to(offer + ", permessage-deflate"), "permessage-deflate");
        EXPECT_EQ(answer_to("permessage-deflate, " + offer), "permessage-deflate");
    }
}

TEST(AcceptDeflateOffer, TakesNothingFromAListThatBreaksTheGrammar) {
    for (std::string_view const value :
         {";", ",", "=", "a;", "a;;b", "a;b=", "a;b=\"", "a;b=\"\\", "a=b", "a b",
          "permessage-deflate; server_max_window_bits=10;", "permessage-deflate; server_max_window_bits=",
          "permessage-deflate; server_max_window_bits=\"\"", "permessage-deflate; server_max_window_bits=\" 10\"",
          "permessage-deflate; server_no_context_takeover=\"\"", "permessage-deflate, a b", "permessage-deflate;"}) {
        auto const request = check_request(
            "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: " +
            std::string(value) + "\r\n\r\n");
        EXPECT_FALSE(request.must_be_accepted()) << value;
        EXPECT_FALSE(accept_deflate_offer(request.extensions)) << value;
    }
}

/// All the legal offers there are, but for the order of their parameters.
std::vector<std::string> legal_offers() {
    std::vector<std::string> server_bits = {""};
    std::vector<std::string> client_bits = {"", "; client_max_window_bits"};
    for (int bits = 8; bits <= 15; ++bits) {
        server_bits.push_back("; server_max_window_bits=" + std::to_string(bits));
        client_bits.push_back("; client_max_window_bits=" + std::to_string(bits));
    }
    std::vector<std::string> offers;
    for (const char* server_takeover : {"", "; server_no_context_takeover"})
        for (const char* client_takeover : {"", "; client_no_context_takeover"})
            for (const auto& server : server_bits)
                for (const auto& client : client_bits)
                    offers.push_back(std::string("permessage-deflate") + server_takeover + client_takeover + server +
                                     client);
    return offers;
}

TEST(AcceptDeflateOffer, AnswersEveryLegalOfferLegallyWhateverThePolicy) {
    ASSERT_EQ(legal_offers().size(), 360U);
    std::vector<DeflatePolicy> policies;
    for (bool const server : {false, true})
        for (bool const client : {false, true})
            for (int bits = 7; bits <= 15; ++bits)
                policies.push_back({.server_no_context_takeover = server,
                                    .client_no_context_takeover = client,
                                    .client_max_window_bits = bits == 7 ? std::nullopt : std::optional(bits)});
    for (const auto& offer : legal_offers()) {
        auto const offered = parsed(offer);
        for (const auto& policy : policies) {
            auto const accepted = accept_deflate_offer(offered, policy);
            // Only the window that zlib does not have is a reason to decline.
            ASSERT_EQ(accepted.has_value(), !offer.contains("server_max_window_bits=8")) << offer;
            if (!accepted) continue;
            auto const answer = to_string(std::vector{accepted->answer});
            ASSERT_EQ(check_deflate_answer(accepted->answer, offered), std::nullopt) << offer << " -> " << answer;
            // As the client reads it.
            ASSERT_EQ(deflate_agreement(parsed(answer)), accepted->agreement) << offer << " -> " << answer;
            ASSERT_EQ(answer.contains("client_max_window_bits"),
                      policy.client_max_window_bits && offer.contains("client_max_window_bits"));
            ASSERT_GE(accepted->agreement.server_max_window_bits, 9);
            if (policy.client_max_window_bits && offer.contains("client_max_window_bits")) {
                ASSERT_LE(accepted->agreement.client_max_window_bits, *policy.client_max_window_bits);
            }
            ASSERT_EQ(accepted->agreement.client_no_context_takeover,
                      policy.client_no_context_takeover || offer.contains("client_no_context_takeover"));
            ASSERT_EQ(accepted->agreement.server_no_context_takeover,
                      policy.server_no_context_takeover || offer.contains("server_no_context_takeover"));
        }
    }
}

TEST(AcceptDeflateOffer, ThePolicyAsksForNoMoreThanWasOffered) {
    DeflatePolicy const ten{.client_max_window_bits = 10};
    EXPECT_EQ(answer_to("permessage-deflate", ten), "permessage-deflate");
    EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits", ten),
              "permessage-deflate; client_max_window_bits=10");
    EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits=9", ten),
              "permessage-deflate; client_max_window_bits=9");
    EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits=12", ten),
              "permessage-deflate; client_max_window_bits=10");
}

TEST(DeflateOffer, CanServeEveryAnswerThatIsLegal) {
    EXPECT_EQ(to_string(std::vector{deflate_offer()}), "permessage-deflate; client_max_window_bits");
    EXPECT_EQ(check_deflate_offer(deflate_offer()), std::nullopt);
    // Every legal offer with values is a legal answer to this one.
    for (const auto& answer : legal_offers()) {
        if (answer.ends_with("client_max_window_bits")) continue;
        EXPECT_EQ(check_deflate_answer(parsed(answer).front(), {deflate_offer()}), std::nullopt) << answer;
    }
}

TEST(DeflateAgreement, IsWhatTheAnswerSays) {
    EXPECT_EQ(deflate_agreement(parsed("x-foo")), std::nullopt);
    EXPECT_EQ(deflate_agreement(parsed("x-foo, permessage-deflate")), DeflateAgreement{});
    EXPECT_EQ(deflate_agreement(parsed("permessage-deflate; server_max_window_bits=9; client_max_window_bits=8; "
                                       "client_no_context_takeover")),
              (DeflateAgreement{
                  .client_no_context_takeover = true, .server_max_window_bits = 9, .client_max_window_bits = 8}));
}

}  // namespace
}  // namespace wsspec
