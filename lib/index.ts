/**
 * WebSockets over any duplex of bytes, on every host. The protocol without I/O is in `wsluice/protocol`.
 *
 * @module wsluice
 */

export { CloseCode, isWireCloseCode } from './base/close-code.ts';
export type { Role } from './base/role.ts';
export type { Stage } from './base/stage.ts';
export {
  type AnyWebSocketErrorInit,
  WebSocketError,
  type WebSocketErrorCode,
  type WebSocketErrorInit,
} from './base/websocket-error.ts';
export type { ByteSource } from './bytes/as-bytes.ts';
export type { CloseFrame, CloseRecord } from './connection/close-record.ts';
export type { ConnectionStats, TrafficStats } from './connection/connection-stats.ts';
export { formatFrame } from './connection/format-frame.ts';
export type { TappedFrame, Traffic } from './connection/frame-observer.ts';
export type {
  DeflateCodec,
  DeflaterOptions,
  InflaterOptions,
  MessageDeflater,
  MessageInflater,
} from './deflate/codec.ts';
export type { DeflateAgreement } from './deflate/deflate-agreement.ts';
export type { DeflateOptions } from './deflate/deflate-options.ts';
export {
  type DeflateFunction,
  type DeflateFunctionOptions,
  type DictionaryCodecOptions,
  dictionaryCodec,
  type InflateFunction,
  type InflateFunctionOptions,
} from './deflate/dictionary-codec.ts';
export type { BinaryMessage, Close, PingOrPong, TextMessage, WebSocketEvent } from './events/event.ts';
export type { RandomBytes } from './frames/masking-keys.ts';
export { Opcode } from './frames/opcode.ts';
export {
  HandshakeError,
  type HandshakeErrorCode,
  type HandshakeErrorInit,
} from './handshake/handshake-error.ts';
export type { RequestHead, ResponseHead } from './handshake/head.ts';
export { type HeaderField, HeaderFields, type HeaderList } from './handshake/header-fields.ts';
export type { HeadersInput } from './handshake/headers.ts';
export type { OriginPolicy, OriginSubject } from './handshake/origin-check.ts';
export type { Refusal, RefusalInit } from './handshake/refusal.ts';
export type { ProtocolChoice, ProtocolPolicy } from './handshake/subprotocols.ts';
export type { WebSocketUrl } from './handshake/websocket-url.ts';
export type { WebSocketCloseEvent, WebSocketErrorEvent, WebSocketMessageEvent } from './platform/events.ts';
export { WebSocket, type WebSocketEventHandler, type WebSocketEventMap } from './platform/websocket.ts';
export type { WebSocketOpener } from './platform/websocket-arguments.ts';
export {
  type WebSocketOpenInfo,
  WebSocketStream,
  type WebSocketStreamOptions,
} from './platform/websocket-stream.ts';
export { type AcceptOptions, acceptWebSocket } from './sockets/accept-websocket.ts';
export type { AdmissionOptions, Authorization, ContextOf } from './sockets/admission.ts';
export {
  type BroadcastFate,
  type BroadcastOptions,
  type BroadcastOutcome,
  broadcast,
} from './sockets/broadcast.ts';
export { type ByteTunnel, type ByteTunnelOptions, byteTunnel } from './sockets/byte-tunnel.ts';
export type { ClosedInfo, CloseInfo } from './sockets/close-info.ts';
export { connectWebSocket } from './sockets/connect-websocket.ts';
export type { Clock } from './sockets/deadline-timer.ts';
export { type Dialler, dialWebSocket } from './sockets/dial-websocket.ts';
export type { Closed, SocketEvent } from './sockets/event-inbox.ts';
export type { Message } from './sockets/event-readables.ts';
export type { Subscription } from './sockets/event-subscription.ts';
export type { HeadOptions } from './sockets/head-options.ts';
export type {
  StreamedBinary,
  StreamedMessage,
  StreamedMessageOf,
  StreamedText,
} from './sockets/incoming-messages.ts';
export type { MessageOptions, OutgoingMessage } from './sockets/message-writable.ts';
export { type OpenOptions, OpenWebSocket } from './sockets/open-websocket.ts';
export type { OpeningOptions } from './sockets/opening-limit.ts';
export { PreparedMessage, type PreparedMessageOptions } from './sockets/prepared-message.ts';
export type { ConnectOptions } from './sockets/proposal.ts';
export { type DrainOptions, SocketGroup } from './sockets/socket-group.ts';
export type { SocketOptions } from './sockets/socket-options.ts';
export type {
  ByteDuplex,
  ByteReader,
  ByteWriter,
  LockedDuplex,
  PushTransport,
  TransportOwner,
} from './streams/byte-duplex.ts';
