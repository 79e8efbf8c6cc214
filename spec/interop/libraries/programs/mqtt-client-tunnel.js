// mqtt.js on the Node stream of a byte tunnel.

import { MqttClient } from 'mqtt';
import { check } from './mqtt-checks.js';
import { other, wsluice } from './server.js';

const { byteTunnel, dial, nodeStream } = wsluice;
const socket = await dial(`ws://127.0.0.1:${other.port}/`, { protocols: ['mqtt'] });
await check(new MqttClient(() => nodeStream(byteTunnel(socket)), { reconnectPeriod: 0 }));
