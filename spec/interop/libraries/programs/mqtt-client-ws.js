import { connect } from 'mqtt';
import { check } from './mqtt-checks.js';
import { other } from './server.js';

await check(connect(`ws://127.0.0.1:${other.port}/`, { reconnectPeriod: 0 }));
