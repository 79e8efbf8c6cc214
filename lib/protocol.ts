/**
 * The protocol without I/O: stages, streams, heads of the opening handshake, and the connection.
 *
 * @module wsluice/protocol
 */

export { CloseCode, isWireCloseCode } from './base/close-code.ts';
export { fuse } from './base/fuse.ts';
export type { Role } from './base/role.ts';
export type { Stage } from './base/stage.ts';
export {
  type AnyWebSocketErrorInit,
  WebSocketError,
  type WebSocketErrorCode,
  type WebSocketErrorInit,
} from './base/websocket-error.ts';
export type { ByteSource } from './bytes/as-bytes.ts';
export type { Allocate } from './bytes/byte-collector.ts';
export { randomBytes } from './bytes/random-bytes.ts';
export type { CloseFrame, CloseRecord } from './connection/close-record.ts';
export type { CloseStateOptions } from './connection/close-state.ts';
export { Connection } from './connection/connection.ts';
export type { ConnectionOptions } from './connection/connection-options.ts';
export type { ConnectionStats, TrafficStats } from './connection/connection-stats.ts';
export type { FrameObserverOptions, TappedFrame, Traffic } from './connection/frame-observer.ts';
export type { KeepaliveOptions } from './connection/keepalive.ts';
export type { PingOutcome } from './connection/pending-pings.ts';
export type { TimeoutOptions } from './connection/timeouts.ts';
export type {
  DeflateCodec,
  DeflaterOptions,
  InflaterOptions,
  MessageDeflater,
  MessageInflater,
} from './deflate/codec.ts';
export type { DeflateAgreement } from './deflate/deflate-agreement.ts';
export type {
  BinaryMessage,
  Close,
  OutgoingBinary,
  OutgoingClose,
  OutgoingEvent,
  OutgoingPingOrPong,
  OutgoingText,
  PingOrPong,
  TextMessage,
  WebSocketEvent,
} from './events/event.ts';
export { EventDecoder, type EventDecoderOptions } from './events/event-decoder.ts';
export { EventEncoder, type EventEncoderOptions } from './events/event-encoder.ts';
export type { OpenMessage, Ownership } from './events/message-queue.ts';
export type { OutgoingCompression } from './events/part-deflater.ts';
export type { SendSchedulerOptions } from './events/send-scheduler.ts';
export type { Completion, Transmission } from './events/transmission.ts';
export { type WebSocketDecoderOptions, webSocketDecoder } from './events/websocket-decoder.ts';
export { WebSocketEncoder, type WebSocketEncoderOptions } from './events/websocket-encoder.ts';
export { FrameDecoder, type FrameDecoderOptions } from './frames/frame-decoder.ts';
export { FrameEncoder, type FrameEncoderOptions } from './frames/frame-encoder.ts';
export type { Frame, FramePart } from './frames/frame-part.ts';
export type { RandomBytes } from './frames/masking-keys.ts';
export { Opcode } from './frames/opcode.ts';
export { ClientConnect } from './handshake/client-connect.ts';
export { ClientHandshake, type ClientHandshakeOptions } from './handshake/client-handshake.ts';
export type { Agreement, ClientOffer, ClientOfferOptions } from './handshake/client-offer.ts';
export type { Acceptance, ClientRequest } from './handshake/client-request.ts';
export { connectHeaders, connectResponse } from './handshake/connect-head.ts';
export type { Extension } from './handshake/extensions.ts';
export {
  HandshakeError,
  type HandshakeErrorCode,
  type HandshakeErrorInit,
} from './handshake/handshake-error.ts';
export { encodeHead, type HeadInput, type RequestHead, type ResponseHead } from './handshake/head.ts';
export type { HeadDecoder, HeadDecoderOptions } from './handshake/head-decoder.ts';
export { type HeaderField, HeaderFields, type HeaderList } from './handshake/header-fields.ts';
export type { HeadersInput } from './handshake/headers.ts';
export type { Refusal, RefusalInit } from './handshake/refusal.ts';
export { RequestHeadDecoder } from './handshake/request-head-decoder.ts';
export { ResponseHeadDecoder } from './handshake/response-head-decoder.ts';
export { ServerConnect } from './handshake/server-connect.ts';
export { ServerHandshake } from './handshake/server-handshake.ts';
export type { WebSocketUrl } from './handshake/websocket-url.ts';
export { MessageAssembler, type MessageAssemblerOptions } from './messages/message-assembler.ts';
export { MessageFragmenter, type MessageFragmenterOptions } from './messages/message-fragmenter.ts';
export type { MessagePart, MessageType, OutgoingPart } from './messages/message-part.ts';
export { EventDecoderStream } from './streams/event-decoder-stream.ts';
export { EventEncoderStream } from './streams/event-encoder-stream.ts';
export { FrameDecoderStream } from './streams/frame-decoder-stream.ts';
export { FrameEncoderStream } from './streams/frame-encoder-stream.ts';
export { MessageAssemblerStream } from './streams/message-assembler-stream.ts';
export { MessageFragmenterStream } from './streams/message-fragmenter-stream.ts';
export { StageStream, type StageStreamOptions } from './streams/stage-stream.ts';
export { WebSocketDecoderStream } from './streams/websocket-decoder-stream.ts';
export { WebSocketEncoderStream } from './streams/websocket-encoder-stream.ts';
