// A case is data: the bytes that the tester sends, and the events that it must see. Frames are written unmasked, for both roles.

import type { Bytes } from './bytes.ts';
import type { HeadEdits } from './handshake.ts';
import type { Tester } from './tester.ts';

export type Role = 'client' | 'server';

/** The options of the endpoint under test that differ from its defaults. */
export interface EndpointOptions {
  readonly maxMessageBytes?: number;
  /** The subprotocols that it offers or supports. */
  readonly protocols?: readonly string[];
}

export type Step =
  /** Writes all at once, piece by piece ("sync"), or in chops of this many bytes. */
  | { readonly send: readonly Bytes[]; readonly by?: 'piece' | number }
  /** Writes bytes as they are: they are not masked, and the tester does not keep track of them. */
  | { readonly raw: Bytes }
  /** Waits while the connection is open, and notes an event afterwards. */
  | { readonly wait: string; readonly ms: number }
  /** Waits for this number of events, or for this event. */
  | { readonly until: number | string }
  | Rounds
  /** Stops or resumes reading. */
  | { readonly reading: boolean }
  | Flood
  /** Ends our direction, or destroys the connection. */
  | { readonly end: 'fin' | 'drop' };

/** Sends each message after the echo of the previous one. */
export interface Rounds {
  readonly rounds: number;
  readonly message: (index: number) => Message;
  /** The payload bytes of a frame, after compression; 0: one frame. */
  readonly fragment?: number;
}

/** Repeats the piece until the endpoint accepts no more for a second, then reads again. */
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
  /** The tester closes, with 1000 unless the steps have closed; the endpoint must answer with one of the codes. */
  | { readonly by: 'tester'; readonly codes: readonly (number | undefined)[] }
  /** The endpoint fails the connection; `drop`: the verdict if it does so without a Close. */
  | {
      readonly by: 'endpoint';
      readonly codes: readonly number[];
      readonly drop: 'OK' | 'NON-STRICT' | 'FAILED';
    }
  /** The tester has ended the stream, and so must the endpoint, with or without a Close. */
  | { readonly by: 'eof' }
  /** The opening handshake fails: a server must answer with one of the statuses, a client must disconnect. */
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
  /** The case requires permessage-deflate. If the endpoint does not negotiate it, the case is UNIMPLEMENTED. */
  readonly deflate?: Negotiation;
  /** Checks more than the events, and returns the fault. */
  readonly check?: (tester: Tester) => string | undefined;
  /** Events that are ignored. */
  readonly ignores?: (event: string) => boolean;
  readonly informational?: boolean;
  /** The time that the tester waits for the expected events. */
  readonly patienceMs?: number;
  /** Whether it runs alone, because it loads the machine. */
  readonly alone?: boolean;
}

export interface Handshake {
  readonly edits?: HeadEdits;
  /** Frames in the same write as the head. */
  readonly glued?: readonly Bytes[];
  /** Writes the head and the frames after it in chops of this many bytes. */
  readonly chop?: number;
  /** Writes them in two parts, cut this many bytes after the end of the head, or before it. */
  readonly cut?: number;
  /** Sends only this many bytes of the head, and no frames. */
  readonly only?: number;
}

/** The tester's part in the negotiation of permessage-deflate. */
export interface Negotiation {
  /** The offer, where the tester is the client. */
  readonly offer: string;
  /** The answer to an offer, if the tester is the server; undefined: the offer does not allow what the case requires. */
  readonly answer: (offer: string) => string | undefined;
  /** The case requires that the tester's window is kept. */
  readonly takeover?: boolean;
}

export type Verdict = 'OK' | 'NON-STRICT' | 'FAILED' | 'INFORMATIONAL' | 'UNIMPLEMENTED';

export interface Result {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** The reason if it is not OK. */
  readonly note: string;
  readonly ms: number;
}

/** The size of a run. */
export interface Scale {
  readonly rounds: number;
  /** The limit of messages and transfers; larger cases are left out. */
  readonly largest: number;
}
