// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
/* wslay does framing only: this file adds a very small HTTP upgrade and one process per connection. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wslay/wslay.h>
static ssize_t rd(wslay_event_context_ptr x, uint8_t *b, size_t n, int f, void *u) {
    (void)f; ssize_t r = read(*(int *)u, b, n);
    if (r <= 0) { wslay_event_set_error(x, r < 0 && errno == EAGAIN ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE); return -1; }
    return r;
}
static ssize_t wr(wslay_event_context_ptr x, const uint8_t *b, size_t n, int f, void *u) {
    (void)f; ssize_t r = write(*(int *)u, b, n);
    if (r < 0) { wslay_event_set_error(x, errno == EAGAIN ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE); return -1; }
    return r;
}
static void got(wslay_event_context_ptr x, const struct wslay_event_on_msg_recv_arg *a, void *u) {
    (void)u;
    if (wslay_is_ctrl_frame(a->opcode)) return;
    struct wslay_event_msg m = {a->opcode, a->msg, a->msg_length};
    wslay_event_queue_msg(x, &m);
}
static void talk(int fd) {
    char h[8192], key[128] = "", out[256], b64[64]; size_t n = 0; unsigned char sha[20]; unsigned len;
    while (n < sizeof h - 1) {
        ssize_t r = read(fd, h + n, 1);
        if (r <= 0) return;
        h[++n - 0] = 0;
        if (n > 3 && !memcmp(h + n - 4, "\r\n\r\n", 4)) break;
    }
    char *k = strcasestr(h, "\r\nSec-WebSocket-Key:");
    if (!k || sscanf(k + 20, " %60[^\r\n ]", key) != 1) { dprintf(fd, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"); return; }
    strcat(key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    EVP_Digest(key, strlen(key), sha, &len, EVP_sha1(), 0);
    EVP_EncodeBlock((unsigned char *)b64, sha, 20);
    snprintf(out, sizeof out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", b64);
    if (write(fd, out, strlen(out)) < 0) return;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    struct wslay_event_callbacks cb = {rd, wr, 0, 0, 0, 0, got};
    wslay_event_context_ptr x; wslay_event_context_server_init(&x, &cb, &fd);
    wslay_event_config_set_max_recv_msg_length(x, 64u << 20);
    while (wslay_event_want_read(x) || wslay_event_want_write(x)) {
        struct pollfd p = {fd, (wslay_event_want_read(x) ? POLLIN : 0) | (wslay_event_want_write(x) ? POLLOUT : 0), 0};
        poll(&p, 1, -1);
        if ((p.revents & POLLOUT) && wslay_event_send(x)) return;
        if ((p.revents & (POLLIN | POLLHUP | POLLERR)) && wslay_event_recv(x)) return;
    }
}
int main(int n, char **v) {
    (void)n; signal(SIGCHLD, SIG_IGN); signal(SIGPIPE, SIG_IGN);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(v[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int l = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(l, (void *)&a, sizeof a) || listen(l, 64)) return 1;
    for (;;) { int c = accept(l, 0, 0); if (c < 0) continue; if (!fork()) { close(l); talk(c); _exit(0); } close(c); }
}
