import { createServer } from 'node:http';
import { Aedes } from 'aedes';
import { listen, wsluice } from './server.js';

const { byteTunnel, nodeStream, upgrade } = wsluice;
const broker = await Aedes.createBroker();
const server = createServer();
server.on('upgrade', async (request, tcp, head) => {
  const socket = await upgrade(request, tcp, head, { protocols: ['mqtt'] });
  const stream = nodeStream(byteTunnel(socket));
  broker.handle(stream, request);
});
await listen(server);
