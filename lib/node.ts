// The door to Node.

export { type DialOptions, dial, type Transport } from './hosts/dial.ts';
export { nodeDuplex } from './hosts/node-duplex.ts';
export { type UpgradeOptions, upgrade } from './hosts/upgrade.ts';
export { type NodeWebSocketStreamOptions, WebSocketStream } from './hosts/websocket-stream.ts';
