// All names of the library that the inspector uses, so that a change of the entry points touches one file.

export { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
export {
  acceptWebSocket,
  type ByteDuplex,
  type CloseRecord,
  connectWebSocket,
  type DeflateAgreement,
  type DeflateOptions,
  type MessageInflater,
  Opcode,
  type OpenWebSocket,
  type Role,
  type Stage,
  type WebSocketEvent,
} from '../../lib/index.ts';
export {
  EventDecoder,
  FrameDecoder,
  type FramePart,
  MessageAssembler,
  type MessagePart,
  RequestHeadDecoder,
  ResponseHeadDecoder,
} from '../../lib/protocol.ts';
export { duplexPair, every, RechunkStream, seededLengths } from '../../lib/testing.ts';
