// Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int over; struct msg { struct msg *next; size_t len, cap, off; int bin; unsigned char *buf; };
static struct msg *cur, *head, **tail = &head, *dead; /* dead: with deflate, lws keeps draining from a written buffer after lws_write returns */
static int cb(struct lws *w, enum lws_callback_reasons why, void *user, void *in, size_t len) {
    struct msg *m; (void)user;
    switch (why) {
    case LWS_CALLBACK_CLIENT_RECEIVE:
        if (!cur) { cur = calloc(1, sizeof *m); cur->bin = lws_frame_is_binary(w); }
        m = cur;
        if (m->len + len > m->cap || !m->buf) { m->cap = (m->len + len) * 2 + 256; m->buf = realloc(m->buf, LWS_PRE + m->cap); }
        if (len) memcpy(m->buf + LWS_PRE + m->len, in, len);
        m->len += len;
        if (lws_is_final_fragment(w) && !lws_remaining_packet_payload(w)) { *tail = m; tail = &m->next; cur = 0; lws_callback_on_writable(w); }
        break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        if (dead) { free(dead->buf); free(dead); dead = 0; }
        if (!(m = head)) break;
        size_t n = m->len - m->off > 32768 ? 32768 : m->len - m->off; /* modest frames */
        int last = m->off + n == m->len;
        lws_write(w, m->buf + LWS_PRE + m->off, n, lws_write_ws_flags(m->bin ? LWS_WRITE_BINARY : LWS_WRITE_TEXT, !m->off, last));
        m->off += n;
        if (!last) { lws_callback_on_writable(w); break; }
        if (!(head = m->next)) tail = &head;
        dead = m;
        lws_callback_on_writable(w);
        break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: fprintf(stderr, "%s\n", in ? (char *)in : "failed"); over = 1; break;
    case LWS_CALLBACK_CLIENT_CLOSED: over = 1; break;
    default: break;
    }
    return 0;
}
int main(int n, char **v) {
    static const struct lws_protocols ps[] = {{"echo", cb, 0, 65536, 0, 0, 0}, {0}};
    static const struct lws_extension ext[] = {{"permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate; client_max_window_bits"}, {0}};
    struct lws_context_creation_info i; struct lws_client_connect_info c; const char *proto, *host, *path; char full[1024]; int port;
    (void)n; memset(&i, 0, sizeof i); memset(&c, 0, sizeof c); lws_set_log_level(LLL_ERR, 0);
    i.port = CONTEXT_PORT_NO_LISTEN; i.protocols = ps; i.extensions = ext; i.pt_serv_buf_size = 65536;
    c.context = lws_create_context(&i);
    if (lws_parse_uri(v[1], &proto, &host, &port, &path)) return 2;
    snprintf(full, sizeof full, "/%s", path);
    c.address = host; c.port = port; c.path = full; c.host = host; c.origin = host; c.ietf_version_or_minus_one = -1; c.local_protocol_name = "echo";
    if (!lws_client_connect_via_info(&c)) return 1;
    while (!over && lws_service(c.context, 0) >= 0) {}
    return 0;
}
