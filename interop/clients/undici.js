// Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
const u = process.argv[2];
const w = new (require("undici").WebSocket)(u);
w.binaryType = "arraybuffer";
w.onmessage = e => w.send(e.data);
w.onerror = e => console.error(e.message || "error");

