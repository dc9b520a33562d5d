// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
/* Collects a whole message, then sends it back from the writable callback. */
struct msg { struct msg *next; size_t len, cap, off; int bin; unsigned char *buf; };
struct sess { struct msg *cur, *head, **tail, *dead; }; /* dead: with deflate, lws keeps draining from a written buffer after lws_write returns */
static int cb(struct lws *w, enum lws_callback_reasons why, void *user, void *in, size_t len) {
    struct sess *s = user; struct msg *m;
    switch (why) {
    case LWS_CALLBACK_ESTABLISHED: memset(s, 0, sizeof *s); s->tail = &s->head; break;
    case LWS_CALLBACK_RECEIVE:
        if (!s->cur) { s->cur = calloc(1, sizeof *m); s->cur->bin = lws_frame_is_binary(w); }
        m = s->cur;
        if (m->len + len > (64u << 20)) return -1;
        if (m->len + len > m->cap || !m->buf) { m->cap = (m->len + len) * 2 + 256; m->buf = realloc(m->buf, LWS_PRE + m->cap); }
        if (len) memcpy(m->buf + LWS_PRE + m->len, in, len);
        m->len += len;
        if (lws_is_final_fragment(w) && !lws_remaining_packet_payload(w)) {
            *s->tail = m; s->tail = &m->next; s->cur = 0; lws_callback_on_writable(w);
        }
        break;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        if (s->dead) { free(s->dead->buf); free(s->dead); s->dead = 0; }
        if (!(m = s->head)) break;
        size_t n = m->len - m->off > 32768 ? 32768 : m->len - m->off; /* modest frames */
        int last = m->off + n == m->len;
        lws_write(w, m->buf + LWS_PRE + m->off, n, lws_write_ws_flags(m->bin ? LWS_WRITE_BINARY : LWS_WRITE_TEXT, !m->off, last));
        m->off += n;
        if (!last) { lws_callback_on_writable(w); break; }
        if (!(s->head = m->next)) s->tail = &s->head;
        s->dead = m;
        lws_callback_on_writable(w);
        break;
    case LWS_CALLBACK_CLOSED:
        while ((m = s->head)) { s->head = m->next; free(m->buf); free(m); }
        if (s->dead) { free(s->dead->buf); free(s->dead); s->dead = 0; }
        if (s->cur) { free(s->cur->buf); free(s->cur); s->cur = 0; }
        break;
    default: break;
    }
    return 0;
}
int main(int c, char **v) {
    static const struct lws_protocols protos[] = {{"echo", cb, sizeof(struct sess), 65536, 0, 0, 0}, {0}};
    static const struct lws_extension ext[] = {{"permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate; client_max_window_bits"}, {0}};
    struct lws_context_creation_info i; memset(&i, 0, sizeof i); (void)c;
    lws_set_log_level(LLL_ERR, 0);
    i.port = atoi(v[1]); i.iface = "127.0.0.1"; i.protocols = protos; i.extensions = ext; i.pt_serv_buf_size = 65536;
    struct lws_context *x = lws_create_context(&i);
    if (!x) return 1;
    while (lws_service(x, 0) >= 0) {}
}
