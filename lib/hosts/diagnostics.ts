// Publishes the opening, closing and failure of WebSockets on Node's diagnostics channels, for monitoring tools.

import { channel } from 'node:diagnostics_channel';
import type { Role } from '../base/role.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';

/** A message of the channel `wsluice:open`. */
export interface OpenDiagnostics {
  readonly role: Role;
  readonly socket: OpenWebSocket;
}

/** A message of the channel `wsluice:close`: a WebSocket has ended cleanly, with the code and reason of the peer. */
export interface CloseDiagnostics extends OpenDiagnostics {
  readonly closeCode: number;
  readonly reason: string;
}

/** A message of the channel `wsluice:failure`: an opening has failed, or a WebSocket has not ended cleanly. */
export interface FailureDiagnostics {
  readonly role: Role;
  readonly error: unknown;
  /** Absent if the opening has failed. */
  readonly socket: OpenWebSocket | undefined;
}

const opened = /* @__PURE__ */ channel('wsluice:open');
const closed = /* @__PURE__ */ channel('wsluice:close');
const failed = /* @__PURE__ */ channel('wsluice:failure');

/** Returns the same promise. It costs nothing unless there are subscribers when the opening begins. */
export function watched<Socket extends OpenWebSocket>(role: Role, opening: Promise<Socket>): Promise<Socket> {
  if (opened.hasSubscribers || closed.hasSubscribers || failed.hasSubscribers) {
    opening.then(
      socket => tell(role, socket),
      error => failed.publish({ role, error, socket: undefined } satisfies FailureDiagnostics),
    );
  }
  return opening;
}

function tell(role: Role, socket: OpenWebSocket): void {
  opened.publish({ role, socket } satisfies OpenDiagnostics);
  socket.closed.then(
    info => closed.publish({ role, socket, ...info } satisfies CloseDiagnostics),
    error => failed.publish({ role, socket, error } satisfies FailureDiagnostics),
  );
}
