// Queues messages, whole or in parts, and encodes their frames when they are sent. RFC 6455 §5.4: the frames of one message
// are contiguous, so other messages wait.

import { budgetBytes, sliceBytes } from '../base/budget.ts';
import { Fifo } from '../base/fifo.ts';
import { framePool } from '../bytes/buffer-pool.ts';
import { ByteCollector } from '../bytes/byte-collector.ts';
import type { ChunkGatherer } from '../bytes/chunk-gatherer.ts';
import { almostAsciiBytes, encodeText, writeTextIfItFits } from '../bytes/encode-text.ts';
import { Slab } from '../bytes/slab.ts';
import type { MessageDeflater } from '../deflate/codec.ts';
import { maxHeaderBytes } from '../frames/frame-header.ts';
import { type FrameWriter, firstByte } from '../frames/frame-writer.ts';
import { isControl, Opcode } from '../frames/opcode.ts';
import { opcodes } from '../messages/message-fragmenter.ts';
import type { MessageType, OutgoingPart } from '../messages/message-part.ts';
import { acceptEvent, acceptWhole, between, type CompressionChoice, type Progress } from './accept-event.ts';
import type { OutgoingBinary, OutgoingText } from './event.ts';
import { compressionChoice, type OutgoingCompression } from './part-deflater.ts';
import { PayloadSource } from './payload-source.ts';
import type { Completion } from './transmission.ts';

/** An observer of each frame that is sent. */
export interface SentFrameObserver {
  /** Whether it needs payloads, which are then kept until they are sent. */
  readonly wantsPayloads: boolean;
  /** Called for each frame. It must not send anything itself. */
  frameSent(
    opcode: Opcode,
    fin: boolean,
    rsv1: boolean,
    payloadBytes: number,
    payload: Uint8Array | string | undefined,
  ): void;
}

/**
 * The owner of a message's bytes: `'borrowed'` from the caller, so they are copied; `'shared'` with other connections, so
 * they are never changed; `'owned'` by this connection.
 */
export type Ownership = 'borrowed' | 'shared' | 'owned';

export interface MessageQueueOptions {
  /** Compresses messages, if permessage-deflate was negotiated. */
  readonly compression?: OutgoingCompression | undefined;
  /** The most payload bytes of one frame; a longer message becomes several. */
  readonly maxFrameBytes: number;
}

/** The size from which an unchanging payload of a server is a chunk of its own. */
const separateBytes = 1024;

/** The longest text that is encoded directly after its header. */
const measuredUnits = 1365;

/** The longest payload that shares a buffer with others. */
const slabFrameBytes = 4096;

/** The longest payload that is copied behind its header although it may be sent as it is: one chunk costs less than two. */
const copiedBytes = 65_536;

/** Memory for small frames of all connections that are sent at once. */
const sharedSlab = new Slab();
const noBytes = new Uint8Array(0);

/** An encoded frame, or its header and the payload that follows it. */
interface EncodedFrame {
  readonly target: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly payload: Uint8Array | undefined;
  readonly payloadBytes: number;
  /** The target if it is of the pool. */
  readonly pooled: Uint8Array<ArrayBuffer> | undefined;
}

/** Returns the memory of a frame to the pool once the transport has copied it. */
class PooledFrame implements Completion {
  readonly #memory: Uint8Array<ArrayBuffer>;

  constructor(memory: Uint8Array<ArrayBuffer>) {
    this.#memory = memory;
  }

  sent(copied: boolean): void {
    if (copied) framePool.give(this.#memory);
  }

  lost(): void {}
}

/** A queued part. A message of a single plain frame is encoded when it is queued, other parts when they are sent. */
class Queued {
  readonly part: OutgoingPart;
  readonly frame: EncodedFrame | undefined;
  readonly ownership: Ownership;
  /** The length of the payload in bytes; for text that is not encoded yet, three for each UTF-16 unit. */
  readonly bytes: number;
  readonly completion: Completion | undefined;

