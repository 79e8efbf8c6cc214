// One open WebSocket with both ends in reach, whatever carries it: what the page needs to work it and to look at it.

import type { WireChunk } from '../wire/items.ts';
import type { TapCounts } from '../wire/wire-tap.ts';
import type { Ending } from './ending.ts';

export type Outgoing = string | Uint8Array<ArrayBuffer>;

/** Bytes that wait on the way from the client to the server's application. */
export interface Gauge {
  /** In the client's queue. */
  readonly queueBytes: number;
  /** Between the two ends; undefined: unknown. */
  readonly wireBytes: number | undefined;
  /** Decoded by the server, not yet taken by its application. */
  readonly lookAheadBytes: number;
}

export type Direction = 'up' | 'down';

export interface LinkObserver {
  /** Sees each chunk: `up` from client to server, `down` back. */
  onChunk(direction: Direction, chunk: WireChunk): void;
  /** The client's application has got a message back. */
  onEcho(): void;
}

export interface Link {
  /** The extensions agreed on, as in their header. */
  readonly extensions: string;
  /** Whether a ping can be sent and bytes injected: a browser's own WebSocket can do neither. */
  readonly scriptable: boolean;
  /** Settles at the end, whatever it is. */
  readonly ended: Promise<Ending>;
  counts(direction: Direction): TapCounts;
  gauge(): Gauge;
  /** Sends a message; resolves when there is room for the next, rejects if the connection has ended. */
  send(message: Outgoing): Promise<void>;
  /** Resolves with the milliseconds until the pong. */
  ping(): Promise<number>;
  /** Writes bytes to the wire as they are, past the client's encoder. */
  inject(bytes: Uint8Array): Promise<void>;
  /** Starts the closing handshake. Throws for a code or a reason that may not be sent. */
  close(code: number | undefined, reason: string): void;
  /** Ends the connection at once, without a Close. */
  terminate(): void;
  /** Whether the server's application takes messages. */
  setReading(reading: boolean): void;
}
