/* Your WebSocket parser behind a C interface, so that wsspec can fuzz it and judge what it does
 * (docs/fuzz-your-parser.md).
 *
 * C99 and C++11. Nothing to link: this header declares types and one function, which you define:
 *
 *     const wsspec_parser_adapter *wsspec_parser(void);
 *
 * The fuzzer plays the peer. It makes a stream of octets as it stands on the wire behind the opening handshake (RFC
 * 6455 sections 5 to 8, RFC 7692 if agreed), feeds it to fresh parsers of yours, whole, octet by octet and in pieces,
 * and holds the events that they give to the sink against each other and against what the RFCs allow.
 *
 * Calls.     create, then feed any number of times, finish at most once, destroy exactly once. destroy may come at any
 *            time after create; neither feed nor finish comes after finish. Events may be given only while feed or
 *            finish runs.
 * Threads.   All calls for all parsers come from one thread. The sink must be called from that thread.
 * Several.   More than one parser can be alive at a time, their calls interleaved: keep no state outside of yours.
 * Re-entry.  The sink never calls back into the parser or the adapter. It is not to be called from inside itself.
 * Errors.    What a peer sends is never a reason to abort, exit, throw or longjmp out of a function of the adapter; the
 *            fuzzer counts that as a crash. Being out of memory is: create may return NULL, which ends the program.
 * Time.      No function may block or wait.
 * Owners.    `config` is the fuzzer's and valid while create runs: copy what you need. The sink is the fuzzer's and
 *            valid until destroy returns: keep the pointer. Octets given to feed are the fuzzer's, valid while feed
 *            runs and not to be written to: copy them first if your parser unmasks where they lie. Octets given to the
 *            sink are yours and have to stay only until the function of the sink returns.
 */
#ifndef WSSPEC_PARSER_H
#define WSSPEC_PARSER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. Grows when a field is appended to a struct; fields never move or change their meaning.
 * An adapter that was compiled with an older version keeps working: the fuzzer reads `abi` first. */
#define WSSPEC_PARSER_ABI 1u

/* The part that your parser plays: a server reads masked frames, a client unmasked ones (RFC 6455 section 5.1). Bits,
 * because an adapter names a set of them. */
#define WSSPEC_SERVER 1u
#define WSSPEC_CLIENT 2u

/* Opcodes of messages (section 5.6). */
#define WSSPEC_TEXT 1
#define WSSPEC_BINARY 2

/* Codes for what has none on the wire (section 7.4.1). */
#define WSSPEC_NO_STATUS 1005 /* on_close: the Close frame had no body. */
#define WSSPEC_NO_CODE 0      /* on_failure: the parser does not say which code it would send. */

/* permessage-deflate as the opening handshake has agreed on it (RFC 7692 section 7.1). */
typedef struct wsspec_deflate {
    int server_no_context_takeover; /* 0 or 1. */
    int client_no_context_takeover; /* 0 or 1. */
    int server_max_window_bits;     /* 8 to 15; 15 if the parameter is absent. */
    int client_max_window_bits;     /* 8 to 15; 15 if the parameter is absent. */
} wsspec_deflate;

/* What a parser is made for. */
typedef struct wsspec_parser_config {
    uint32_t abi; /* WSSPEC_PARSER_ABI of the fuzzer. */
    /* WSSPEC_SERVER or WSSPEC_CLIENT: the part that the parser plays; one of `roles` of the adapter. */
    uint32_t role;
    /* Octets that a message may have, at least 1. A longer one may be refused (code 1009) as soon as its length is
     * announced, or taken whole; it must not be cut short. Of a compressed message the inflated octets count. */
    uint64_t max_message;
    /* NULL: not agreed on. Never anything else for an adapter without `deflate`. */
    const wsspec_deflate* deflate;
    /* That of the adapter. */
    void* context;
} wsspec_parser_config;

/* Where events go; pass `context` as the first argument. Octets may be NULL if `size` is 0. Report every message and
 * every control frame, in the order in which they are complete on the wire, during the feed that brings their last
 * octet. */
