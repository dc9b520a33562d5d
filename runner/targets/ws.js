// Echo server on ws. usage: NODE_PATH=build/peers/node_modules node runner/targets/ws.js PORT [CERTIFICATE KEY]
// With a certificate and its key (PEM files) it speaks wss.
'use strict';

const fs = require('fs');
const http = require('http');
const https = require('https');
const { WebSocketServer } = require('ws');

const [port, certificate, key] = process.argv.slice(2);
const options = { maxPayload: 64 * 1024 * 1024, perMessageDeflate: true };
let server;
if (certificate) {
  // The answer to plain requests is what ws gives on a server of its own.
  const below = https.createServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }, (req, res) => {
    const body = http.STATUS_CODES[426];
    res.writeHead(426, { 'Content-Length': body.length, 'Content-Type': 'text/plain' });
    res.end(body);
  });
  server = new WebSocketServer({ ...options, server: below });
  below.listen(Number(port), '127.0.0.1');
} else {
  server = new WebSocketServer({ ...options, host: '127.0.0.1', port: Number(port) });
}

server.on('connection', (socket) => {
  // ws reports what a peer did wrong as an event, and an event named error without a listener ends the process.
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});

process.on('SIGTERM', () => process.exit(0));
