/**
 * All of `wsluice`, and the host Node: servers, dialling, HTTP/2. `WebSocket` and `WebSocketStream` dial by themselves here.
 *
 * @module wsluice/node
 */

export type { CloseDiagnostics, FailureDiagnostics, OpenDiagnostics } from './hosts/diagnostics.ts';
export { type DialOptions, type DialTransport, dial } from './hosts/dial.ts';
export { dialHttp2 } from './hosts/dial-http2.ts';
export { nodeDuplex } from './hosts/node-duplex.ts';
export { type NodeStreamOptions, nodeStream } from './hosts/node-stream.ts';
export type { NodeStreamTraits } from './hosts/node-stream-traits.ts';
export { type ServeOptions, serve, type WebSocketService } from './hosts/serve.ts';
export { type UpgradeOptions, upgrade } from './hosts/upgrade.ts';
export { upgradeHttp2 } from './hosts/upgrade-http2.ts';
export type { WebSocketHost } from './hosts/upgrade-router.ts';
export { type NodeWebSocketOptions, WebSocket } from './hosts/websocket.ts';
export { type NodeWebSocketStreamOptions, WebSocketStream } from './hosts/websocket-stream.ts';
export { zlibCodec } from './hosts/zlib-codec.ts';
export * from './index.ts';
