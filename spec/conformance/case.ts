// The data of a case: the bytes that the tester sends, and the events that it expects. Frames are unmasked here; a tester with
// the role of the client masks them.

import type { Bytes } from './bytes.ts';
import type { HeadEdits } from './handshake.ts';
import type { Tester } from './tester.ts';

export type Role = 'client' | 'server';

/** Options of the endpoint under test that differ from its defaults. */
export interface EndpointOptions {
  readonly maxMessageBytes?: number;
  /** The subprotocols that the endpoint offers or supports. */
  readonly protocols?: readonly string[];
}

export type Step =
  /** Writes frames in one chunk, in a chunk each (`piece`), or in chunks of this many bytes. */
  | { readonly send: readonly Bytes[]; readonly by?: 'piece' | number }
  /** Writes bytes unchanged: unmasked, and not tracked by the tester. */
  | { readonly raw: Bytes }
  /** Waits while the connection is open, and then records an event. */
  | { readonly wait: string; readonly ms: number }
  /** Waits for a number of events, or for this event. */
  | { readonly until: number | string }
  | Rounds
  /** Stops or resumes reading. */
  | { readonly reading: boolean }
  | Flood
  /** Ends the tester's direction, or resets the connection. */
  | { readonly end: 'fin' | 'drop' };

/** Sends each message after the echo of the previous one. */
export interface Rounds {
  readonly rounds: number;
  readonly message: (index: number) => Message;
  /** The payload bytes of a frame, after compression; 0: one frame. */
  readonly fragment?: number;
}

/** Repeats the bytes until the endpoint has not accepted any for a second, and then reads again. */
export interface Flood {
  readonly flood: Bytes;
  readonly times: number;
}

export interface Message {
  readonly type: 'text' | 'binary';
  readonly data: Bytes;
}

/** The required end of the connection. */
export type End =
  /** The tester closes, with 1000 unless the steps have closed. The endpoint must answer with one of the codes. */
  | { readonly by: 'tester'; readonly codes: readonly (number | undefined)[] }
  /** The endpoint fails the connection. `drop` is the verdict if it does so without a Close. */
  | {
      readonly by: 'endpoint';
      readonly codes: readonly number[];
      readonly drop: 'OK' | 'NON-STRICT' | 'FAILED';
    }
  /** The tester has ended the connection. The endpoint must end it, too, with or without a Close. */
  | { readonly by: 'eof' }
  /** The opening handshake fails. A server must answer with one of the statuses, or none for 0; a client must disconnect. */
  | { readonly by: 'refusal'; readonly status: readonly number[] };

export interface Expectation {
  readonly events: readonly string[];
  /** Other lists of events, for the verdict NON-STRICT. */
  readonly nonStrict?: readonly (readonly string[])[];
  readonly end: End;
}

export interface Case {
  readonly id: string;
  readonly title: string;
  readonly expect: Expectation;
  readonly steps: readonly Step[];
  /** The role of the endpoint. Default: both. */
  readonly role?: Role;
  readonly endpoint?: EndpointOptions;
  readonly handshake?: Handshake;
  /** The negotiation of permessage-deflate. If the endpoint does not negotiate it, the case is UNIMPLEMENTED. */
  readonly deflate?: Negotiation;
  /** Checks the connection beyond its events. Returns the fault. */
  readonly check?: (tester: Tester) => string | undefined;
  /** Returns true for events to ignore. */
  readonly ignores?: (event: string) => boolean;
  readonly informational?: boolean;
  /** The timeout for the expected events. Default: 2000. */
  readonly timeoutMs?: number;
  /** Whether the case must not run concurrently with others, because it loads the machine. */
  readonly exclusive?: boolean;
}

export interface Handshake {
  readonly edits?: HeadEdits;
  /** Frames in the same write as the head. */
  readonly earlyFrames?: readonly Bytes[];
  /** Writes the head and the frames after it in chunks of this many bytes. */
  readonly chunkBytes?: number;
  /** Writes them in two chunks, split at this offset from the end of the head. */
  readonly splitOffset?: number;
  /** Sends only this many bytes of the head, and then ends the connection. */
  readonly headBytes?: number;
}

/** The tester's side of the negotiation of permessage-deflate. */
export interface Negotiation {
  /** The offer of a tester with the role of the client. */
  readonly offer: string;
  /** Returns the answer of a tester with the role of the server; undefined if the offer does not allow the required one. */
  readonly answer: (offer: string) => string | undefined;
  /** Whether the case requires context takeover for the tester's messages. */
  readonly takeover?: boolean;
}

export type Verdict = 'OK' | 'NON-STRICT' | 'FAILED' | 'INFORMATIONAL' | 'UNIMPLEMENTED';

export interface Result {
  readonly id: string;
  readonly title: string;
  /** The required behaviour, in words. */
  readonly behaviour: string;
  readonly verdict: Verdict;
  /** The reason for a verdict other than OK. */
  readonly note: string;
  readonly ms: number;
}

/** The size of a run. */
export interface Scale {
  readonly rounds: number;
  /** The maximum message size. Larger cases are left out. */
  readonly largest: number;
}
