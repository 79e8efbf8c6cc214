// The shortest way to send on a socket of ours.

import type { OpenWebSocket, OutgoingMessage } from '../../../lib/index.ts';

/** Sends a message and waits for nothing. */
export type Send = (message: OutgoingMessage) => unknown;

export function sender(socket: OpenWebSocket): Send {
  const direct = socket as Partial<{ send: Send }>;
  if (direct.send !== undefined) return message => direct.send!(message);
  const writer = socket.writable.getWriter();
  return message => writer.write(message);
}
