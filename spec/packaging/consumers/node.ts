import { createServer } from 'node:http';
import { connect } from 'node:net';
import { acceptWebSocket, byteTunnel } from 'wsluice';
import { dial, nodeDuplex, nodeStream, upgrade, WebSocket, WebSocketStream } from 'wsluice/node';

const server = createServer();
server.on('upgrade', (request, socket, head) => {
  upgrade(request, socket, head, { protocols: ['chat'] }).then(({ closed }) => closed, console.error);
});

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
