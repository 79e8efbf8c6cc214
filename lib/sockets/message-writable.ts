// The targets of a socket's writables: whole messages, or the parts of one message (RFC 6455 §5.4). `write()` copies the
// bytes at once, so the caller may change them afterwards. A Close is sent after everything written before it.

import { CloseCode } from '../base/close-code.ts';
import { described } from '../base/described.ts';
import { flag, oneOf, required, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import type { Connection } from '../connection/connection.ts';
import type { OutgoingBinary, OutgoingText } from '../events/event.ts';
import type { OpenMessage, Ownership } from '../events/message-queue.ts';
import type { Completion } from '../events/transmission.ts';
import { DirectSink, type DirectTarget, DirectWritable } from '../streams/direct-writable.ts';
import type { WritableStream } from '../streams/platform.ts';
import type { Message } from './message.ts';
import { type LossKeeper, PendingSend, rejected } from './pending-send.ts';

/** A message or a part that the application writes. */
export type OutgoingMessage = string | ByteSource;

/** The options of one message. */
export interface MessageOptions {
  /** Whether to compress the message, if compression was negotiated. Default: depends on its size. */
  readonly compress?: boolean | undefined;
}

export const messageOptions: OptionTable<Settled<MessageOptions, 'compress'>> =
  /* @__PURE__ */ new OptionTable('send and openMessage', () => ({
    compress: flag(),
  }));

const messageType = /* @__PURE__ */ required(/* @__PURE__ */ oneOf(['text', 'binary']));

/** The socket as its writables use it. */
export interface MessageCarrier extends LossKeeper {
  readonly connection: Connection;
  /** The bytes that are queued or being sent, plus a fixed cost for each message. */
  readonly backlogBytes: number;
  /** Sends what can be sent, at the end of the turn. */
  flushSoon(): void;
  /** Sends what can be sent, at once. */
  flush(): void;
  /** Starts the closing handshake. The promise settles when the socket has ended. */
  closeByWriter(): Promise<void>;
  abortByWriter(reason: unknown): void;
  /** Returns the error for a write after the closing has begun. */
  closingError(): unknown;
  /** Notifies `target` when there may be room and when the socket fails. */
  watch(target: FailureWatcher): void;
  unwatch(target: FailureWatcher): void;
}

/** Gets notified when there may be room again, and when the socket fails. */
export interface FailureWatcher {
  roomChanged(): void;
  fail(error: unknown): void;
}

const dropped: Promise<void> = Promise.resolve();

/** Sends each chunk as a message. */
export class MessageTarget implements DirectTarget<OutgoingMessage> {
  readonly #socket: MessageCarrier;

  constructor(socket: MessageCarrier) {
    this.#socket = socket;
  }

  get backlogBytes(): number {
    return this.#socket.backlogBytes;
  }

  /** Sends a message. Drops it if the closing has begun, as the platform's WebSocketStream does. */
  send(chunk: OutgoingMessage): Promise<void> {
    const message = toMessage(chunk);
    return this.#socket.connection.open ? sendMessage(this.#socket, message) : dropped;
  }

  /** Sends a message without a copy, because the caller does not use it again. Returns false if it was dropped. */
  sendGiven(data: Message, completion: Completion): boolean {
    const { connection } = this.#socket;
    if (!connection.open) return false;
    const message =
      typeof data === 'string' ? { type: 'text' as const, data } : { type: 'binary' as const, data };
    connection.send(message, completion, undefined, 'owned');
    this.#socket.flushSoon();
    return true;
  }

  close(): Promise<void> {
    return this.#socket.closeByWriter();
  }

  abort(reason: unknown): void {
    this.#socket.abortByWriter(reason);
  }
}

/** Queues a message. The promise settles when the transport has taken it. */
export function sendMessage(
  socket: MessageCarrier,
  message: OutgoingText | OutgoingBinary,
  ownership: Ownership = 'borrowed',
): Promise<void> {
  const pending = new PendingSend(socket);
  socket.connection.send(message, pending, undefined, ownership);
  socket.flushSoon();
  return pending.promise;
}

/** Sends each chunk as a part of one message. A part that cannot be sent aborts the message. */
class PartTarget implements DirectTarget<OutgoingMessage>, FailureWatcher, LossKeeper {
  readonly sink: DirectSink<OutgoingMessage>;
  readonly #socket: MessageCarrier;
  readonly #message: OpenMessage;
  readonly #type: 'text' | 'binary';
  readonly #compress: boolean | undefined;
  #abort: { readonly reason: unknown } | undefined;

  constructor(socket: MessageCarrier, type: 'text' | 'binary', compress: boolean | undefined) {
    this.#socket = socket;
    this.#message = socket.connection.openMessage();
    this.#type = type;
    this.#compress = compress;
    this.sink = new DirectSink(this);
  }

  get backlogBytes(): number {
    return this.#socket.backlogBytes;
  }

  send(chunk: OutgoingMessage): Promise<void> {
    return this.#send(chunk, false);
  }

  async close(): Promise<void> {
    await this.#send(this.#type === 'text' ? '' : new Uint8Array(0), true);
    this.#socket.unwatch(this);
  }

  abort(reason: unknown): void {
    this.#abortMessage(reason);
  }

  roomChanged(): void {
    this.sink.roomChanged();
  }

  fail(error: unknown): void {
    this.sink.fail(error);
  }

  lose(pending: PendingSend): void {
    if (this.#abort === undefined) this.#socket.lose(pending);
    else pending.reject(this.#abort.reason);
  }

  #send(chunk: OutgoingMessage, last: boolean): Promise<void> {
    const { connection } = this.#socket;
    if (!connection.open) {
      const error = this.#socket.closingError();
      this.sink.fail(error);
      return rejected(error);
    }
    const pending = new PendingSend(this);
    try {
      connection.send(this.#part(chunk, last), pending, this.#message);
    } catch (error) {
      this.#abortMessage(error);
      throw error;
    }
    this.#socket.flushSoon();
    return pending.promise;
  }

  #part(data: OutgoingMessage, last: boolean): OutgoingText | OutgoingBinary {
    const type = this.#type;
    const compress = this.#compress;
    if (type === 'text') return { type, data: data as string, last, compress };
    if (isByteSource(data)) return { type, data: asBytes(data), last, compress };
    throw new TypeError(`a part of a binary message must be a buffer (got ${described(data)})`);
  }

  #abortMessage(reason: unknown): void {
    const { connection } = this.#socket;
    this.#abort = { reason };
    this.#socket.unwatch(this);
    if (!connection.dropMessage(this.#message, reason)) {
      connection.closeNow(CloseCode.InternalError, 'message aborted');
    }
    this.#socket.flush();
  }
}

/** Opens a message and returns the writable of its parts. */
export function openMessageWritable(
  socket: MessageCarrier,
  type: 'text' | 'binary',
  options: MessageOptions,
): WritableStream<OutgoingMessage> {
  messageType.check(type, 'type', options);
  const { compress } = messageOptions.check(options);
  const target = new PartTarget(socket, type, compress);
  const writable = new DirectWritable(target.sink);
  socket.watch(target);
  return writable;
}

/**
 * Converts a chunk to a message: buffers and views are binary, anything else becomes a string, as on the platform.
 *
 * @throws TypeError for a shared or resizable buffer, and for a value that cannot become a string
 */
export function toMessage(chunk: unknown, compress?: boolean | undefined): OutgoingText | OutgoingBinary {
  if (typeof chunk === 'string') return { type: 'text', data: chunk, compress };
  if (isByteSource(chunk)) return { type: 'binary', data: checkedBuffer(chunk), compress };
  return { type: 'text', data: `${chunk}`, compress };
}

/** Returns the source unless its buffer is shared or resizable, which WebIDL's BufferSource does not allow. */
function checkedBuffer(source: ByteSource): ByteSource {
  const buffer = (ArrayBuffer.isView(source) ? source.buffer : source) as ArrayBuffer & {
    resizable?: boolean;
  };
  const shared = Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
  if (!shared && buffer.resizable !== true) return source;
  throw new TypeError(`data must not be in a ${shared ? 'SharedArrayBuffer' : 'resizable ArrayBuffer'}`);
}
