// Puts Chromium through all cases of `wsspec serve`, one after another, as a page would use it.
// usage: NODE_PATH=build/peers/node_modules node runner/targets/chromium_client.js URL
'use strict';

const { launch } = require('../../reports/html/browser.js');

const [url] = process.argv.slice(2);

// Runs in the page.
async function drive(base) {
  const agent = 'chromium';
  const visit = (path, on) => new Promise((resolve) => {
    const socket = new WebSocket(base + path);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = (event) => on(socket, event.data);
    socket.onclose = resolve;
  });
  let cases = 0;
  await visit('/getCaseCount', (socket, data) => { cases = Number(data); });
  for (let i = 1; i <= cases; i += 1) {
    await visit(`/runCase?case=${i}&agent=${agent}`, (socket, data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    });
  }
  await visit(`/updateReports?agent=${agent}`, () => {});
}

(async () => {
  const browser = await launch();
  try {
    const tab = await (await browser.newContext()).newPage();
    await tab.goto(url.replace(/^ws/, 'http'));
    await tab.evaluate(drive, url);
  } finally {
    await browser.close();
  }
})();
