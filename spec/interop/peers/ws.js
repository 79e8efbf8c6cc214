// `ws` as a peer: `node ws.js server` or `node ws.js client`.

import { createRequire } from 'node:module';
import { WebSocket, WebSocketServer } from 'ws';
import { openOnRequest, optionsOf, report } from './stdio.js';

const { version } = createRequire(import.meta.url)('ws/package.json');

function behave(socket, { id, behaviour, code, reason }) {
  report({ id, type: 'open', protocol: socket.protocol });
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('pong', data => socket.send(`pong ${data}`));
  socket.on('close', (code, reason) => report({ id, type: 'closed', code, reason: `${reason}` }));
  if (behaviour === '/close') socket.close(Number(code), reason);
  if (behaviour === '/ping') socket.ping('marco');
  if (behaviour === '/fragments') {
    socket.send('one ', { fin: false });
    socket.send('two ', { fin: false });
    socket.send('thrée', { fin: true });
  }
}

function serve() {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: true,
    handleProtocols: (_, request) => optionsOf(request.url).protocol ?? false,
    verifyClient: ({ req }, verdict) =>
      verdict(optionsOf(req.url).behaviour !== '/refuse', 403, 'no entry\n'),
  });
  server.on('listening', () => report({ type: 'ready', version, port: server.address().port }));
  server.on('connection', (socket, request) => behave(socket, optionsOf(request.url)));
}

function connect({ url, protocols }) {
  const socket = new WebSocket(url, protocols);
  const { id } = optionsOf(url);
  const fail = error => report({ id, type: 'failed', message: error.message });
  socket.once('error', fail);
  socket.once('open', () => {
    socket.off('error', fail);
    behave(socket, optionsOf(url));
  });
  socket.once('unexpected-response', async (_, response) => {
    const body = (await response.toArray()).join('');
    report({ id, type: 'failed', status: response.statusCode, body });
  });
}

if (process.argv[2] === 'server') serve();
else {
  openOnRequest(connect);
  report({ type: 'ready', version });
}
