import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { OpenWebSocket } from 'wsluice';
import {
  acceptWebSocket,
  broadcast,
  byteTunnel,
  dial,
  nodeDuplex,
  nodeStream,
  serve,
  upgrade,
  WebSocket,
  WebSocketStream,
} from 'wsluice/node';

const server = createServer();
server.on('upgrade', (request, socket, head) => {
  upgrade(request, socket, head, { protocols: ['chat'] }).then(({ closed }) => closed, console.error);
});

export const service = serve(createServer(), async socket => {
  for await (const message of socket.messages) {
    if (message.type === 'text') for await (const part of message.readable) part.toUpperCase();
    else for await (const part of message.readable) part.byteLength.toFixed();
  }
});

export const told = (sockets: OpenWebSocket[]) =>
  broadcast(sockets, 'hi', { onOutcome: (socket, fate) => console.log(socket.protocol, fate.length) });

export const sockets = Promise.all([
  dial('wss://example.com/', { tls: { rejectUnauthorized: true }, deflate: true }),
  dial(new URL('ws://example.com/'), { connect: () => connect(80) }),
]);

export const duplex = nodeDuplex(connect(80));

export const socket = new WebSocket('wss://example.com/', ['chat'], {
  headers: { 'X-A': 'b' },
  socketPath: '/run/x',
});
socket.onclose = ({ code }) => code.toFixed();

export const stream = new WebSocketStream('wss://example.com/', {
  protocols: ['chat'],
  socketPath: '/run/x',
});

export async function piped(): Promise<void> {
  const tunnel = byteTunnel(await acceptWebSocket(duplex), { end: 'empty-message', text: 'accept' });
  process.stdin.pipe(nodeStream(tunnel, { allowHalfOpen: true })).pipe(process.stdout);
}
