// Echo server for wsspec matrix; peers.toml installs and starts it. Takes the port.
const lib = require('nodejs-websocket');
lib.setMaxBufferLength(64 << 20);
lib.createServer(c => {
  c.on('error', () => {});
  c.on('text', t => c.sendText(t));
  c.on('binary', src => {
    const parts = [];
    src.on('data', d => parts.push(d));
    src.on('end', () => c.sendBinary(Buffer.concat(parts)));
  });
}).listen(+process.argv[2], '127.0.0.1');
