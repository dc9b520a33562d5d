// Puts ws, as a client, through all cases of `wsspec serve`, one after another.
// usage: NODE_PATH=build/peers/node_modules node runner/targets/ws_client.js URL
'use strict';

const WebSocket = require('ws');

const [url] = process.argv.slice(2);
const agent = 'ws';

// `on` gets each message; resolves when the connection has ended, however it did.
function visit(path, on) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url + path, { maxPayload: 64 * 1024 * 1024 });
    socket.on('message', (data, isBinary) => on(socket, data, isBinary));
    socket.on('error', () => {});
    socket.on('close', resolve);
  });
}

(async () => {
  let cases = 0;
  await visit('/getCaseCount', (socket, data) => { cases = Number(data); });
  for (let i = 1; i <= cases; i += 1) {
    await visit(`/runCase?case=${i}&agent=${agent}`, (socket, data, isBinary) => {
      socket.send(data, { binary: isBinary });
    });
  }
  await visit(`/updateReports?agent=${agent}`, () => {});
})();
