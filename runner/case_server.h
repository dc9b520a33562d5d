// The server that tests clients: they connect, and say with the URL which case they want to be put through.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cases/case.h"
#include "reports/run.h"
#include "runner/certificates.h"
#include "runner/session.h"

namespace wsspec {

struct CaseServerSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;             ///< 0: any free one.
    std::string certificate_file = {};  ///< PEM chain; with `key_file`: wss.
    std::string key_file = {};
    /// Makes the certificates of the cases that show bad ones: each of them has a port of its own. Must outlive the
    /// server.
    const TestAuthority* authority = nullptr;
    /// Who refuses TLS at such a port, and whoever comes to that of a case about a URL (Case::url).
    std::string own_port_agent = "client";
    /// In the order in which clients count them: each case has the number of its place, from 1. The further scripts of
    /// cases with variants have the numbers behind those, so that who counts through plays all of them; and so have
    /// the places where `every_split` cuts.
    std::vector<const Case*> cases = {};
    /// For every case; the target's part is set to client.
    SessionSettings session = {};
    /// Besides, the page for people is there; 0: any free port.
    std::optional<std::uint16_t> page_port = {};
    /// A case that this agent is spared: its connection opens and closes.
    std::function<bool(const std::string& agent, const std::string& id)> excluded = {};
    /// A case begins; `peer` is the client's address: "tcp4:127.0.0.1:40000".
    std::function<void(const std::string& agent, const std::string& id, const std::string& peer)> on_case = {};
    /// A case has ended; of its scripts so far, the worst. Called again if a client asks for it again, or for another
    /// script of it.
    std::function<void(const std::string& agent, CaseResult result)> on_result = {};
    /// A client asked for the reports to be written; they are when this returns.
    std::function<void()> on_update_reports = {};
    /// A client asked for the end.
    std::function<void()> on_stop = {};
    /// The verdict of a case that has ended, as on_result() was told; nothing before.
    std::function<std::optional<Verdict>(const std::string& agent, const std::string& id)> verdict = {};
    /// The body of the page for browsers, HTML.
    std::function<std::string()> status_page = {};
    std::size_t most_agents = 100;
    /// Host of the URLs that all clients are given, as a URL writes it: what they send as Host has to be that and our
    /// port. Empty: it is not known.
    std::string url_host = {};
};

/// The case is about the TLS handshake itself, which has to be another than that of all other cases.
bool wants_strange_tls(const Case& one);
/// The case can be had at a port of its own alone.
bool has_own_port(const Case& one);
/// The case compares with the URL that the client was given.
bool wants_known_url(const Case& one);

/// Any number of clients and cases at the same time; what one does, disturbs no other. A client that never finishes is
/// dropped at its deadline. Runs on `executor`, a single thread.
class CaseServer {
public:
    /// Listens at once; throws std::system_error or boost::system::system_error if that can't be done.
    CaseServer(boost::asio::any_io_executor executor, CaseServerSettings settings);
    ~CaseServer();
    CaseServer(const CaseServer&) = delete;
    CaseServer& operator=(const CaseServer&) = delete;

    std::uint16_t port() const;
    /// Where this case is to be had: mostly the same.
    std::uint16_t port_of(const Case& one) const;
    /// Of a case about a URL: that URL.
    std::string url_of(const Case& one) const;
    /// Of such a case: who has come to its port.
    struct Callers {
        bool under_way = false;  ///< Somebody has not said yet what he wants, or is being put through the case.
        std::string note = {};   ///< What became of the last one who left without a request; empty: none did.
    };
    Callers callers_of(const Case& one) const;
    /// Where the page for people is besides; 0 if nowhere.
    std::uint16_t page_port() const;
    /// Why that is, if `page_port` was asked for; empty if it was not, or can be listened on.
    const std::string& page_error() const;
    /// Cases that are being played.
    std::size_t running() const;
    /// This client is being put through that case.
    bool playing(const std::string& agent, const std::string& id) const;
    /// Something is still to be said to somebody: cases included.
    bool busy() const;
    /// Of the connections of a case that has several: how many this client has not been through. 0 for other cases.
    std::size_t unplayed(const std::string& agent, const Case& one) const;
    /// How often somebody has asked for a case, or for something about the run, and was served.
    std::size_t served() const;
    /// What was said to the last one who was refused; empty if nobody was.
    const std::string& last_refusal() const;
    /// Tells the results of the cases about all keys of a client (Case::keys) once more, by what has come since.
    void judge_run();
    /// Accepts no more. What is under way goes on.
    void stop();

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace wsspec
