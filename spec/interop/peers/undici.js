// The WebSocket of undici as a peer: `node undici.js client`.

import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { ping, WebSocket } from 'undici';
import { openOnRequest, report } from './stdio.js';
import { openWhatwg } from './whatwg.js';

const { version } = createRequire(import.meta.url)('undici/package.json');

subscribe('undici:websocket:pong', ({ payload, websocket }) => {
  if (payload?.length > 0) websocket.send(`pong ${payload}`);
});
const platform = { WebSocket, report, ping: socket => ping(socket, Buffer.from('marco')) };
openOnRequest(request => openWhatwg(platform, request));
report({ type: 'ready', version });