typedef struct wsspec_parser_sink {
    uint32_t abi; /* WSSPEC_PARSER_ABI of the fuzzer. */
    void* context;

    /* A whole message: unmasked, put together from its fragments, inflated. `opcode`: WSSPEC_TEXT or WSSPEC_BINARY. */
    void (*on_message)(void* context, int opcode, const uint8_t* octets, size_t size);

    /* Or the same in pieces: begin, any number of pieces of any size, end. They may be cut anywhere; only the whole is
     * compared. Control frames may come between them, another message may not. A message that was begun and whose
     * connection then fails has no end. For parsers that hand out frames, or parts of them: begin at a frame whose
     * opcode is not 0, end at FIN, and leave it to your parser to notice a wrong order of fragments (section 5.4). If
     * it does not, the adapter may do what every user of the parser has to do, and should say so. */
    void (*on_message_begin)(void* context, int opcode);
    void (*on_message_piece)(void* context, const uint8_t* octets, size_t size);
    void (*on_message_end)(void* context);

    /* A Ping or Pong, with its unmasked payload (sections 5.5.2 and 5.5.3). */
    void (*on_ping)(void* context, const uint8_t* octets, size_t size);
    void (*on_pong)(void* context, const uint8_t* octets, size_t size);

    /* A Close frame: code and reason as they stand in it (section 5.5.1), WSSPEC_NO_STATUS and no reason if it has no
     * body. Nothing may be reported behind it. */
    void (*on_close)(void* context, int code, const uint8_t* reason, size_t size);

    /* The parser fails the connection (section 7.1.7). `code`: that of the Close frame that it sends or would have
     * sent, or WSSPEC_NO_CODE. `what`: for people, in your words, may be NULL. Nothing may be reported behind it. */
    void (*on_failure)(void* context, int code, const char* what);
} wsspec_parser_sink;

/* A parser of yours; what it is only the adapter knows. */
typedef struct wsspec_parser_instance wsspec_parser_instance;

/* A requirement that your parser breaks on purpose: findings under it are not reported. */
typedef struct wsspec_permitted {
    const char* requirement; /* "R6455-5.2-14": as a report names it; `wsspec coverage` lists all. */
    const char* reason;      /* Why: one sentence. An entry without a reason permits nothing. */
} wsspec_permitted;

/* Your adapter. Everything it points to has to stay until the program ends. */
typedef struct wsspec_parser_adapter {
    uint32_t abi;     /* WSSPEC_PARSER_ABI, as you have compiled it. */
    const char* name; /* For reports. */
    uint32_t roles;   /* The parts that it can play: WSSPEC_SERVER, WSSPEC_CLIENT or both. */
    int deflate;      /* 1: it inflates (RFC 7692); 0: it must never be agreed on. */
    void* context;    /* Yours; comes back in wsspec_parser_config. May be NULL. */

    /* A parser of a connection whose opening handshake is done. */
    wsspec_parser_instance* (*create)(const wsspec_parser_config* config, const wsspec_parser_sink* sink);

    /* The next octets of the stream, at least one. Returns how many were taken. Fewer than `size` means "give me the
     * rest again": the fuzzer does so at once, and calls it a stall if none were taken. Once on_close or on_failure was
     * called, the result has no meaning. feed is called even then, with what stands behind on the wire: ignore it, or
     * let your parser ignore it if its users may do that. */
    size_t (*feed)(wsspec_parser_instance* parser, const uint8_t* octets, size_t size);

    /* The stream has ended (FIN). on_failure may follow (1006, or WSSPEC_NO_CODE, if no Close came); anything else
     * should have been reported earlier. May be NULL. */
    void (*finish)(wsspec_parser_instance* parser);

    void (*destroy)(wsspec_parser_instance* parser);

    /* Octets of memory that the parser holds now, for parsers that do not take it from malloc. May be NULL: malloc is
     * measured anyway, where the system lets the fuzzer do that. */
    uint64_t (*memory)(const wsspec_parser_instance* parser);

    /* Memory that a parser may take: memory_base + memory_per_octet * max_message, at any moment. 0: 1 MiB, and 4. */
    uint64_t memory_base;
    uint64_t memory_per_octet;

    /* `permitted_count` requirements that are broken on purpose. May be NULL if 0. */
    const wsspec_permitted* permitted;
    size_t permitted_count;
} wsspec_parser_adapter;

/* You define it. Called once, at the start. */
const wsspec_parser_adapter* wsspec_parser(void);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* WSSPEC_PARSER_H */
