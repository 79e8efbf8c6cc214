// Decodes the bytes of one direction, chunk by chunk as the receiver reads them, and reports chunks, frames, messages and events. It
// uses stages of its own, so it does not change the traffic.

import {
  builtInCodec,
  type DeflateAgreement,
  EventDecoder,
  FrameDecoder,
  type FramePart,
  MessageAssembler,
  type MessageInflater,
  type MessagePart,
  RequestHeadDecoder,
  ResponseHeadDecoder,
  type Role,
  type Stage,
  type WebSocketEvent,
} from '../wsluice.ts';
import { FrameWalk } from './frame-walk.ts';
import { opcodeName } from './header-fields.ts';
import type {
  MessageKind,
  Piece,
  StageName,
  Stop,
  WireChunk,
  WireEvent,
  WireFrame,
  WireHead,
  WireMessage,
} from './items.ts';
import { outputs } from './outputs.ts';
import { previewOf } from './preview.ts';

/** The numbers of items that have passed so far. */
export interface TapCounts {
  chunks: number;
  bytes: number;
  frames: number;
  messages: number;
  events: number;
}

export interface TapObserver {
  /** Called with each chunk after the stages have decoded it. */
  onChunk(chunk: WireChunk): void;
  /** Called with each event and the length of its payload after decompression. */
  onEvent?(event: WebSocketEvent, plainBytes: number): void;
}

/** The settings that are known after the opening handshake, and that the stages need. */
export interface FrameMeaning {
  readonly compression: DeflateAgreement | undefined;
  readonly maxMessageBytes: number;
}

interface Stages {
  readonly frames: FrameDecoder;
  readonly messages: MessageAssembler;
  readonly events: EventDecoder;
}

const noBytes = new Uint8Array(0);
const maxTextLength = 400;

/** Watches one direction of a connection. */
export class WireTap {
  readonly counts: TapCounts = { chunks: 0, bytes: 0, frames: 0, messages: 0, events: 0 };
  readonly #receiver: Role;
  readonly #observer: TapObserver;
  readonly #headDecoder: Stage<Uint8Array, unknown> & { rest(): Uint8Array };
  readonly #head: WireHead;
  readonly #walk = new FrameWalk();
  #stages: Stages | undefined;
  /** Chunks of frames that arrived before `open` was called. */
  #early: Uint8Array[] = [];
  /** The data message whose frames are arriving. */
  #message: WireMessage | undefined;
  /** The message whose part the event decoder is decoding. */
  #decoding: WireMessage | undefined;
  #stop: Stop | undefined;
  #closed = false;

  /**
   * @param receiver - the role of the end that reads these bytes
   * @param withHead - whether the bytes begin with the head of the opening handshake
   */
  constructor(receiver: Role, observer: TapObserver, withHead = true) {
    this.#receiver = receiver;
    this.#observer = observer;
    this.#headDecoder = receiver === 'server' ? new RequestHeadDecoder() : new ResponseHeadDecoder();
    this.#head = { type: 'head', text: '', byteLength: 0, chunks: 0, complete: !withHead };
  }

  /** Sets up the stages after the opening handshake. */
  open({ compression, maxMessageBytes }: FrameMeaning): void {
    const inflater = compression && this.#inflater(compression, maxMessageBytes);
    this.#stages = {
      frames: new FrameDecoder({ role: this.#receiver, rsv1: inflater !== undefined }),
      messages: new MessageAssembler({ maxMessageBytes }),
      events: new EventDecoder({ inflater }),
    };
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) this.#report(bytes, this.#framePieces(bytes));
  }

  /** Decodes a chunk. The caller may change it afterwards. */
  write(chunk: Uint8Array): void {
    this.counts.chunks += 1;
    this.counts.bytes += chunk.length;
    const head = this.#head.complete ? [] : [this.#headPiece(chunk)];
    const rest = chunk.subarray(head[0]?.byteLength ?? 0);
    if (rest.length === 0) return this.#report(chunk, head);
    if (this.#stages !== undefined) return this.#report(chunk, [...head, ...this.#framePieces(rest)]);
    this.#early.push(rest.slice());
    if (head.length > 0) this.#report(chunk.subarray(0, -rest.length), head);
  }

  #headPiece(chunk: Uint8Array): Piece {
    const head = this.#head;
    try {
      for (const _ of outputs(this.#headDecoder, chunk)) head.complete = true;
    } catch (error) {
      this.#stopAt('HeadDecoder', error, undefined);
    }
    const bytes = chunk.subarray(0, chunk.length - this.#headDecoder.rest().length);
    head.text += String.fromCharCode(...bytes);
    head.byteLength += bytes.length;
    head.chunks += 1;
    return { kind: 'head', byteLength: bytes.length, head };
  }

  #report(bytes: Uint8Array, pieces: readonly Piece[]): void {
    this.#observer.onChunk({
      type: 'chunk',
      number: this.counts.chunks,
      byteLength: bytes.length,
      bytes: previewOf(bytes),
      pieces,
      stop: this.#stop,
    });
  }

