import { createServer } from 'node:http';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import { schema } from './graphql-schema.js';
import { listen, wsluice } from './server.js';

const { upgrade, WebSocket } = wsluice;
const graphql = makeServer({ schema });
const server = createServer();
server.on('upgrade', async (request, tcp, head) => {
  const socket = WebSocket.from(
    await upgrade(request, tcp, head, { protocols: [GRAPHQL_TRANSPORT_WS_PROTOCOL] }),
  );
  const closed = graphql.opened(
    {
      protocol: socket.protocol,
      send: data => socket.send(data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: take => {
        socket.onmessage = async ({ data }) => {
          socket.pause();
          await take(data);
          socket.resume();
        };
      },
    },
    { socket, request },
  );
  socket.onclose = ({ code, reason }) => closed(code, reason);
});
await listen(server);