  constructor(
    part: OutgoingPart,
    frame: EncodedFrame | undefined,
    ownership: Ownership,
    bytes: number,
    completion: Completion | undefined,
  ) {
    this.part = part;
    this.frame = frame;
    this.ownership = ownership;
    this.bytes = bytes;
    this.completion = completion;
  }
}

/** A message that is sent in parts. It keeps its place in the queue. */
export class OpenMessage {
  /** @internal */
  readonly parts: Fifo<Queued> = new Fifo();
  /** @internal */
  progress: Progress = between;
  /** Whether a part of it has been sent. */
  begun = false;
  /** Whether its last part has been queued. */
  ended = false;
}

/** A part whose frames are being encoded. */
interface Work {
  readonly queued: Queued;
  /** The encoded or compressed bytes, and how many of them have been sent. */
  payload: Uint8Array;
  at: number;
  /** The source of the bytes after `payload`, if there are any. */
  source: PayloadSource | undefined;
}

/** The queue of messages. Frames are taken one by one, so that control frames can be sent between any two of them. */
export class MessageQueue {
  /** Whether queued messages may have to wait for long. */
  stalled = false;
  /** Whether the transport copies what it takes, so that the memory of frames is used again. */
  reusesFrames = false;
  readonly #writer: FrameWriter;
  readonly #deflater: MessageDeflater | undefined;
  readonly #chooses: CompressionChoice;
  readonly #maxFrameBytes: number;
  readonly #observer: SentFrameObserver | undefined;
  readonly #messages = new Fifo<Queued | OpenMessage>();
  #unended: OpenMessage | undefined;
  #slab: Slab | undefined;
  #work: Work | undefined;
  /** Whether the next data frame is the first of its message. */
  #begins = true;
  #busy = false;
  #queuedBytes = 0;
  #completions: Completion[] | undefined;

  constructor(options: MessageQueueOptions, writer: FrameWriter, observer: SentFrameObserver | undefined) {
    this.#writer = writer;
    this.#deflater = options.compression?.deflater;
    this.#chooses = compressionChoice(options.compression);
    this.#maxFrameBytes = options.maxFrameBytes;
    this.#observer = observer;
  }

  /** Opens a message that is sent in parts. Later messages wait until it has ended. */
  open(): OpenMessage {
    const message = new OpenMessage();
    this.#messages.push(message);
    return message;
  }

