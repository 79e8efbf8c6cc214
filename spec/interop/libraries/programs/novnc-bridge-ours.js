// Like websockify, but with our byte tunnel: connects each WebSocket to a VNC server by TCP.

import { createServer } from 'node:http';
import { connect } from 'node:net';
import { listen, wsluice } from './server.js';
import { listenVnc } from './vnc-server.js';

const { byteTunnel, nodeDuplex, upgrade } = wsluice;
const vncPort = await listenVnc();
const server = createServer();
server.on('upgrade', async (request, tcp, head) => {
  const tunnel = byteTunnel(await upgrade(request, tcp, head, { protocols: ['binary'] }));
  const vnc = nodeDuplex(connect(vncPort, '127.0.0.1'));
  tunnel.readable.pipeTo(vnc.writable).catch(() => {});
  vnc.readable.pipeTo(tunnel.writable).catch(() => {});
});
await listen(server);
