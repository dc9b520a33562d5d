#include "fuzz/adapters/parser_run.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

namespace wsspec {

namespace {

MemoryMeter meter;

/// What one run keeps of messages; a parser that delivers more is stopped from filling the memory by this.
constexpr std::size_t most_kept = 128U << 20;

/// Takes the events of one parser. Its octets are not the parser's, so it stops the meter.
class Log {
public:
    explicit Log(ParserRun& run) : run_(run) {}
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log() = default;

    std::uint64_t fed = 0;
    bool running = false;  ///< feed() or finish() is.
    bool finishing = false;
    bool message_open = false;

    /// Once, at the first thing that is wrong: what follows follows from it.
    void breach(std::string_view what) {
        if (run_.breach.empty()) run_.breach = what;
    }

    static wsspec_parser_sink sink(Log& log) {
        return {.abi = WSSPEC_PARSER_ABI,
                .context = &log,
                .on_message =
                    [](void* context, int opcode, const std::uint8_t* octets, std::size_t size) {
                        Entry const entry(context);
                        entry.log.begin_message(opcode);
                        entry.log.piece(octets, size);
                        entry.log.end_message();
                    },
                .on_message_begin =
                    [](void* context, int opcode) {
                        Entry const entry(context);
                        entry.log.begin_message(opcode);
                    },
                .on_message_piece =
                    [](void* context, const std::uint8_t* octets, std::size_t size) {
                        Entry const entry(context);
                        entry.log.piece(octets, size);
                    },
                .on_message_end =
                    [](void* context) {
                        Entry const entry(context);
                        entry.log.end_message();
                    },
                .on_ping =
                    [](void* context, const std::uint8_t* octets, std::size_t size) {
                        Entry const entry(context);
                        entry.log.event(ParserEvent::Kind::ping, 0, octets, size);
                    },
                .on_pong =
                    [](void* context, const std::uint8_t* octets, std::size_t size) {
                        Entry const entry(context);
                        entry.log.event(ParserEvent::Kind::pong, 0, octets, size);
                    },
                .on_close =
                    [](void* context, int code, const std::uint8_t* reason, std::size_t size) {
                        Entry const entry(context);
                        entry.log.event(ParserEvent::Kind::close, code, reason, size);
                    },
                .on_failure =
                    [](void* context, int code, const char*) {
                        Entry const entry(context);
                        entry.log.event(ParserEvent::Kind::failure, code, nullptr, 0);
                    }};
    }

private:
    struct Entry {
        explicit Entry(void* context) : log(*static_cast<Log*>(context)) {
            if (meter.pause != nullptr) meter.pause();
            if (!log.running) log.breach("an event is reported outside of feed() and finish()");
        }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        ~Entry() {
            if (meter.resume != nullptr) meter.resume();
        }
        Log& log;
    };

    void begin_message(int opcode) {
        if (message_open) breach("on_message_begin() or on_message() inside of a message");
        if (opcode != WSSPEC_TEXT && opcode != WSSPEC_BINARY) breach("a message is neither text nor binary");
        message_open = true;
        opcode_ = opcode == WSSPEC_BINARY ? Opcode::binary : Opcode::text;
        message_.clear();
    }
    void piece(const std::uint8_t* octets, std::size_t size) {
        if (!message_open) return breach("on_message_piece() outside of a message");
        if (octets == nullptr && size != 0) return breach("octets is NULL although size is not 0");
        kept_ += size;
        if (kept_ > most_kept) return breach("messages of more than 128 MiB are delivered for one stream");
        if (size != 0) append(message_, OctetView(octets, size));
    }
    void end_message() {
        if (!message_open) return breach("on_message_end() outside of a message");
        message_open = false;
        add({.kind = ParserEvent::Kind::message, .opcode = opcode_, .payload = std::exchange(message_, {})});
    }
    void event(ParserEvent::Kind kind, int code, const std::uint8_t* octets, std::size_t size) {
        if (octets == nullptr && size != 0) return breach("octets is NULL although size is not 0");
        if (code < 0 || code > 65535) return breach("a close code is not from 0 to 65535");
        ParserEvent made{.kind = kind, .code = static_cast<std::uint16_t>(code)};
        if (size != 0) made.payload.assign(octets, octets + size);
        add(std::move(made));
    }
    void add(ParserEvent made) {
        made.fed = fed;
        made.at_finish = finishing;
        run_.events.push_back(std::move(made));
    }

