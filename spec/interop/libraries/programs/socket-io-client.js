import { io } from 'socket.io-client';
import { other } from './server.js';
import { check } from './socket-io-checks.js';

for (const transports of [['websocket'], ['polling', 'websocket']]) {
  await check(io(`http://127.0.0.1:${other.port}`, { autoConnect: false, transports, forceNew: true }));
}
