// Echo server on ws. usage: NODE_PATH=build/peers/node_modules node runner/targets/ws.js PORT
'use strict';

const { WebSocketServer } = require('ws');

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  maxPayload: 64 * 1024 * 1024,
  perMessageDeflate: true,
});

server.on('connection', (socket) => {
  // ws reports what a peer did wrong as an event, and an event named error without a listener ends the process.
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});

process.on('SIGTERM', () => process.exit(0));
