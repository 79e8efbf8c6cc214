// One open WebSocket with the echo server at its other end, over any transport. The page sends and observes through it.

import type { WireChunk } from '../wire/items.ts';
import type { TapCounts } from '../wire/wire-tap.ts';
import type { Ending } from './ending.ts';

export type Outgoing = string | Uint8Array<ArrayBuffer>;

/** The bytes in each buffer between the client and the server's application. */
export interface Gauge {
  /** In the client's queue. */
  readonly queueBytes: number;
  /** Between the two ends; `undefined` if that is unknown. */
  readonly wireBytes: number | undefined;
  /** Decoded by the server, and not yet read by its application. */
  readonly lookAheadBytes: number;
}

export type Direction = 'up' | 'down';

export interface LinkObserver {
  /** Called for each chunk: `up` is from client to server, `down` from server to client. */
  onChunk(direction: Direction, chunk: WireChunk): void;
  /** Called for each message that the client receives. */
  onEcho(): void;
}

export interface Link {
  /** The agreed extensions, as in the header. */
  readonly extensions: string;
  /** Whether `ping` and `inject` work: with the browser's own WebSocket they do not. */
  readonly scriptable: boolean;
  /** Resolves when the connection has ended, cleanly or not. */
  readonly ended: Promise<Ending>;
  counts(direction: Direction): TapCounts;
  gauge(): Gauge;
  /** Sends a message. Resolves when there is room for the next one; rejects if the connection has ended. */
  send(message: Outgoing): Promise<void>;
  /** Sends a ping, and resolves with the round trip in milliseconds. */
  ping(): Promise<number>;
  /** Writes bytes to the transport as they are, without the client's encoder. */
  inject(bytes: Uint8Array): Promise<void>;
  /** Starts the closing handshake. Throws for a code or a reason that may not be sent. */
  close(code: number | undefined, reason: string): void;
  /** Ends the connection at once, without a Close. */
  terminate(): void;
  /** Makes the server's application read messages, or stop reading. */
  setReading(reading: boolean): void;
}
