// Echo client for wsspec matrix; peers.toml installs and starts it. Takes the URL.
const { client: C } = require('websocket');
const c = new C({ maxReceivedFrameSize: 64 << 20, maxReceivedMessageSize: 64 << 20 });
c.on('connectFailed', e => { console.error(String(e)); process.exitCode = 1; });
c.on('connect', k => k.on('message', m => m.type === 'utf8' ? k.sendUTF(m.utf8Data) : k.sendBytes(m.binaryData)));
c.connect(process.argv[2]);
