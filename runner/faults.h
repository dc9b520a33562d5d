// Faulty peers: the reference with one behaviour bent by a filter that stands outside of it. Each proves that a case
// catches the breach that it commits; `wsspec run loop:NAME` and `wsspec echo --fault NAME` bring it to life.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "reference/net/filter.h"
#include "reference/tls.h"
#include "reports/run.h"
#include "runner/url.h"

namespace wsspec::net {
struct EchoServerSettings;
}

namespace wsspec {

/// What a faulty peer does below WebSocket.
struct TlsBend {
    TlsVersion oldest = TlsVersion::any;  ///< Of a server.
    TlsVersion newest = TlsVersion::any;
    bool also_in_clear = false;
    // Of a client.
    bool sends_no_name = false;
    enum class Takes { good, any, expired, other_name } takes = Takes::good;  ///< Certificates.
};
/// Makes the server that has this fault.
void bend(net::EchoServerSettings& settings, const TlsBend& tls);

struct Fault {
    std::string_view name;                    ///< "accepts-unmasked-frames"
    std::string_view requirement;             ///< The statement of the catalogue that is broken.
    std::string_view what;                    ///< What the peer does wrong, in one sentence.
    std::vector<std::string_view> caught_by;  ///< Ids or globs of cases that have to catch it.
    net::FilterFactory make;
    /// What they have to say at least: non_strict where the RFC has no MUST.
    Verdict expected = Verdict::fail;
    std::optional<TlsBend> tls = {};  ///< It shows over TLS only.
    /// It shows in the memory or the open files of its process alone: to be caught with --spawn or --pid, and
    /// --allow-dos.
    bool in_process = false;
    /// Of a client: what it makes of the URL that it is given; nothing: it refuses it. It shows in the cases about that
    /// (Case::url) alone.
    std::function<std::optional<Url>(std::string_view)> takes_url = {};
};

/// In the order of the RFCs: opening handshake, frames, closing; volume; compression; limits.
std::span<const Fault> faults();

/// The fault of this name, or nullptr.
const Fault* find_fault(std::string_view name);

/// A statement that a fault breaks besides its own, and a case of that statement which catches it there.
struct FurtherBreach {
    std::string_view fault;
    std::string_view requirement;
    std::string_view caught_by;
};
std::span<const FurtherBreach> further_breaches();

/// A MUST that shows at servers and has a case, but no faulty server.
struct Unbreakable {
    std::string_view requirement;
    std::string_view reason;
};
std::span<const Unbreakable> unbreakable();

namespace detail {

// The parts of faults(), one a file.
std::vector<Fault> handshake_faults();
std::vector<Fault> request_faults();
std::vector<Fault> frame_faults();
std::vector<Fault> text_faults();
std::vector<Fault> closing_faults();
std::vector<Fault> state_faults();
std::vector<Fault> volume_faults();
std::vector<Fault> deflate_faults();
std::vector<Fault> delivery_faults();
std::vector<Fault> pause_faults();
std::vector<Fault> later_faults();
std::vector<Fault> shape_faults();
std::vector<Fault> content_faults();
std::vector<Fault> tls_faults();
std::vector<Fault> limit_faults();

}  // namespace detail

}  // namespace wsspec
