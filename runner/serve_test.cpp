// `wsspec serve` from outside: the URL protocol as drivers speak it, and what must not disturb it.
#include <gmock/gmock.h>

#include <deque>

#include "cases/catalogue.h"
#include "runner/serve_client_test.h"

namespace wsspec {
namespace {

using test::Client;
using test::contents;
using test::Folder;
using test::request_for;
using test::Server;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

TEST(Serve, ADriversLoop) {
    Folder const folder;
    Server server({"--case", "1.1", "--json", folder / "r.json", "--autobahn", folder / "autobahn"});
    std::size_t const count = std::stoul(server.ask("/getCaseCount"));
    ASSERT_GT(count, 5U);
    for (std::size_t i = 1; i <= count; ++i) {
        std::string const query = "case=" + std::to_string(i) + "&agent=A+driver%2F1";
        auto const info = Json::parse(server.ask("/getCaseInfo?case=" + std::to_string(i)));
        EXPECT_THAT(info.at("id").get<std::string>(), StartsWith("1.1."));
        EXPECT_FALSE(info.at("description").get<std::string>().empty());
        server.play("/runCase?" + query);
        EXPECT_EQ(server.status_of(query), "OK") << i;
    }
    EXPECT_EQ(server.ask("/updateReports?agent=A+driver%2F1"), "nothing");
    auto const index = Json::parse(contents(folder / "autobahn/index.json"));
    EXPECT_EQ(index.at("A driver/1").size(), count);
    EXPECT_EQ(Json::parse(contents(folder / "r.json")).at("complete"), true);
    EXPECT_EQ(server.stop().status, 0);
}

TEST(Serve, CasesByTheirIds) {
    Server server({"--case", "1.1"});
    server.play("/runCase?casetuple=1.1.2&agent=a");
    server.play("/case/1.1.3?agent=a");
    EXPECT_EQ(server.status_of("casetuple=1.1.2&agent=a"), "OK");
    EXPECT_EQ(server.status_of("casetuple=1.1.3&agent=a"), "OK");
    EXPECT_EQ(Json::parse(server.ask("/getCaseInfo?casetuple=1.1.4")).at("id"), "1.1.4");
}

TEST(Serve, AgentsAndCasesAtOnceDoNotDisturbOneAnother) {
    Folder const folder;
    Server server({"--case", "1.1", "--autobahn", folder / "autobahn"});
    std::size_t const count = std::stoul(server.ask("/getCaseCount"));
    // All are open before the first one goes on; one agent echoes, the other only listens.
    std::deque<Client> good;
    std::deque<Client> bad;
    for (std::size_t i = 1; i <= count; ++i)
        for (auto* clients : {&good, &bad}) {
            clients->emplace_back(server.port());
            EXPECT_TRUE(clients->back().opens("/runCase?case=" + std::to_string(i) +
                                              (clients == &good ? "&agent=good" : "&agent=bad")));
        }
    for (auto& client : good) client.echo();
    // Text that is not what was sent.
    for (auto& client : bad) {
        client.send(wire(text("not what you sent"), Role::client));
        client.echo(false);
    }
    server.ask("/updateReports?agent=good");
    auto const index = Json::parse(contents(folder / "autobahn/index.json"));
    ASSERT_EQ(index.at("good").size(), count);
    ASSERT_EQ(index.at("bad").size(), count);
    for (const auto& [id, entry] : index.at("good").items()) EXPECT_EQ(entry.at("behavior"), "OK") << id;
    for (const auto& [id, entry] : index.at("bad").items()) EXPECT_EQ(entry.at("behavior"), "FAILED") << id;
    EXPECT_EQ(server.stop().status, 1);
}

TEST(Serve, WrongQuestionsAreHttpErrorsAndTheServerLivesOn) {
    Folder const folder;
    Server server({"--case", "1.1", "--autobahn", folder / "autobahn"});
    for (const char* resource :
         {"/runCase?case=1", "/runCase?agent=a", "/runCase?case=0&agent=a", "/runCase?case=999999&agent=a",
          "/runCase?case=x&agent=a", "/runCase?case=1&case=2&agent=a", "/runCase?casetuple=99.9&agent=a",
          "/runCase?case=99999999999999999999&agent=a", "/getCaseInfo", "/getCaseInfo?case=-1", "/getCaseStatus?case=1",
          "/case/99?agent=a", "/"}) {
        std::string const head = server.ask(resource);
        EXPECT_TRUE(head.starts_with("HTTP/1.1 4") || head.starts_with("HTTP/1.1 5")) << resource << ": " << head;
    }
    EXPECT_EQ(server.status_of("case=1&agent=a"), "MISSING") << "nothing was filed";
    server.play("/runCase?case=1&agent=a");
    EXPECT_EQ(server.status_of("case=1&agent=a"), "OK");
    server.ask("/updateReports?agent=a");
    EXPECT_EQ(Json::parse(contents(folder / "autobahn/index.json")).size(), 1U);
}

TEST(Serve, JunkHarmsNothing) {
    Server server({"--case", "1.1"});
    std::deque<Client> silent;
    for (int i = 0; i < 20; ++i) silent.emplace_back(server.port());
    for (int i = 0; i < 20; ++i) Client const probe(server.port());  // a bare TCP probe, as wait loops make them
    for (std::string_view const junk : {"\r\n\r\n", "GET", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                                        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
                                        "POST /runCase?case=1&agent=a HTTP/1.1\r\nHost: a\r\n\r\n"}) {
        Client const client(server.port());
        client.send(junk);
    }
    Client const endless(server.port());
    endless.send(std::string(200'000, 'x'));
    EXPECT_THAT(endless.all(), StartsWith("HTTP/1.1 4"));
    Client frames(server.port());
    ASSERT_TRUE(frames.opens("/runCase?case=1&agent=junk"));
    frames.send(std::string(1000, '\xff'));
    frames.all();
    EXPECT_EQ(server.status_of("case=1&agent=junk"), "FAILED");
    server.play("/runCase?case=1&agent=a");
    EXPECT_EQ(server.status_of("case=1&agent=a"), "OK");
}

TEST(Serve, APlainGetIsAnsweredWithAPage) {
    Server server({"--case", "1.1"});
    server.play("/runCase?case=1&agent=%3Cscript%3Ealert%281%29%3C%2Fscript%3E");
    server.status_of("case=1&agent=%3Cscript%3Ealert%281%29%3C%2Fscript%3E");
    Client const client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::string const page = client.all();
    EXPECT_THAT(page, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
    EXPECT_EQ(page.find("<script"), std::string::npos);
    Client const other(server.port());
    other.send("GET /elsewhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(other.all(), StartsWith("HTTP/1.1 404"));
}

TEST(Serve, AStatusIsHeldBackWhileItsCaseRuns) {
    Server server({"--case", "1.1"});
    Client playing(server.port());
    ASSERT_TRUE(playing.opens("/runCase?case=1&agent=a"));
    Client waiting(server.port());
    waiting.send(request_for("/getCaseStatus?case=1&agent=a"));
    // Others are served meanwhile: the question has been read, and has no answer yet.
    EXPECT_EQ(server.status_of("case=2&agent=a"), "MISSING");
    EXPECT_FALSE(waiting.has_input());
    playing.echo();
    EXPECT_THAT(waiting.response(), StartsWith("HTTP/1.1 101"));
    EXPECT_THAT(waiting.echo(false), testing::ElementsAre(R"({"behavior":"OK"})"));
}

/// A client may try again after a refusal of its version (RFC 6455 section 4.4): that is no second case.
TEST(Serve, WhoTriesAgainIsPlayedAgain) {
    Server server({"--case", "8.14.17"});
    for (int attempt = 0; attempt < 3; ++attempt) {
        Client client(server.port());
        EXPECT_THAT(client.ask("/case/8.14.17?agent=a"), StartsWith("HTTP/1.1 426 Upgrade Required\r\n"));
    }
    EXPECT_EQ(server.status_of("case=1&agent=a"), "OK");
}

TEST(Serve, EndsWhenAskedTo) {
    Folder const folder;
    for (const char* ask : {"/updateReports?agent=a&shutdownOnComplete=true", "/stopServer"}) {
        Server server({"--case", "1.1.1", "--autobahn", folder / "autobahn"});
        server.play("/runCase?case=1&agent=a");
        EXPECT_EQ(server.ask(ask), "nothing");
        auto const ended = server.child().finish();
        EXPECT_EQ(ended.status, 0) << ended.err;
        EXPECT_TRUE(Json::accept(contents(folder / "autobahn/index.json")));
    }
}

/// A case that clients play, with more than one script.
const Case& case_with_variants() {
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (one.target == Target::any && one.needs == Need::none && one.variants.size() >= 2) return one;
    ADD_FAILURE() << "there is none";
    return catalogue().front().cases.front();
}

TEST(Serve, WhoCountsThroughPlaysEveryScriptOfACase) {
    Folder const folder;
    const Case& one = case_with_variants();
    std::string const file = folder / "r.json";
    Server server({"--case", one.id, "--case", "1.1.1", "--json", file, "--autobahn", folder / "autobahn"});
    std::size_t const count = std::stoul(server.ask("/getCaseCount"));
    ASSERT_EQ(count, 2 + one.variants.size());
    std::map<std::string, std::size_t> asked;
    for (std::size_t i = 1; i <= count; ++i) {
        std::string const number = std::to_string(i);
        ++asked[Json::parse(server.ask("/getCaseInfo?case=" + number)).at("id").get<std::string>()];
        if (i == 3) {
            server.ask("/updateReports?agent=a");
            Json const run = Json::parse(contents(file));
            EXPECT_EQ(run.at("complete"), false) << "there are scripts left";
            EXPECT_THAT(run.at("incomplete_because").dump(), HasSubstr("not every script of 1 case"));
        }
        server.play("/runCase?case=" + number + "&agent=a");
    }
    EXPECT_EQ(asked.at("1.1.1"), 1U);
    EXPECT_EQ(asked.at(one.id), 1 + one.variants.size());
    server.ask("/updateReports?agent=a");
    EXPECT_EQ(Json::parse(contents(file)).at("complete"), true);
    EXPECT_EQ(Json::parse(contents(folder / "autobahn/index.json")).at("a").size(), 2U) << "a case is one entry";
    EXPECT_EQ(server.stop().status, 0);
}

TEST(Serve, OfTheScriptsOfACaseTheWorstCounts) {
    const Case& one = case_with_variants();
    Server server({"--case", one.id});
    std::string const query = "casetuple=" + one.id + "&agent=a";
    auto const play = [&](std::size_t number, bool well) {
        Client client(server.port());
        ASSERT_TRUE(client.opens("/runCase?case=" + std::to_string(number) + "&agent=a"));
        if (!well) client.send(wire(frame(0xf), Role::client));  // a reserved opcode
        client.echo();
    };
    play(1, true);
    EXPECT_EQ(server.status_of(query), "OK");
    play(2, false);
    EXPECT_EQ(server.status_of(query), "FAILED");
    play(3, true);
    EXPECT_EQ(server.status_of(query), "FAILED") << "another script";
    play(1, true);
    EXPECT_EQ(server.status_of(query), "FAILED") << "another script";
    play(2, true);
    EXPECT_EQ(server.status_of(query), "OK") << "the same script once more";
}

TEST(Serve, NoCaseOfAutobahnsHasSeveralScripts) {
    // So that there are 517 to count for who asks for those only.
    for (const auto& group : catalogue())
        for (const auto& one : group.cases) EXPECT_TRUE(!one.autobahn || one.variants.empty()) << one.id;
}

TEST(Serve, OnOtherPathsAClientSaysWhatItWantsToBeSent) {
    Server server({"--case", "1.1.1"});
    for (const char* path : {"/anything?else", "/runcase?case=1&agent=a"}) {
        Client client(server.port());
        ASSERT_TRUE(client.opens(path));
        for (std::string_view const command :
             {R"(["sendframe", {"opcode": 1, "payload": "one"}])",
              R"(["sendframes", [{"opcode": 2, "fin": false, "payload": "t"}, {"opcode": 0, "payload": "wo"}]])",
              R"(["echo", {"payload": "three", "payload_len": 8}])", R"(["close", {"code": 3001, "reason": "bye"}])"})
            client.send(wire(text(command), Role::client));
        EXPECT_THAT(client.echo(false), testing::ElementsAre("one", "two", "threethr"));
        EXPECT_EQ(client.close_code(), 3001);
    }
    struct Wrong {
        Frame frame;
        unsigned code;
    };
    for (const auto& [sent, code] : {Wrong{binary(hex("00")), 1003}, Wrong{text("no JSON"), 1008},
                                     Wrong{text(R"(["dance", {}])"), 1008}, Wrong{text(hex("ff")), 1007}}) {
        Client client(server.port());
        ASSERT_TRUE(client.opens("/direct"));
        client.send(wire(sent, Role::client));
        EXPECT_TRUE(client.echo(false).empty());
        EXPECT_EQ(client.close_code(), code);
    }
    // Frames that no endpoint may send are sent all the same.
    Client client(server.port());
    ASSERT_TRUE(client.opens("/direct"));
    client.send(wire(text(R"(["sendframe", {"opcode": 3, "rsv": 4, "payload": "x", "chopsize": 1}])"), Role::client));
    Octets got;
    while (got.size() < 3) {
        Octets const more = client.receive();
        if (more.empty()) break;
        append(got, more);
    }
    EXPECT_EQ(got, hex("c3 01 78"));
    EXPECT_THAT(server.ask("/getCaseCount"), "1") << "and the server lives on";
}

}  // namespace
}  // namespace wsspec
