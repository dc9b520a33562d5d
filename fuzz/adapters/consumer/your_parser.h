/* A WebSocket parser as somebody might have one, for the test of the installed package: what the template is for. */
#ifndef YOUR_PARSER_H
#define YOUR_PARSER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct your_parser your_parser;

typedef struct your_parser_callbacks {
    void (*message)(void* user, int is_text, const uint8_t* octets, size_t size);
    void (*ping)(void* user, const uint8_t* octets, size_t size);
    void (*pong)(void* user, const uint8_t* octets, size_t size);
    void (*closed)(void* user, int code, const uint8_t* reason, size_t size);
    void (*failed)(void* user, int code);
} your_parser_callbacks;

your_parser* your_parser_new(int is_server, uint64_t max_message, const your_parser_callbacks* callbacks, void* user);
void your_parser_feed(your_parser* parser, const uint8_t* octets, size_t size);
void your_parser_free(your_parser* parser);

#ifdef __cplusplus
}
#endif

#endif
