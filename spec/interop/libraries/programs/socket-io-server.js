import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { listen } from './server.js';
import { serve } from './socket-io-checks.js';

const server = createServer();
serve(new Server(server));
await listen(server);
