// The items that a tap reports about one direction of a connection: chunks, frames, messages and events, with references to the items
// that they consist of. The view draws them.

import type { CloseRecord } from '../wsluice.ts';
import type { HeaderFields } from './header-fields.ts';
import type { Preview } from './preview.ts';

/** The name of a stage that decodes. */
export type StageName = 'HeadDecoder' | 'FrameDecoder' | 'MessageAssembler' | 'EventDecoder';

/** The head of the opening handshake, request or response. */
export interface WireHead {
  readonly type: 'head';
  text: string;
  byteLength: number;
  chunks: number;
  complete: boolean;
}

/** A frame, from the first byte of its header on. */
export interface WireFrame {
  readonly type: 'frame';
  readonly number: number;
  /** The bytes of the header that have arrived. */
  header: Uint8Array;
  /** Undefined until the header is complete. */
  fields: HeaderFields | undefined;
  /** The payload as it was received. */
  readonly wirePayload: Preview;
  /** The payload without its mask. */
  readonly payload: Preview;
  receivedBytes: number;
  complete: boolean;
  /** The message that the frame belongs to. */
  message: WireMessage | undefined;
  /** The stage that refused it. */
  stop: Stop | undefined;
}

/** A message from the assembler. A control frame is a message of one frame. */
export interface WireMessage {
  readonly type: 'message';
  readonly number: number;
  readonly kind: MessageKind;
  readonly compressed: boolean;
  frames: number;
  /** Payload in the frames. */
  wireBytes: number;
  /** Payload after decompression. */
  plainBytes: number;
  complete: boolean;
  event: WireEvent | undefined;
  stop: Stop | undefined;
}

export type MessageKind = 'text' | 'binary' | 'ping' | 'pong' | 'close';

/** An event as the application receives it. */
export interface WireEvent {
  readonly type: 'event';
  readonly number: number;
  readonly message: WireMessage;
  /** The first characters of a text, or the reason of a Close. */
  readonly text: string;
  /** The first bytes of anything else. */
  readonly bytes: Uint8Array;
  readonly closeCode: number | undefined;
}

/** The place where the pipe has refused the input. */
export interface Stop {
  readonly type: 'stop';
  readonly stage: StageName;
  readonly error: Error & { readonly closeCode?: number | null; readonly reason?: string };
  readonly frame: WireFrame | undefined;
  /** The end of the connection, once that is known. */
  record: CloseRecord | undefined;
}

/** Bytes of a chunk that belong together. */
export interface Piece {
  readonly kind: 'head' | 'header' | 'payload' | 'ignored';
  readonly byteLength: number;
  readonly head?: WireHead | undefined;
  readonly frame?: WireFrame | undefined;
}

/** The bytes of one chunk of the transport, and their meaning. */
export interface WireChunk {
  readonly type: 'chunk';
  readonly number: number;
  readonly byteLength: number;
  readonly bytes: Uint8Array;
  readonly pieces: readonly Piece[];
  readonly stop: Stop | undefined;
}

/** An item that can be opened in the inspector. */
export type Item = WireHead | WireChunk | WireFrame | WireMessage | WireEvent | Stop;
