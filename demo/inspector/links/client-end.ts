// The client's end of a connection to the demo server: the browser's own WebSocket, or wsluice through a tunnel.

import type { ClientEnding } from './ending.ts';
import type { Outgoing } from './link.ts';

export interface ClientEnd {
  readonly extensions: string;
  /** Whether the client can send pings and broken bytes. */
  readonly scriptable: boolean;
  readonly queueBytes: number;
  readonly closed: Promise<ClientEnding>;
  /** Resolves when there is room for the next message. */
  send(message: Outgoing): Promise<void>;
  ping(): Promise<number>;
  inject(bytes: Uint8Array): Promise<void>;
  close(code: number | undefined, reason: string): void;
  terminate(): void;
}

/** Opens a client for this URL. Calls `onMessage` for each received message. */
export type OpenClientEnd = (url: string, onMessage: () => void) => Promise<ClientEnd>;
