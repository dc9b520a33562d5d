// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
const http = require('http'), Faye = require('faye-websocket'), pmd = require('permessage-deflate');
const h = http.createServer((q, r) => { r.writeHead(426); r.end(); });
h.on('upgrade', (req, sock, head) => {
  sock.on('error', () => {});
  if (!Faye.isWebSocket(req)) return sock.destroy();
  const w = new Faye(req, sock, head, [], { extensions: [pmd], maxLength: 64 << 20 });
  w.on('message', e => w.send(e.data));
  w.on('error', () => {});
});
h.listen(+process.argv[2], '127.0.0.1');
