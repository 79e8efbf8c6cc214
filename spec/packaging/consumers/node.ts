import { createServer } from 'node:http';
import { connect } from 'node:net';
import { dial, nodeDuplex, upgrade } from 'wsluice/node';

const server = createServer();
server.on('upgrade', (request, socket, head) => {
  upgrade(request, socket, head, { protocols: ['chat'] }).then(({ closed }) => closed, console.error);
});

export const sockets = Promise.all([
  dial('wss://example.com/', { tls: { rejectUnauthorized: true }, deflate: true }),
  dial(new URL('ws://example.com/'), { connect: () => connect(80) }),
]);

export const duplex = nodeDuplex(connect(80));
