// The fastest way to send on an `OpenWebSocket`.

import type { OpenWebSocket, OutgoingMessage } from '../../../lib/index.ts';

/** Sends a message without waiting for it. */
export type Send = (message: OutgoingMessage) => unknown;

export function sender(socket: OpenWebSocket): Send {
  const direct = socket as Partial<{ send: Send }>;
  if (direct.send !== undefined) return message => direct.send!(message);
  const writer = socket.writable.getWriter();
  return message => writer.write(message);
}
