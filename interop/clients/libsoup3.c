// Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
#include <libsoup/soup.h>
static GMainLoop *loop;
static void on_msg(SoupWebsocketConnection *c, gint t, GBytes *b, gpointer d) { (void)d; soup_websocket_connection_send_message(c, t, b); }
static void on_closed(SoupWebsocketConnection *c, gpointer d) { (void)c; (void)d; g_main_loop_quit(loop); }
static void up(GObject *s, GAsyncResult *r, gpointer d) {
    (void)d; GError *e = NULL;
    SoupWebsocketConnection *c = soup_session_websocket_connect_finish(SOUP_SESSION(s), r, &e);
    if (!c) { g_printerr("%s\n", e->message); g_main_loop_quit(loop); return; }
    soup_websocket_connection_set_max_incoming_payload_size(c, 64 << 20);
    g_signal_connect(c, "message", G_CALLBACK(on_msg), NULL);
    g_signal_connect(c, "closed", G_CALLBACK(on_closed), NULL);
}
int main(int n, char **v) {
    (void)n; loop = g_main_loop_new(NULL, FALSE);
    soup_session_websocket_connect_async(soup_session_new(), soup_message_new("GET", v[1]), NULL, NULL, G_PRIORITY_DEFAULT, NULL, up, NULL);
    g_main_loop_run(loop);
}