  /**
   * Queues a message or a part of one. Throws the errors of `acceptEvent`.
   *
   * @param message - the open message that it belongs to. Default: the previous one if it has not ended, or a new one
   */
  push(
    event: OutgoingText | OutgoingBinary,
    ownership: Ownership,
    completion: Completion | undefined,
    message: OpenMessage | undefined,
  ): void {
    const open = message ?? this.#unended;
    if (open === undefined && event.last !== false) {
      return this.pushPart(acceptWhole(event, this.#chooses), ownership, completion);
    }
    const [part, progress] = acceptEvent(event, open?.progress ?? between, this.#chooses);
    const target = open ?? this.open();
    target.progress = progress;
    target.ended = part.last;
    target.parts.push(this.#queued(part, ownership, completion));
    if (message === undefined) this.#unended = part.last ? undefined : target;
  }

  /** Queues a part that follows the previous one, such as a whole message. */
  pushPart(part: OutgoingPart, ownership: Ownership, completion: Completion | undefined): void {
    if (part.frame !== undefined && this.#pushFrame(part, part.frame, completion)) return;
    // A payload would stay in memory beside its frame, and masking may change it.
    const kept = this.#observer?.wantsPayloads ? ownedPart(part) : wholeParts[part.type];
    const frame = part.first && part.last ? this.#encodeEarly(part, ownership) : undefined;
    if (frame === undefined) return this.#messages.push(this.#queued(part, ownership, completion));
    this.#queuedBytes += frame.payloadBytes;
    this.#messages.push(new Queued(kept, frame, ownership, frame.payloadBytes, completion));
  }

  /** Queues a message that was encoded for all servers. Returns false on a client, or if frames have to be shorter. */
  #pushFrame(part: OutgoingPart, target: Uint8Array, completion: Completion | undefined): boolean {
    const payloadBytes = part.payload.length;
    if (this.#writer.masks || payloadBytes > this.#maxFrameBytes) return false;
    this.#queuedBytes += payloadBytes;
    this.#messages.push(queuedFrame(part, target, completion));
    return true;
  }

  /** Removes an open message and its queued parts. Returns false if a part has been sent. */
  drop(message: OpenMessage, error: unknown): boolean {
    if (message.begun) return false;
    this.#keep(queued => queued !== message, error);
    return true;
  }

  /**
   * Ends the queue: nothing more will be queued. Open messages never end: one that has been sent in part is cut off, and
   * nothing can follow it; the others are dropped.
   */
  finish(error: unknown): void {
    const { first } = this.#messages;
    const cut = first instanceof OpenMessage && first.begun && !first.ended ? first : undefined;
    this.#keep(
      message => (cut ? message === cut : !(message instanceof OpenMessage) || message.ended),
      error,
    );
    if (cut !== undefined) cut.ended = true;
  }

  /** The bytes of messages that have not been sent completely; text above 65,536 UTF-16 units counts three for each. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** The number of messages that have not been sent completely. */
  get queuedMessages(): number {
    return this.#messages.length + (this.#work?.queued.part.last ? 1 : 0);
  }

  /** Whether anything can be sent. */
  get ready(): boolean {
    if (this.#work !== undefined) return true;
    const { first } = this.#messages;
    return first !== undefined && (!(first instanceof OpenMessage) || first.ended || first.parts.length > 0);
  }

  /** Whether the last `fill` stopped because of its budget, not because the queue was empty: call it in a later task. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Moves frames into the gatherer until it has this many bytes or frames, or nothing can be sent. */
  fill(gatherer: ChunkGatherer, maxBytes: number, maxFrames: number): void {
    this.#busy = false;
    for (let frames = 0; frames < maxFrames && gatherer.byteLength < maxBytes && !this.#busy; frames++) {
      if (this.#work !== undefined) this.#continue(this.#work, gatherer);
      else if (!this.#begin(gatherer)) return;
    }
  }

  /** Returns the completions of everything whose last byte was moved into the gatherer since the last call. */
  takeCompletions(): readonly Completion[] | undefined {
    const completions = this.#completions;
    this.#completions = undefined;
    return completions;
  }

  /** Drops everything, including the rest of a message that has been sent in part. */
  clear(error: unknown): void {
    this.#unended = undefined;
    const work = this.#work;
    this.#work = undefined;
    if (work !== undefined) this.#forget(work.queued, error);
    for (const completion of this.takeCompletions() ?? []) completion.lost(error);
    this.#keep(() => false, error);
  }

  #queued(part: OutgoingPart, ownership: Ownership, completion: Completion | undefined): Queued {
    if (typeof part.payload === 'string')
      return this.#waiting(encodedPart(part, part.payload), 'owned', completion);
    if (ownership !== 'borrowed') return this.#waiting(part, ownership, completion);
    return this.#waiting(ownedPart(part), 'owned', completion);
  }

  #waiting(part: OutgoingPart, ownership: Ownership, completion: Completion | undefined): Queued {
    const { payload } = part;
    const bytes = typeof payload === 'string' ? 3 * payload.length : payload.length;
    this.#queuedBytes += bytes;
    return new Queued(part, undefined, ownership, bytes, completion);
  }

  /** Encodes a message of a single plain frame. Compressed ones wait, because they must be compressed in sending order. */
  #encodeEarly(part: OutgoingPart, ownership: Ownership): EncodedFrame | undefined {
    const { payload } = part;
    const control = isControl(opcodes[part.type]);
    if (part.compressed || (payload.length > this.#maxFrameBytes && !control)) return undefined;
    try {
      const copies = this.#reuses && payload.length <= copiedBytes;
      const frame = this.#encode(opcodes[part.type], true, false, payload, copies ? 'borrowed' : ownership);
      // Text may have more bytes than units.
      return frame.payloadBytes <= this.#maxFrameBytes || control ? frame : undefined;
    } catch {
      // The source of masking keys has failed. It is called again when the message is sent, which reports its error.
      return undefined;
    }
  }

  #encode(
    opcode: Opcode,
    fin: boolean,
    rsv1: boolean,
    payload: Uint8Array | string,
    ownership: Ownership,
  ): EncodedFrame {
    const byte0 = firstByte(opcode, fin, rsv1);
    if (typeof payload === 'string') return this.#encodeText(byte0, payload);
    const usable = ownership === 'owned' || (ownership === 'shared' && !this.#writer.masks);
    if (usable && payload.length >= separateBytes) return this.#encodeAround(byte0, payload);
    return this.#encodeIn(this.#currentSlab(), payload.length, byte0, payload);
  }

  #encodeText(byte0: number, text: string): EncodedFrame {
    if (text.length <= measuredUnits)
      return this.#encodeIn(this.#currentSlab(), 3 * text.length, byte0, text);
    const target = this.#allocate(maxHeaderBytes + almostAsciiBytes(text));
    const pooled = this.#reuses ? target : undefined;
    const end = writeTextIfItFits(text, target, maxHeaderBytes);
    if (end === undefined) {
      if (pooled !== undefined) framePool.give(pooled);
      return this.#encodeAround(byte0, encodeText(text));
    }
    const start = this.#writer.writeBefore(byte0, target, maxHeaderBytes, end);
    return { target, start, end, payload: undefined, payloadBytes: end - maxHeaderBytes, pooled };
  }

  #encodeIn(slab: Slab, mostBytes: number, byte0: number, payload: Uint8Array | string): EncodedFrame {
    if (mostBytes > slabFrameBytes) return this.#encodeAlone(byte0, payload as Uint8Array);
    const start = slab.reserve(mostBytes + maxHeaderBytes);
    const target = slab.memory;
    const end = this.#writer.write(byte0, payload, target, start);
    slab.advance(end);
    const payloadBytes =
      typeof payload === 'string' ? this.#writer.payloadBytes(end - start) : payload.length;
    return { target, start, end, payload: undefined, payloadBytes, pooled: undefined };
  }

  #encodeAlone(byte0: number, payload: Uint8Array): EncodedFrame {
    const target = this.#allocate(this.#writer.headerBytes(payload.length) + payload.length);
    const pooled = this.#reuses ? target : undefined;
    const end = this.#writer.write(byte0, payload, target, 0);
    return { target, start: 0, end, payload: undefined, payloadBytes: payload.length, pooled };
  }

  #encodeAround(byte0: number, payload: Uint8Array): EncodedFrame {
    const slab = this.#currentSlab();
    const start = slab.reserve(maxHeaderBytes);
    const target = slab.memory;
    const end = this.#writer.writeAround(byte0, payload, target, start);
    slab.advance(end);
    return { target, start, end, payload, payloadBytes: payload.length, pooled: undefined };
  }

  /** Whether frames get memory of the pool. Frames that wait for long would empty it. */
  get #reuses(): boolean {
    return this.reusesFrames && !this.stalled;
  }

  #allocate(byteLength: number): Uint8Array<ArrayBuffer> {
    return this.#reuses ? framePool.take(byteLength) : new Uint8Array(byteLength);
  }

