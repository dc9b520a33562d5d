// `wsspec serve` from outside: the URL protocol as drivers speak it, and what must not disturb it.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <deque>
#include <nlohmann/json.hpp>

#include "reference/endpoint.h"
#include "reference/handshake.h"
#include "runner/wstest_test.h"

namespace wsspec {
namespace {

using test::Child;
using test::contents;
using test::Folder;
using test::program;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

std::string request_for(const std::string& resource) {
    ClientRequest request;
    request.resource = resource;
    request.host = "localhost";
    request.key = random_key();
    return build_request(request);
}

/// A client of blocking calls, none of which takes longer than half a minute.
class Client {
public:
    explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        timeval const patience{.tv_sec = 30, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    ~Client() {
        if (fd_ >= 0) ::close(fd_);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(OctetView octets) const {
        while (!octets.empty()) {
            ssize_t const sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // The peer has ended: what it said is still to be read.
            octets = octets.subspan(static_cast<std::size_t>(sent));
        }
    }
    void send(std::string_view text) const { send(as_octets(text)); }

    /// Empty at the end of the stream.
    Octets receive() const {
        Octets out(16384);
        ssize_t const size = ::recv(fd_, out.data(), out.size(), 0);
        out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return out;
    }
    std::string all() const {
        std::string out;
        for (Octets more = receive(); !more.empty(); more = receive()) out += as_text(more);
        return out;
    }

    /// Octets, or the end, can be read now.
    bool has_input() const {
        pollfd polled{.fd = fd_, .events = POLLIN, .revents = 0};
        return ::poll(&polled, 1, 0) > 0;
    }

    /// The opening handshake; the head of the response.
    std::string ask(const std::string& resource) {
        send(request_for(resource));
        return response();
    }
    std::string response() {
        std::string read;
        while (!head_size(read)) {
            Octets const more = receive();
            if (more.empty()) return read;
            read += as_text(more);
        }
        std::size_t const head = *head_size(read);
        behind_ = octets(std::string_view(read).substr(head));
        return read.substr(0, head);
    }
    bool opens(const std::string& resource) { return ask(resource).starts_with("HTTP/1.1 101"); }

    /// Echoes until the server is through, and ends; the messages that came.
    std::vector<std::string> echo(bool answer = true) {
        std::vector<std::string> messages;
        for (Octets input = std::exchange(behind_, {});; input = receive()) {
            std::span<Octet> left = input;
            while (!left.empty()) {
                std::size_t const taken = endpoint_.receive(left);
                for (const auto& event : endpoint_.take_events()) {
                    if (event.kind != EndpointEvent::Kind::message) continue;
                    messages.emplace_back(as_text(event.payload));
                    if (answer) endpoint_.send_message(event.opcode, event.payload);
                }
                if (taken == 0) break;
                left = left.subspan(taken);
            }
            send(endpoint_.take_output());
            if (std::exchange(begun_, true) && input.empty()) break;
        }
        ::close(std::exchange(fd_, -1));
        return messages;
    }

private:
    int fd_;
    Octets behind_;
    Endpoint endpoint_{Role::client};
    bool begun_ = false;
};

class Server {
public:
    explicit Server(std::vector<std::string> arguments)
        : child_([&] {
              arguments.insert(arguments.begin(), {program(), "serve", "--port", "0"});
              return arguments;
          }()) {
        EXPECT_TRUE(child_.prints("Listening on "));
        EXPECT_TRUE(child_.prints("\n"));
        std::string const url = test::url_in(child_.out());
        port_ = static_cast<std::uint16_t>(std::atoi(url.substr(url.rfind(':') + 1).c_str()));
    }

    std::uint16_t port() const { return port_; }
    Child& child() { return child_; }

    /// One message, or what the server refuses with.
    std::string ask(const std::string& resource) const {
        Client client(port_);
        std::string const head = client.ask(resource);
        if (!head.starts_with("HTTP/1.1 101")) return head;
        auto const messages = client.echo(false);
        return messages.empty() ? "nothing" : messages.front();
    }
    void play(const std::string& resource) const {
        Client client(port_);
        EXPECT_TRUE(client.opens(resource)) << resource;
        client.echo();
    }
    std::string status_of(const std::string& query) const {
        return Json::parse(ask("/getCaseStatus?" + query)).at("behavior");
    }
    test::Ran stop() {
        child_.signal(SIGTERM);
        return child_.finish();
    }

private:
    Child child_;
    std::uint16_t port_ = 0;
};

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
          "/case/99?agent=a", "/nothing", "/runCase/?case=1&agent=a"}) {
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

/// "VmHWM" of /proc/PID/status, in KiB.
long peak_memory(pid_t pid) {
    std::istringstream status(contents("/proc/" + std::to_string(pid) + "/status"));
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + std::string_view("VmHWM:").size());
    return -1;
}

TEST(Serve, AThousandClientsAtOnce) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_max < 3000) GTEST_SKIP() << "the system allows too few open files";

    Folder const folder;
    // Cases in which a client owes an answer: nothing waits for a silence.
    Server server({"--case", "1.1", "--case", "1.2", "--timeout", "30", "--autobahn", folder / "autobahn"});
    std::size_t const count = std::stoul(server.ask("/getCaseCount"));
    std::size_t const agents = 1000 / count + 1;
    std::deque<Client> clients;
    for (std::size_t agent = 0; agent < agents; ++agent)
        for (std::size_t i = 1; i <= count; ++i) {
            clients.emplace_back(server.port());
            ASSERT_TRUE(clients.back().opens("/runCase?case=" + std::to_string(i) + "&agent=" + std::to_string(agent)))
                << clients.size();
        }
    EXPECT_GE(clients.size(), 1000U);
    for (auto& client : clients) client.echo();
    server.ask("/updateReports?agent=0");
    auto const index = Json::parse(contents(folder / "autobahn/index.json"));
    ASSERT_EQ(index.size(), agents);
    for (const auto& [agent, cases] : index.items()) {
        EXPECT_EQ(cases.size(), count);
        for (const auto& [id, entry] : cases.items()) EXPECT_NE(entry.at("behavior"), "FAILED") << id;
    }
    RecordProperty("clients", static_cast<int>(clients.size()));
    long const peak = peak_memory(server.child().pid());
    RecordProperty("peak_kib", static_cast<int>(peak));
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(peak, 400L << 10);
#endif
    EXPECT_GT(peak, 0);
    EXPECT_EQ(server.stop().status, 0);
}

}  // namespace
}  // namespace wsspec
