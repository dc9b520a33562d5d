// Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
const W = require('ws');
const w = new W(process.argv[2], { maxPayload: 64 << 20, perMessageDeflate: true });
w.on('message', (d, binary) => w.send(d, { binary }));
w.on('error', e => { console.error(e.message); process.exitCode = 1; });
