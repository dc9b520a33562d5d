// `wsspec serve` with a thousand clients at the same time, each in a case of its own; and with two drivers at once.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "cases/catalogue.h"
#include "reference/permessage_deflate.h"
#include "runner/case_server.h"
#include "runner/serve_client_test.h"

namespace wsspec {
namespace {

using test::contents;
using test::Folder;
using test::Server;
using Json = nlohmann::json;

/// "VmHWM" of /proc/PID/status, in KiB.
long peak_memory(pid_t pid) {
    std::istringstream status(contents("/proc/" + std::to_string(pid) + "/status"));
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + std::string_view("VmHWM:").size());
    return -1;
}

/// A client that keeps the RFC and waits for nothing: it is moved on when its socket can be read.
class EchoingClient {
public:
    EchoingClient(std::uint16_t port, const std::string& resource)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ClientRequest request;
        request.resource = resource;
        request.host = "localhost";
        request.key = random_key();
        request.extensions = to_string(std::vector{deflate_offer()});
        request_ = build_request(request);
        EXPECT_EQ(::send(fd_, request_.data(), request_.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request_.size()));
        ::fcntl(fd_, F_SETFL, O_NONBLOCK);
    }
    ~EchoingClient() { end(); }
    EchoingClient(const EchoingClient&) = delete;
    EchoingClient& operator=(const EchoingClient&) = delete;

    int fd() const { return fd_; }
    short wants() const { return static_cast<short>(output_.empty() ? POLLIN : POLLIN | POLLOUT); }

    void go_on() {
        Octets input(65536);
        ssize_t const size = ::recv(fd_, input.data(), input.size(), 0);
        if (size == 0 || (size < 0 && errno != EAGAIN)) return end();
        if (size > 0) {
            input.resize(static_cast<std::size_t>(size));
            endpoint_ ? take(input) : read_head(input);
        }
        if (fd_ >= 0) write();
    }

private:
    void read_head(const Octets& input) {
        head_ += as_text(input);
        while (auto const size = head_size(head_)) {
            auto const response = check_response(std::string_view(head_).substr(0, *size), check_request(request_));
            bool const interim = response && response->head.status < 200 && response->head.status != 101;
            if (!interim && (!response || !response->opens())) return end();
            head_.erase(0, *size);
            if (interim) continue;
            endpoint_ =
                std::make_unique<Endpoint>(Role::client, EndpointLimits{}, deflate_agreement(response->extensions));
            Octets behind = octets(head_);
            return take(behind);
        }
        if (head_.size() > 64U << 10) end();
    }

    void take(std::span<Octet> octets) {
        while (!octets.empty()) {
            std::size_t const taken = endpoint_->receive(octets);
            for (const auto& event : endpoint_->take_events())
                if (event.kind == EndpointEvent::Kind::message) endpoint_->send_message(event.opcode, event.payload);
            if (taken == 0) break;
            octets = octets.subspan(taken);
        }
        append(output_, endpoint_->take_output());
    }

    void write() {
        if (!output_.empty()) {
            ssize_t const sent = ::send(fd_, output_.data(), output_.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN) return end();
            if (sent > 0) output_.erase(output_.begin(), output_.begin() + sent);
        }
        if (output_.empty() && endpoint_ && endpoint_->close_expected()) end();
    }

    void end() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }

    int fd_;
    std::string request_;
    std::string head_;
    std::unique_ptr<Endpoint> endpoint_;
    Octets output_;
};

