// Reads whole messages from a socket, by each of the methods that it offers.

import type {
  CloseRecord,
  OpenWebSocket,
  SocketEvent,
  Subscription,
  WebSocketError,
} from '../../lib/index.ts';
import type { SidePlan } from './plan.ts';

export type Data = string | Uint8Array;

/** A reader of whole messages. */
export interface MessageReader {
  /** Reads the next messages; `undefined` if the stream has ended. Rejects if the stream fails. */
  read(): Promise<readonly Data[] | undefined>;
  cancel(reason: unknown): Promise<void>;
}

/** Returns a reader that uses the method of the plan. */
export function readerOf(socket: OpenWebSocket, { readMethod, deliverParts }: SidePlan): MessageReader {
  // `readable` has whole messages only.
  const needsWhole = readMethod === 'readable' || readMethod === 'iterator';
  const method = deliverParts && needsWhole ? 'messages' : readMethod;
  if (method === 'readable') return chunkReader(socket.readable, async message => [message]);
  if (method === 'iterator') return iteratorReader(socket);
  if (method === 'messages') return streamReader(socket);
  if (method === 'subscribe') return new SubscribedReader(socket);
  const joiner = new PartJoiner();
  if (method === 'events') return chunkReader(socket.events, async event => joiner.take([event]));
  return chunkReader(socket.batches, async batch => joiner.take(batch));
}

function streamReader(socket: OpenWebSocket): MessageReader {
  return chunkReader(socket.messages, async message => [
    message.type === 'text' ? await message.text() : await message.bytes(),
  ]);
}

function chunkReader<Chunk>(
  stream: ReadableStream<Chunk>,
  messagesOf: (chunk: Chunk) => Promise<readonly Data[]>,
): MessageReader {
  const reader = stream.getReader();
  return {
    async read() {
      const { done, value } = await reader.read();
      return done ? undefined : messagesOf(value);
    },
    cancel: reason => reader.cancel(reason),
  };
}

/** Reads by an iterator. It is not cancelled: a loop can leave its iterator only between two messages. */
function iteratorReader(socket: OpenWebSocket): MessageReader {
  const iterator = socket.readable.values();
  return {
    async read() {
      const { done, value } = await iterator.next();
      return done ? undefined : [value];
    },
    cancel: async reason => discardAndClose(socket, reason),
  };
}

/** Does what cancelling a stream does, for the methods that cannot be cancelled. */
function discardAndClose(socket: OpenWebSocket, reason: unknown): void {
  const { closeCode, reason: text } = reason as WebSocketError;
  socket.discardIncoming();
  socket.close({ closeCode: closeCode ?? undefined, reason: text });
}

/** The number of unread messages at which a subscription pauses. */
const maxUnread = 16;

/** Reads messages by a subscription. */
class SubscribedReader implements MessageReader {
  readonly #socket: OpenWebSocket;
  readonly #joiner = new PartJoiner();
  readonly #subscription: Subscription;
  #messages: Data[] = [];
  #record: CloseRecord | undefined;
  #cancelled = false;
  #wake: () => void = () => {};

  constructor(socket: OpenWebSocket) {
    this.#socket = socket;
    this.#subscription = socket.subscribe(event => this.#onEvent(event));
  }

  async read(): Promise<readonly Data[] | undefined> {
    while (this.#messages.length === 0) {
      if (this.#cancelled || this.#record?.wasClean === true) return undefined;
      if (this.#record !== undefined) throw this.#record.cause;
      await new Promise<void>(resolve => (this.#wake = resolve));
    }
    const messages = this.#messages;
    this.#messages = [];
    this.#subscription.resume();
    return messages;
  }

  /** Ends a pending read, too: the listener gets no more events after the messages are discarded. */
  async cancel(reason: unknown): Promise<void> {
    this.#cancelled = true;
    discardAndClose(this.#socket, reason);
    this.#wake();
  }

  #onEvent(event: SocketEvent): void {
    if (event.type === 'closed') this.#record = event.record;
    this.#messages.push(...this.#joiner.take([event]));
    if (this.#messages.length >= maxUnread) this.#subscription.pause();
    this.#wake();
  }
}

/** Joins parts to whole messages. */
class PartJoiner {
  #parts: Data[] = [];

  /** Returns the messages that these events complete. */
  take(events: readonly SocketEvent[]): Data[] {
    const messages: Data[] = [];
    for (const event of events) {
      if (event.type !== 'text' && event.type !== 'binary') continue;
      this.#parts.push(event.data);
      if (event.last) messages.push(this.#join(event.type));
    }
    return messages;
  }

  #join(type: 'text' | 'binary'): Data {
    const parts = this.#parts;
    this.#parts = [];
    return type === 'text' ? parts.join('') : Buffer.concat(parts as Uint8Array[]);
  }
}
