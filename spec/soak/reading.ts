// Reads what comes on a socket, in one of the ways that it offers, message by message.

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
  /** The next messages that are there; `undefined`: the stream has ended. Rejects as the stream fails. */
  read(): Promise<readonly Data[] | undefined>;
  cancel(reason: unknown): Promise<void>;
}

/** A reader in the way that the plan says. */
export function readerOf(socket: OpenWebSocket, { reading, deliverParts }: SidePlan): MessageReader {
  // Parts can be read as streams and as events.
  const way = deliverParts && (reading === 'readable' || reading === 'iterator') ? 'messages' : reading;
  if (way === 'readable') return chunkReader(socket.readable, async message => [message]);
  if (way === 'iterator') return iteratorReader(socket);
  if (way === 'messages') return streamReader(socket);
  if (way === 'subscribe') return new SubscribedReader(socket);
  const joiner = new PartJoiner();
  if (way === 'events') return chunkReader(socket.events, async event => joiner.take([event]));
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

/** An iterator can be left only between two messages, so that this one is never cancelled. */
function iteratorReader(socket: OpenWebSocket): MessageReader {
  const iterator = socket.readable.values();
  return {
    async read() {
      const { done, value } = await iterator.next();
      return done ? undefined : [value];
    },
    cancel: async reason => leave(socket, reason),
  };
}

/** What a cancel does, for the ways that have none. */
function leave(socket: OpenWebSocket, reason: unknown): void {
  const { closeCode, reason: text } = reason as WebSocketError;
  socket.discardIncoming();
  socket.close({ closeCode: closeCode ?? undefined, reason: text });
}

/** Messages that a subscription may bring before it pauses until they are read. */
const maxWaiting = 16;

/** Reads what a subscription brings. */
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
    this.#subscription = socket.subscribe(event => this.#hear(event));
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

  /** What is discarded has no end that a listener hears of. */
  async cancel(reason: unknown): Promise<void> {
    this.#cancelled = true;
    leave(this.#socket, reason);
    this.#wake();
  }

  #hear(event: SocketEvent): void {
    if (event.type === 'closed') this.#record = event.record;
    this.#messages.push(...this.#joiner.take([event]));
    if (this.#messages.length >= maxWaiting) this.#subscription.pause();
    this.#wake();
  }
}

/** Joins the parts of messages. */
class PartJoiner {
  #parts: Data[] = [];

  /** The messages that these events complete. */
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
