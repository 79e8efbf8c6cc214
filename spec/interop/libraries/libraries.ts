// Libraries that use wsluice. The other end of each connection does not use wsluice. Both ends run in separate processes.

import { execFileSync } from 'node:child_process';
import { isChromiumInstalled } from '../chromium.ts';

export interface Library {
  readonly name: string;
  /** Packages of npm with their major versions. */
  readonly packages: readonly string[];
  /** The program that listens; `undefined` if the second program is both ends, or starts the other end itself. */
  readonly first?: string;
  /** The program that connects to it, and must exit with 0. */
  readonly second: string;
  /** The argument of the second program if there is no first one. */
  readonly argument?: string;
  /** A requirement that npm cannot install. */
  readonly system?: { readonly install: string; isInstalled(): boolean };
}

const graphql = ['graphql-ws@6', 'graphql@16', 'ws@8'];
const yjs = ['yjs@13', 'y-websocket@2', 'ws@8'];
const mqtt = ['mqtt@5', 'aedes@1', 'ws@8'];
const frameworks = ['express@5', 'fastify@5', 'hono@4', '@hono/node-server@2', 'koa@3', 'ws@8'];
const socketIo = ['socket.io@4', 'socket.io-client@4'];

export const libraries: readonly Library[] = [
  {
    name: 'graphql-ws: client on our WebSocket, server on ws',
    packages: graphql,
    first: 'graphql-server-ws',
    second: 'graphql-client-ours',
  },
  {
    name: 'graphql-ws: server on our WebSocket, client on ws',
    packages: graphql,
    first: 'graphql-server-ours',
    second: 'graphql-client-ws',
  },
  {
    name: 'y-websocket: one document on our WebSocket, one on ws',
    packages: yjs,
    first: 'yjs-server',
    second: 'yjs-ours',
  },
  {
    name: 'mqtt.js on our byte tunnel, aedes on ws',
    packages: mqtt,
    first: 'mqtt-broker-ws',
    second: 'mqtt-client-tunnel',
  },
  {
    name: 'mqtt.js on our WebSocket, aedes on ws',
    packages: mqtt,
    first: 'mqtt-broker-ws',
    second: 'mqtt-client-events',
  },
  {
    name: 'aedes on our byte tunnel, mqtt.js on ws',
    packages: mqtt,
    first: 'mqtt-broker-ours',
    second: 'mqtt-client-ws',
  },
  {
    name: 'partysocket on our WebSocket, disconnected by a server on ws',
    packages: ['partysocket@1', 'ws@8'],
    first: 'cutting-server',
    second: 'reconnecting',
  },
  {
    name: 'Socket.IO: client on our WebSocket',
    packages: socketIo,
    first: 'socket-io-server',
    second: 'socket-io-client-ours',
  },
  {
    name: 'Socket.IO: server on our engine',
    packages: socketIo,
    first: 'socket-io-server-ours',
    second: 'socket-io-client',
  },
  {
    name: 'createWebSocketStream of ws, and our byte tunnel',
    packages: ['ws@8'],
    first: 'tunnel-server-ws',
    second: 'tunnel-ours',
  },
  {
    name: 'websockify, and our byte tunnel',
    packages: [],
    first: 'websockify',
    second: 'websockify-ours',
    system: { install: 'apt-get install websockify', isInstalled: () => isCommand('websockify') },
  },
  {
    name: 'noVNC on ws and on our WebSocket, a VNC server behind our byte tunnel',
    packages: ['@novnc/novnc@1', 'ws@8'],
    first: 'novnc-bridge-ours',
    second: 'novnc',
  },
  ...['express', 'fastify', 'hono'].map(name => ({
    name: `demo/frameworks/${name}.js, client on ws`,
    packages: frameworks,
    second: 'framework',
    argument: name,
  })),
  {
    name: 'Fastify and Hono on HTTP/2, Koa',
    packages: frameworks,
    second: 'more-frameworks',
  },
  {
    name: 'DevTools of Chromium on our WebSocket',
    packages: [],
    first: 'devtools',
    second: 'devtools-ours',
    system: { install: 'apt-get install chromium', isInstalled: isChromiumInstalled },
  },
];

function isCommand(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