  #framePieces(bytes: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (this.#stop !== undefined || this.#closed) {
        pieces.push({ kind: 'ignored', byteLength: bytes.length - at });
        break;
      }
      const slice = this.#walk.next(bytes, at);
      const { kind, frame } = slice;
      pieces.push({ kind, byteLength: slice.bytes.length, frame });
      at += slice.bytes.length;
      this.#decode(slice.bytes, frame);
    }
    this.counts.frames = this.#walk.frames;
    return pieces;
  }

  #decode(bytes: Uint8Array, frame: WireFrame): void {
    const { frames } = this.#stages!;
    try {
      for (const part of outputs(frames, bytes)) {
        frame.payload.append(part.payload);
        this.#assemble(part, frame);
        if (this.#stop !== undefined) return;
      }
    } catch (error) {
      this.#stopAt('FrameDecoder', error, frame);
    }
  }

  #assemble(part: FramePart, frame: WireFrame): void {
    let parts: MessagePart[];
    try {
      parts = [...outputs(this.#stages!.messages, part)];
    } catch (error) {
      return this.#stopAt('MessageAssembler', error, frame);
    }
    if (part.first) this.#joinMessage(frame, part);
    const message = frame.message!;
    message.wireBytes += part.payload.length;
    if (!message.compressed) message.plainBytes += part.payload.length;
    message.complete = part.last && part.fin;
    if (message.complete && message === this.#message) this.#message = undefined;
    for (const out of parts) if (this.#stop === undefined) this.#decodeEvents(out, message, frame);
  }

  /** Adds a frame that the assembler has accepted to its message: a new one, or the open one. */
  #joinMessage(frame: WireFrame, { opcode, rsv1 }: FramePart): void {
    if (opcode === 0) {
      frame.message = this.#message!;
      frame.message.frames += 1;
      return;
    }
    this.counts.messages += 1;
    frame.message = {
      type: 'message',
      number: this.counts.messages,
      kind: opcodeName(opcode) as MessageKind,
      compressed: rsv1,
      frames: 1,
      wireBytes: 0,
      plainBytes: 0,
      complete: false,
      event: undefined,
      stop: undefined,
    };
    if (opcode < 8) this.#message = frame.message;
  }

  #decodeEvents(part: MessagePart, message: WireMessage, frame: WireFrame): void {
    this.#decoding = message;
    try {
      for (const event of outputs(this.#stages!.events, part)) this.#deliver(event, message);
    } catch (error) {
      this.#stopAt('EventDecoder', error, frame);
    }
  }

  #deliver(event: WebSocketEvent, message: WireMessage): void {
    this.counts.events += 1;
    message.event = wireEvent(event, message, this.counts.events);
    if (event.type === 'close') this.#closed = true;
    this.#observer.onEvent?.(event, message.plainBytes);
  }

  #stopAt(stage: StageName, error: unknown, frame: WireFrame | undefined): void {
    this.#stop = { type: 'stop', stage, error: error as Stop['error'], frame, record: undefined };
    if (frame === undefined) return;
    frame.stop = this.#stop;
    if (stage === 'EventDecoder') frame.message!.stop = this.#stop;
  }

  /** Returns the built-in inflater, with a counter of its output. */
  #inflater(agreement: DeflateAgreement, maxMessageBytes: number): MessageInflater {
    const toServer = this.#receiver === 'server';
    const inflater = builtInCodec.createInflater({
      windowBits: toServer ? agreement.clientMaxWindowBits : agreement.serverMaxWindowBits,
      contextTakeover: toServer ? agreement.clientContextTakeover : agreement.serverContextTakeover,
      maxMessageBytes,
    });
    return {
      write: (data, last) => inflater.write(data, last),
      read: () => {
        const bytes = inflater.read();
        if (bytes !== undefined) this.#decoding!.plainBytes += bytes.length;
        return bytes;
      },
    };
  }
}

function wireEvent(event: WebSocketEvent, message: WireMessage, number: number): WireEvent {
  const base = { type: 'event', number, message, text: '', bytes: noBytes, closeCode: undefined } as const;
  if (event.type === 'close') return { ...base, text: event.reason, closeCode: event.closeCode };
  if (event.type === 'text') return { ...base, text: event.data.slice(0, maxTextLength) };
  return { ...base, bytes: previewOf(event.data) };
}