  /** Returns an own slab if frames may wait for long, because in a shared one they would pin frames of other connections. */
  #currentSlab(): Slab {
    if (this.stalled) return (this.#slab ??= new Slab());
    this.#slab = undefined;
    return sharedSlab;
  }

  /** Starts the next part. Returns false if there is none. */
  #begin(gatherer: ChunkGatherer): boolean {
    const queued = this.#nextPart();
    if (queued === undefined) return false;
    const { part, frame } = queued;
    if (frame === undefined) {
      // Set `#work` first: if the compressor fails, the part is lost with the rest.
      this.#work = { queued, source: undefined, payload: noBytes, at: 0 };
      this.#work = this.#workOn(queued);
      this.#continue(this.#work, gatherer);
    } else {
      if (queued === lastFrame) lastFrame = undefined;
      if (part.deflated) this.#deflater?.reset();
      this.#gather(gatherer, frame);
      const shown = part.frame !== undefined && this.#observer?.wantsPayloads ? ownedPart(part) : part;
      this.#observer?.frameSent(opcodes[part.type], true, part.compressed, frame.payloadBytes, shown.payload);
      this.#complete(queued);
    }
    return true;
  }

  #nextPart(): Queued | undefined {
    const message = this.#messages.first;
    if (!(message instanceof OpenMessage)) return this.#messages.shift() as Queued | undefined;
    const queued = message.parts.shift();
    if (queued !== undefined) message.begun = true;
    if (message.ended && message.parts.length === 0) this.#messages.shift();
    // A message that was cut off may end without another part.
    return queued ?? (message.ended ? this.#nextPart() : undefined);
  }

