// Passes everything that one WebSocket receives to another: parts of messages, pings, pongs and the Close.

import type { BinaryMessage, TextMessage } from '../events/event.ts';
import type { OutgoingMessage } from '../sockets/message-writable.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import type { SocketOptions } from '../sockets/socket-options.ts';

/** The options of both sockets, without collecting, answering or timeouts. */
export const relayOptions: SocketOptions & { readonly deliver: 'parts' } = {
  deliver: 'parts',
  autoPong: false,
  pingIntervalMs: Infinity,
  frameTimeoutMs: Infinity,
  writeTimeoutMs: Infinity,
};

/** Passes everything on in both directions until both sockets have ended. */
export async function relay(one: OpenWebSocket, other: OpenWebSocket): Promise<void> {
  await Promise.all([pass(one, other), pass(other, one)]);
  await Promise.allSettled([one.closed, other.closed]);
}

async function pass(from: OpenWebSocket, to: OpenWebSocket): Promise<void> {
  const passPart = partSender(to);
  try {
    for await (const event of from.events) {
      // A closing socket takes no more messages. The other direction ends this one.
      if (event.type === 'text' || event.type === 'binary') await passPart(event).catch(() => {});
      else if (event.type === 'ping') void to.ping(event.data);
      else if (event.type === 'pong') to.pong(event.data);
      // This event comes even if the Close frame came before there was a reader of events.
      else if (event.type === 'closed' && event.record.received) to.close(event.record.received);
    }
  } catch {
    // There is no Close to pass on, so the other peer loses its connection, too.
    to.terminate();
  }
}

/** Returns a function that sends parts of messages on. It settles when there is room for the next. */
export function partSender(to: OpenWebSocket): (part: TextMessage | BinaryMessage) => Promise<void> {
  let message: WritableStreamDefaultWriter<OutgoingMessage> | undefined;
  return async ({ type, data, last }) => {
    if (message === undefined && last) return await to.send(data);
    message ??= to.openMessage(type).getWriter();
    await message.write(data);
    if (!last) return;
    await message.close();
    message = undefined;
  };
}
