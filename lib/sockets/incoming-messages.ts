// Messages that come as streams of their parts: one of any length passes in bounded memory.

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

/** What `text`, `bytes` and `json` take at most, where they are told nothing: 16 MiB. */
const defaultLimit = 16_777_216;

/**
 * A message that is coming in. Read its parts, or all of it; what has not been read when the next message is asked for is
 * dropped, and so is everything when `readable` is cancelled.
 */
export class StreamedMessageOf<Type extends 'text' | 'binary', Part extends Message> {
  readonly type: Type;
  /** The parts, as they arrive: strings of a text. The bytes of a binary message are a byte stream. */
  readonly readable: ReadableStream<Part>;

  /** @internal */
  constructor(type: Type, readable: ReadableStream<Part>) {
    this.type = type;
    this.readable = readable;
  }

  /**
   * The whole text.
   *
   * @param maxLength - UTF-16 units; one more cancels the message and rejects with WebSocketError 1009
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
   * The octets of the whole message, of a text its UTF-8.
   *
   * @param maxBytes - one more cancels the message and rejects with WebSocketError 1009
   */
  async bytes(maxBytes: number = defaultLimit): Promise<Uint8Array<ArrayBuffer>> {
    const octets = new ByteCollector();
    const encoder = new TextEncoder();
    for await (const part of this.readable as ReadableStream<Message>) {
      const bytes = typeof part === 'string' ? encoder.encode(part) : part;
      checked(octets.length + bytes.length, maxBytes);
      octets.appendOurs(bytes);
    }
    return octets.take();
  }

  /**
   * The value of a JSON text.
   *
   * @param maxLength - as with `text`
   * @throws SyntaxError when it is no JSON, TypeError for a binary message
   */
  async json(maxLength?: number): Promise<unknown> {
    return JSON.parse(await this.text(maxLength));
  }
}

/** A text that is coming in. */
export type StreamedText = StreamedMessageOf<'text', string>;

/** A binary message that is coming in. */
export type StreamedBinary = StreamedMessageOf<'binary', Uint8Array<ArrayBuffer>>;

/** A message that is coming in; its `type` says of which kind its parts are. */
export type StreamedMessage = StreamedText | StreamedBinary;

/** The length, if it keeps to the limit; leaving a loop by this error cancels its stream. */
function checked(length: number, limit: number): number {
  if (length > limit) throw violation(CloseCode.MessageTooBig, 'RFC 6455 §10.4', 'message too big');
  return length;
}

/** A chunk a message, each with a stream of its own. */
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

  /** One at a time: to take the next is to drop what is left of this one. */
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

  /** @param end - set if no more events will come than those in the inbox */
  constructor(inbox: EventInbox, end: End | undefined, byteStream: boolean) {
    this.#inbox = inbox;
    this.#end = end;
    this.stream = new PulledReadable<Message>(this, { directReads: true, byteStream });
  }

  /** Whether the last part has been taken or dropped. */
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

  /** What is left is not wanted; whoever still reads it is told. */
  discard(): void {
    if (this.#state === 'open') this.stream.error(new TypeError('the next message was asked for'));
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

  /** Nothing waits: the message has ended, or never will. */
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