  #workOn(queued: Queued): Work {
    const { part } = queued;
    const { payload } = part;
    if (part.deflated) this.#deflater?.reset();
    const deflater = part.compressed && !part.deflated ? this.#deflater : undefined;
    const cut = typeof payload === 'string' && payload.length > Math.max(sliceBytes, this.#maxFrameBytes);
    if (deflater !== undefined || cut) {
      return { queued, source: new PayloadSource(payload, deflater, part.last), payload: noBytes, at: 0 };
    }
    const bytes = typeof payload === 'string' ? encodeText(payload) : payload;
    return { queued, source: undefined, payload: bytes, at: 0 };
  }

  /** Moves the next frame of a part into the gatherer, if there is one. */
  #continue(work: Work, gatherer: ChunkGatherer): void {
    if (work.source?.compresses) this.#compress(work, work.source);
    else if (work.source !== undefined) this.#encodeNext(work, work.source);
    if (this.#busy) return;
    const { queued, payload, at } = work;
    const { part } = queued;
    const whole = work.source === undefined && payload.length - at <= this.#maxFrameBytes;
    const ends = whole || isControl(opcodes[part.type]);
    const piece = ends && at === 0 ? payload : payload.subarray(at, at + this.#maxFrameBytes);
    work.at += piece.length;
    const sends = piece.length > 0 || part.last || (this.#begins && !part.compressed);
    if (sends) this.#send(part, piece, part.last && ends, queued.ownership, gatherer);
    if (!ends) return;
    this.#work = undefined;
    this.#complete(queued);
  }

  /** Encodes the next slice of a long text when the last one has been sent. */
  #encodeNext(work: Work, source: PayloadSource): void {
    if (work.at < work.payload.length) return;
    work.payload = source.read()!;
    work.at = 0;
    if (source.done) work.source = undefined;
  }

  /** Compresses until there is more than a frame, or the part has ended, or the budget of a turn is used up. */
  #compress(work: Work, source: PayloadSource): void {
    const rest = work.payload.subarray(work.at);
    if (rest.length > this.#maxFrameBytes) return;
    const bytes = new ByteCollector();
    bytes.appendOwned(rest);
    const enough = source.workedBytes + budgetBytes;
    while (bytes.length <= this.#maxFrameBytes && source.workedBytes < enough) {
      const piece = source.read();
      if (piece === undefined) {
        work.source = undefined;
        break;
      }
      bytes.append(piece);
    }
    work.payload = bytes.take();
    work.at = 0;
    this.#busy = work.source !== undefined && work.payload.length <= this.#maxFrameBytes;
  }

  #send(
    part: OutgoingPart,
    payload: Uint8Array,
    fin: boolean,
    ownership: Ownership,
    gatherer: ChunkGatherer,
  ): void {
    const begins = this.#begins || isControl(opcodes[part.type]);
    const opcode = begins ? opcodes[part.type] : Opcode.Continuation;
    const rsv1 = begins && part.compressed;
    const shown = this.#observer?.wantsPayloads ? new Uint8Array(payload) : undefined;
    this.#gather(gatherer, this.#encode(opcode, fin, rsv1, payload, ownership));
    if (!isControl(opcode)) this.#begins = fin;
    this.#observer?.frameSent(opcode, fin, rsv1, payload.length, shown);
  }