/// Until all have ended; false if they do not for half a minute.
bool drive(std::deque<EchoingClient>& clients) {
    while (true) {
        std::vector<pollfd> polled;
        std::vector<EchoingClient*> who;
        for (auto& client : clients) {
            if (client.fd() < 0) continue;
            polled.push_back({.fd = client.fd(), .events = client.wants(), .revents = 0});
            who.push_back(&client);
        }
        if (polled.empty()) return true;
        if (::poll(polled.data(), polled.size(), 30'000) <= 0) return false;
        for (std::size_t i = 0; i < polled.size(); ++i)
            if (polled[i].revents != 0) who[i]->go_on();
    }
}

/// Cases in which a client that keeps the RFC always has something to do: none waits for a silence.
bool keeps_moving(const Case& one) {
    return std::ranges::none_of(one.script, [](const Step& step) {
        if (std::holds_alternative<Await>(step.action)) return true;
        const auto* expect = std::get_if<Expect>(&step.action);
        return expect != nullptr && std::ranges::any_of(expect->any_of, [](const Outcome& outcome) {
                   return outcome.kind == Outcome::Kind::waits || outcome.kind == Outcome::Kind::anything;
               });
    });
}

TEST(ServeLoad, AThousandClientsAtOnceEachInACaseOfItsOwn) {
    constexpr std::size_t most = 1000;
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_max < 2 * most + 100) GTEST_SKIP() << "the system allows too few open files";

    std::vector<std::string> ids;
    for (const auto& group : catalogue())
        for (const auto& one : group.cases)
            if (one.target != Target::server && keeps_moving(one) && !wants_known_url(one) && !one.url &&
                !includes(one.needs, Need::subprotocol) && (!has_volume(one) || group.number == "13"))
                ids.push_back(one.id);
    ASSERT_GE(ids.size(), most);
    ids.resize(most);

    Folder const folder;
    std::vector<std::string> arguments = {"--timeout", "60", "--profile", "quick", "--autobahn", folder / "autobahn"};
    for (const auto& id : ids) arguments.insert(arguments.end(), {"--case", id});
    Server server(arguments);
    std::deque<EchoingClient> clients;
    for (const auto& id : ids) clients.emplace_back(server.port(), "/case/" + id + "?agent=one");
    // Nobody reads yet, so no case can end; the server gets round to all.
    std::string page;
    for (int i = 0; i < 1000 && !page.contains("Being played now: 1000 cases"); ++i) {
        test::Client const asking(server.port());
        asking.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        page = asking.all();
    }
    EXPECT_TRUE(page.contains("Being played now: 1000 cases")) << page;
    ASSERT_TRUE(drive(clients));
    server.ask("/updateReports?agent=one");
    Json const index = Json::parse(contents(folder / "autobahn/index.json"));
    EXPECT_EQ(index.at("one").size(), most);
    for (const auto& [id, entry] : index.at("one").items()) EXPECT_NE(entry.at("behavior"), "FAILED") << id;
    long const peak = peak_memory(server.child().pid());
    RecordProperty("peak_kib", static_cast<int>(peak));
    std::printf("%zu clients at once, peak memory of the server %ld KiB\n", clients.size(), peak);
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(peak, 400L << 10);
#endif
    EXPECT_GT(peak, 0);
    EXPECT_NE(server.stop().status, 1) << "a case failed";
}

/// Alone or beside another one, a driver gets the same words.
TEST(ServeLoad, TwoDriversAtOnceDoNotDisturbOneAnother) {
    const std::vector<std::string> cases = {"1.1.*", "2.*", "5.1*", "6.2.*", "7.*", "9.7.1", "12.1.1"};
    Folder const folder;
    test::FuzzingServer server(folder, cases);
    auto const driver = [&](const std::string& agent) {
        return std::vector<std::string>{test::wstest_program(), "-m", "testeeclient", "-w", server.url(), "-i", agent};
    };
    EXPECT_EQ(test::Child(driver("alone")).finish().status, 0);
    test::Child first(driver("first"));
    test::Child second(driver("second"));
    EXPECT_EQ(first.finish().status, 0);
    EXPECT_EQ(second.finish().status, 0);
    Json const index = server.index();
    ASSERT_EQ(index.at("alone").size(), server.count());
    for (const char* agent : {"first", "second"}) {
        ASSERT_EQ(index.at(agent).size(), server.count());
        for (const auto& [id, entry] : index.at("alone").items())
            for (const char* column : {"behavior", "behaviorClose", "remoteCloseCode"})
                EXPECT_EQ(index.at(agent).at(id).at(column), entry.at(column)) << agent << " " << id;
    }
}

}  // namespace
}  // namespace wsspec
