// mqtt.js in its form for browsers, on our WebSocket.

import { MqttClient } from 'mqtt';
import { browserStreamBuilder } from 'mqtt/lib/connect/ws';
import { check } from './mqtt-checks.js';
import { other, wsluice } from './server.js';

const { WebSocket } = wsluice;
globalThis.WebSocket ??= WebSocket;
const options = {
  protocol: 'ws',
  hostname: '127.0.0.1',
  port: other.port,
  path: '/',
  protocolVersion: 4,
  reconnectPeriod: 0,
  createWebsocket: (url, protocols) => new WebSocket(url, protocols),
};
await check(new MqttClient(client => browserStreamBuilder(client, options), options));
