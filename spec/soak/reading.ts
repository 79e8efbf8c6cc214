// Reads what comes on a socket, in one of the ways that it offers, message by message.

import type { SocketEvent } from '../../lib/sockets/event-inbox.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import type { ReadableStream } from '../../lib/streams/platform.ts';
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
  if (deliverParts && reading === 'readable') return streamReader(socket);
  if (reading === 'readable') return chunkReader(socket.readable, async message => [message]);
  if (reading === 'messages') return streamReader(socket);
  const joiner = new PartJoiner();
  if (reading === 'events') return chunkReader(socket.events, async event => joiner.take([event]));
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