    ParserRun& run_;
    Opcode opcode_ = Opcode::text;
    Octets message_;
    std::size_t kept_ = 0;
};

/// The meter runs while this is there.
class Measuring {
public:
    Measuring() {
        if (meter.begin != nullptr) meter.begin();
    }
    Measuring(const Measuring&) = delete;
    Measuring& operator=(const Measuring&) = delete;
    ~Measuring() {
        if (meter.end != nullptr) meter.end();
    }
    std::uint64_t peak() const { return meter.peak != nullptr ? meter.peak() : 0; }
};

}  // namespace

void use_memory_meter(const MemoryMeter& used) { meter = used; }

bool ParserEvent::same_as(const ParserEvent& other) const {
    return kind == other.kind && code == other.code && payload == other.payload &&
           (kind != Kind::message || opcode == other.opcode);
}

std::string describe(const ParserEvent& event) {
    std::string const size = std::to_string(event.payload.size()) + (event.payload.size() == 1 ? " octet" : " octets");
    std::string const octets = event.payload.empty() ? "" : " " + to_hex(event.payload, 24);
    std::string const code =
        event.code == WSSPEC_NO_STATUS ? std::string("without a body") : std::to_string(event.code);
    switch (event.kind) {
        case ParserEvent::Kind::message:
            return std::string(to_string(event.opcode)) + ", " + size + octets;
        case ParserEvent::Kind::ping:
            return "ping, " + size + octets;
        case ParserEvent::Kind::pong:
            return "pong, " + size + octets;
        case ParserEvent::Kind::close:
            return "Close " + code + (event.payload.empty() ? "" : ", reason of " + size + octets);
        case ParserEvent::Kind::failure:
            break;
    }
    return event.code == WSSPEC_NO_CODE ? std::string("the connection fails")
                                        : "the connection fails with " + std::to_string(event.code);
}

std::uint64_t Chunking::end_of_piece(std::uint64_t offset, std::size_t size) const {
    auto const next = std::ranges::lower_bound(cuts, offset);
    return next == cuts.end() ? size : *next;
}

Chunking whole() { return {.name = "whole", .cuts = {}}; }

Chunking octet_by_octet(std::size_t size) {
    // Of a long stream the middle is one payload, as a rule, and takes most of the time.
    constexpr std::size_t edge = 4096;
    constexpr std::size_t step = 251;
    bool const is_long = size > 4 * edge;
    Chunking out{.name = is_long ? "octet by octet, the middle in pieces" : "octet by octet", .cuts = {}};
    for (std::size_t at = 1; at < size; at += is_long && at >= edge && at + step + edge < size ? step : 1)
        out.cuts.push_back(at);
    return out;
}

const ParserEvent* ParserRun::end() const {
    auto const found = std::ranges::find_if(events, [](const ParserEvent& event) {
        return event.kind == ParserEvent::Kind::close || event.kind == ParserEvent::Kind::failure;
    });
    return found == events.end() ? nullptr : &*found;
}

ParserRun run_parser(const wsspec_parser_adapter& adapter, Role role, std::uint64_t max_message,
                     const std::optional<DeflateAgreement>& agreement, OctetView stream, const Chunking& chunking) {
    ParserRun run;
    Log log(run);
    wsspec_parser_sink const sink = Log::sink(log);
    wsspec_deflate deflate{};
    if (agreement)
        deflate = {.server_no_context_takeover = agreement->server_no_context_takeover,
                   .client_no_context_takeover = agreement->client_no_context_takeover,
                   .server_max_window_bits = agreement->server_max_window_bits,
                   .client_max_window_bits = agreement->client_max_window_bits};
    wsspec_parser_config const config{.abi = WSSPEC_PARSER_ABI,
                                      .role = role == Role::server ? WSSPEC_SERVER : WSSPEC_CLIENT,
                                      .max_message = max_message,
                                      .deflate = agreement ? &deflate : nullptr,
                                      .context = adapter.context};

    Measuring const measuring;
    auto* const parser = adapter.create(&config, &sink);
    if (parser == nullptr) throw std::runtime_error("the adapter's create() returned NULL");

    auto const note_memory = [&] {
        run.memory = std::max(run.memory, measuring.peak());
        if (adapter.memory != nullptr) run.memory = std::max(run.memory, adapter.memory(parser));
    };
    // In memory of its own, so that a read beyond the piece is one that a sanitizer can see.
    auto const feed = [&](OctetView piece) {
        if (meter.pause != nullptr) meter.pause();
        auto const copy = std::make_unique_for_overwrite<std::uint8_t[]>(piece.size());
        std::ranges::copy(piece, copy.get());
        if (meter.resume != nullptr) meter.resume();
        log.running = true;
        auto const taken = adapter.feed(parser, copy.get(), piece.size());
        log.running = false;
        if (!std::ranges::equal(piece, OctetView(copy.get(), piece.size())))
            log.breach("feed() writes to the octets that it is given");
        note_memory();
        if (meter.pause != nullptr) meter.pause();  // the copy goes
        return taken;
    };
    std::size_t from = 0;
    for (std::size_t cut = 0; from < stream.size() && !run.stalled_at; ++cut) {
        std::size_t const end = cut < chunking.cuts.size() ? chunking.cuts[cut] : stream.size();
        log.fed = end;
        while (from < end) {
            auto const piece = stream.subspan(from, end - from);
            auto const taken = feed(piece);
            if (meter.resume != nullptr) meter.resume();
            if (run.end() != nullptr) {
                from = end;
            } else if (taken > piece.size()) {
                log.breach("feed() returns more than it was given");
                from = end;
            } else if (taken == 0) {
                run.stalled_at = from;
                break;
            } else {
                from += taken;
            }
        }
    }
    if (adapter.finish != nullptr && !run.stalled_at) {
        log.running = log.finishing = true;
        adapter.finish(parser);
        log.running = false;
        note_memory();
    }
    adapter.destroy(parser);
    return run;
}

}  // namespace wsspec
