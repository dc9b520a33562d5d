# Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
use Mojo::UserAgent; use Mojo::IOLoop;
my $ua = Mojo::UserAgent->new(inactivity_timeout => 600);
my $start = $ua->build_websocket_tx(shift);
$start->req->headers->sec_websocket_extensions('permessage-deflate');
$ua->start($start => sub {
    my ($u, $tx) = @_;
    unless ($tx->is_websocket) { warn "no handshake\n"; Mojo::IOLoop->stop; return }
    $tx->max_websocket_size(64 << 20);
    $tx->on(text   => sub { $_[0]->send({ text   => $_[1] }) });
    $tx->on(binary => sub { $_[0]->send({ binary => $_[1] }) });
    $tx->on(finish => sub { Mojo::IOLoop->timer(0.3 => sub { Mojo::IOLoop->stop }) });
});
Mojo::IOLoop->start;