  #gather(gatherer: ChunkGatherer, { target, start, end, payload, pooled }: EncodedFrame): void {
    gatherer.add(target, start, end);
    if (payload !== undefined && payload.length > 0) gatherer.add(payload, 0, payload.length);
    if (pooled !== undefined) this.#addCompletion(new PooledFrame(pooled));
  }

  #complete({ bytes, completion }: Queued): void {
    this.#queuedBytes -= bytes;
    if (completion !== undefined) this.#addCompletion(completion);
  }

  #addCompletion(completion: Completion): void {
    if (this.#completions === undefined) this.#completions = [completion];
    else this.#completions.push(completion);
  }

  #keep(wanted: (message: Queued | OpenMessage) => boolean, error: unknown): void {
    for (let left = this.#messages.length; left > 0; left--) {
      const message = this.#messages.shift()!;
      if (wanted(message)) this.#messages.push(message);
      else if (message instanceof OpenMessage) this.#forgetParts(message, error);
      else this.#forget(message, error);
    }
  }

  #forgetParts({ parts }: OpenMessage, error: unknown): void {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) this.#forget(part, error);
  }

  #forget({ bytes, completion }: Queued, error: unknown): void {
    this.#queuedBytes -= bytes;
    completion?.lost(error);
  }
}

/** The frame of a broadcast, which queues it for each of its sockets. Forgotten when the first of them sends it. */
let lastFrame: Queued | undefined;

/** Returns a queued part whose frame is encoded. */
function queuedFrame(part: OutgoingPart, target: Uint8Array, completion: Completion | undefined): Queued {
  if (completion === undefined && lastFrame?.part === part) return lastFrame;
  const payloadBytes = part.payload.length;
  const frame = { target, start: 0, end: target.length, payload: undefined, payloadBytes, pooled: undefined };
  const queued = new Queued(part, frame, 'shared', payloadBytes, completion);
  if (completion === undefined) lastFrame = queued;
  return queued;
}

/** Returns the part with a copy of its bytes. */
function ownedPart(part: OutgoingPart): OutgoingPart {
  return typeof part.payload === 'string' ? part : { ...part, payload: new Uint8Array(part.payload) };
}

/** Returns the part with its text in bytes, so that they can be counted. Long text is encoded in slices as it is sent. */
function encodedPart(part: OutgoingPart, text: string): OutgoingPart {
  if (text.length > sliceBytes) return part;
  try {
    return { ...part, payload: encodeText(text) };
  } catch {
    // Out of memory. It is encoded again when the part is sent, which reports the error.
    return part;
  }
}

/** Whole messages without their payload. */
const wholeParts: Readonly<Record<MessageType, OutgoingPart>> = {
  text: whole('text'),
  binary: whole('binary'),
  ping: whole('ping'),
  pong: whole('pong'),
  close: whole('close'),
};

function whole(type: MessageType): OutgoingPart {
  return { type, compressed: false, first: true, last: true, payload: noBytes };
}
