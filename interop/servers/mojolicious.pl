# Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
use Mojolicious::Lite -signatures;
websocket '/*any' => { any => '' } => sub ($c) {
    $c->tx->max_websocket_size(64 << 20);
    $c->tx->with_compression;
    $c->inactivity_timeout(600);
    $c->on(text   => sub ($c, $bytes) { $c->send({ text   => $bytes }) });
    $c->on(binary => sub ($c, $bytes) { $c->send({ binary => $bytes }) });
};
app->start;
