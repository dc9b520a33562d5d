// A case: one numbered question to a WebSocket implementation, as plain data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cases/given_url.h"
#include "cases/script.h"
#include "reference/key_record.h"

namespace wsspec {

/// Which part the target plays. `any`: the case runs against servers and, mirrored, against clients.
enum class Target { any, server, client };

/// What a target has to offer for the case to make sense. Probed before the run; a missing one makes the case
/// `skipped` or `unimplemented`, never `fail`.
enum class Need : unsigned {
    none = 0,
    echo = 1,         ///< Sends every message back.
    subprotocol = 2,  ///< The user named a subprotocol that the target supports (--subprotocol).
    /// The target agrees to the permessage-deflate that the script offers. Seen when the connection is open, like the
    /// next two.
    deflate = 4,
    client_takeover = 8,  ///< The agreement lets the client refer back to earlier messages (RFC 7692 section 7.1.1.2).
    client_window = 16,   ///< The agreement leaves the client the whole window of 32768 octets (7.1.2.2).
    tls = 32,             ///< The URL says wss.
};
constexpr Need operator|(Need a, Need b) {
    return static_cast<Need>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool includes(Need set, Need part) { return (static_cast<unsigned>(set) & static_cast<unsigned>(part)) != 0; }

/// Of a case that shows how a target copes with more and more of the same.
struct Growth {
    /// What grows: "octets of a field". `sizes` has one for the script, then one for each variant.
    std::string of;
    std::vector<std::size_t> sizes;
    /// The statement under which a time that grows much faster than the size is filed.
    std::string requirement;
};

/// Of a case after which a target should hold little, where its process can be watched.
struct Holding {
    /// Octets that it may hold for one that was sent; more is worth a word once it is clearly more than what a garbage
    /// collector leaves lying about (see runner/watch.h).
    double ratio = 1;
    std::string requirement;
    /// To be read as: it keeps …
    std::string what;
};

/// Of a case in which the target waits nearly all of the time: what it works meanwhile, where its process can be
/// watched, is worth a word once it is a good part of what one processor does.
struct Idling {
    std::string requirement;
    /// To be read as: it keeps a processor busy …
    std::string what;
};

struct Case {
    std::string id;     ///< "6.4.1": for ever. New cases take new numbers; none is reused.
    std::string title;  ///< What the tester does: "Send a text frame whose mask bit is wrong for the sender".
    Target target = Target::any;
    std::vector<std::string> covers = {};  ///< Requirement ids; the first is the one that a failure is filed under.
    Need needs = Need::none;
    Script script = {};
    /// Further scripts under the same id, each on a connection of its own: the rows of a small family. The verdict is
    /// the worst of all.
    std::vector<Script> variants = {};
    /// Of clients: what is asked about their keys, to be answered by all connections of the run. The script adds some.
    std::optional<KeyQuestion> keys = {};
    /// Of clients: the URL that they are given, where the case is about that.
    std::optional<GivenUrl> url = {};
    /// It measures: no other case runs at the same time.
    bool alone = false;
    /// Of servers: behind each script a fresh connection has to open and to send a message back (to answer a ping, if
    /// the target does not echo), else the case fails under the first of `covers`. For what may hurt a target without
    /// showing on the connection that it happens to.
    bool alive_afterwards = false;
    /// The target's process is watched, where it is known: memory, CPU time and open files.
    bool watched = false;
    /// It may hurt a target that others use as well: run only if the user allows it (--allow-dos).
    bool may_hurt = false;
    std::optional<Growth> growth = {};
    std::optional<Holding> holding = {};
    std::optional<Idling> idling = {};
    /// Where our verdict is not Autobahn's, or an RFC sentence needs a word: said here, shown in `explain`.
    std::string note = {};
    /// true: the case has the id and the meaning of one of Autobahn's 517.
    bool autobahn = false;
};

/// The first is the case's script, the others are its variants.
void add_script(Case& one, Script script);

/// Some script of the case has round trips, or sends a message of a mebibyte or more.
bool has_volume(const Case& one);

/// What is played on the fresh connection behind a case with `alive_afterwards`.
const Case& proof_of_life(bool echoes);

/// The number in front of the first dot: "6" for "6.4.1"; "derived" for "6.4.1/rsv1".
std::string group_of(const std::string& id);

/// Order of ids as people expect it: 6.2 before 6.10.
bool id_less(const std::string& a, const std::string& b);

}  // namespace wsspec
