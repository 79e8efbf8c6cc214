// Delivers each received message as a stream of its parts, so that a message of any length passes in bounded memory.

import { CloseCode } from '../base/close-code.ts';
import { violation, WebSocketError } from '../base/websocket-error.ts';
import { ByteCollector } from '../bytes/byte-collector.ts';
import { StringCollector } from '../bytes/utf8-decoder.ts';
import type { BinaryMessage, TextMessage } from '../events/event.ts';
import type { ReadableStream } from '../streams/platform.ts';
import { PulledReadable, type PulledSource } from '../streams/pulled-readable.ts';
import type { End, EventInbox } from './event-inbox.ts';
import { EventReadable, endStream, type Message } from './event-readables.ts';

type Part = TextMessage | BinaryMessage;

/** The default limit of `text`, `bytes` and `json`: 16 MiB. */
const defaultLimit = 16_777_216;

/**
 * A message that is being received. Read its parts, or all of it. The rest of the message is dropped when you request the
 * next message or cancel `readable`.
 */
export class StreamedMessageOf<Type extends 'text' | 'binary', Part extends Message> {
  readonly type: Type;
  /** The parts as they arrive: strings of a text message; the bytes of a binary message are a byte stream. */
  readonly readable: ReadableStream<Part>;

  /** @internal */
  constructor(type: Type, readable: ReadableStream<Part>) {
    this.type = type;
    this.readable = readable;
  }

  /**
   * Returns the whole text.
   *
   * @param maxLength - in UTF-16 units; a longer message is cancelled, and rejects with WebSocketError 1009
   * @throws TypeError for a binary message
   */
  async text(maxLength: number = defaultLimit): Promise<string> {
    if (this.type !== 'text') throw new TypeError('the message is binary, not text');
    const text = new StringCollector();
    let length = 0;
    for await (const part of this.readable as ReadableStream<string>) {
      length = checked(length + part.length, maxLength);
      text.append(part);
    }
    return text.take();
  }

  /**
   * Returns the bytes of the whole message, for a text its UTF-8.
   *
   * @param maxBytes - a longer message is cancelled, and rejects with WebSocketError 1009
   */
  async bytes(maxBytes: number = defaultLimit): Promise<Uint8Array<ArrayBuffer>> {
    const collector = new ByteCollector();
    const encoder = new TextEncoder();
    for await (const part of this.readable as ReadableStream<Message>) {
      const bytes = typeof part === 'string' ? encoder.encode(part) : part;
      checked(collector.length + bytes.length, maxBytes);
      collector.appendOwned(bytes);
    }
    return collector.take();
  }

  /**
   * Returns the value of a JSON text.
   *
   * @param maxLength - as for `text`
   * @throws SyntaxError if the text is not JSON, TypeError for a binary message
   */
  async json(maxLength?: number): Promise<unknown> {
    return JSON.parse(await this.text(maxLength));
  }
}

/** A text message that is being received. */
export type StreamedText = StreamedMessageOf<'text', string>;

/** A binary message that is being received. */
export type StreamedBinary = StreamedMessageOf<'binary', Uint8Array<ArrayBuffer>>;

/** A message that is being received. Its `type` gives the type of its parts. */
export type StreamedMessage = StreamedText | StreamedBinary;

/** Returns the length unless it exceeds the limit. The error leaves the caller's loop, which cancels its stream. */
function checked(length: number, limit: number): number {
  if (length > limit)
    throw violation(CloseCode.MessageTooBig, 'RFC 6455 §10.4', 'message too big', `limit: ${limit}`);
  return length;
}

/** A stream with a chunk for each message, which has a stream of its own. */
export class IncomingMessagesReadable extends EventReadable<StreamedMessage> {
  readonly name = 'messages';
  override readonly wantsAll = false;
  #current: PartSource | undefined;
  #end: End | undefined;

  take(): StreamedMessage | undefined {
    this.#current?.discard();
    const part = this.#current?.ended === false ? undefined : (this.inbox.first as Part | undefined);
    if (part === undefined) return undefined;
    this.#current = new PartSource(this.inbox, this.#end, part.type === 'binary');
    return new StreamedMessageOf(part.type, this.#current.stream.readable) as StreamedMessage;
  }

  /** One message at a time, because taking the next drops the rest of this one. */
  sizeOf(): number {
    return Infinity;
  }

  override pushed(): void {
    this.#current?.pushed();
    super.pushed();
  }

  override end(end: End): void {
    this.#end = end;
    this.#current?.end(end);
    super.end(end);
  }
}

/** The parts of one message. */
class PartSource implements PulledSource<Message> {
  readonly stream: PulledReadable<Message>;
  readonly #inbox: EventInbox;
  #state: 'open' | 'discarded' | 'ended' = 'open';
  #end: End | undefined;

  /** @param end - the end, if no more events will come than those in the inbox */
  constructor(inbox: EventInbox, end: End | undefined, byteStream: boolean) {
    this.#inbox = inbox;
    this.#end = end;
    this.stream = new PulledReadable<Message>(this, { directReads: true, byteStream });
  }

  /** True if the last part has been taken or dropped. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  get empty(): boolean {
    return this.#state !== 'open' || this.#inbox.empty;
  }

  take(): Message | undefined {
    const part = this.#state === 'open' ? (this.#inbox.shift() as Part | undefined) : undefined;
    if (part?.last) this.#state = 'ended';
    else if (part === undefined) this.#settle();
    return part?.data;
  }

  sizeOf(part: Message): number {
    return part.length;
  }

  cancel(): void {
    if (this.#state === 'open') this.#state = 'discarded';
    this.#drop();
  }

  /** Drops the rest of the message. A reader that is still reading it gets an error. */
  discard(): void {
    if (this.#state === 'open')
      this.stream.error(new TypeError('this message was discarded because the next one was requested'));
    this.cancel();
  }

  pushed(): void {
    this.#drop();
    this.stream.notify();
  }

  end(end: End): void {
    this.#end = end;
    if (this.#inbox.empty) this.#settle();
  }

  /** Ends the stream when no part is queued: the message has ended, or was cut off. */
  #settle(): void {
    if (this.#state === 'ended') this.stream.close();
    else if (this.#state === 'open' && this.#end !== undefined) endStream(this.stream, cutBy(this.#end));
  }

  #drop(): void {
    while (this.#state === 'discarded') {
      const part = this.#inbox.shift() as Part | undefined;
      if (part === undefined) return;
      if (part.last) this.#state = 'ended';
    }
  }
}

function cutBy(end: End): End {
  if (end !== 'closed') return end;
  return { failure: WebSocketError.of('the WebSocket was closed inside a message') };
}
