// A case is data: what the tester sends, and what it must see. Frames are written unmasked, for both roles.

import type { Bytes } from './bytes.ts';
import type { HeadEdits } from './handshake.ts';
import type { Tester } from './tester.ts';

export type Role = 'client' | 'server';

/** What the endpoint under test is asked for, besides its defaults. */
export interface EndpointOptions {
  readonly maxMessageBytes?: number;
  /** Subprotocols that it offers, or supports. */
  readonly protocols?: readonly string[];
}

export type Step =
  /** Writes: all at once, piece by piece ("sync"), or in chops of so many bytes. */
  | { readonly send: readonly Bytes[]; readonly by?: 'piece' | number }
  /** Writes bytes as they are: no masking, and the tester's own bookkeeping does not see them. */
  | { readonly raw: Bytes }
  /** Waits while the endpoint is there; noted as an event once it is over. */
  | { readonly wait: string; readonly ms: number }
  /** Waits until so many events have come, or this one. */
  | { readonly until: number | string }
  | Rounds
  /** Stops or goes on reading. */
  | { readonly reading: boolean }
  | Flood
  /** Ends our direction, or drops the connection. */
  | { readonly end: 'fin' | 'drop' };

/** Sends each message after the echo of the one before. */
export interface Rounds {
  readonly rounds: number;
  readonly message: (index: number) => Message;
  /** Bytes of payload in a frame, compressed where it is compressed; 0: one frame. */
  readonly fragment?: number;
}

/** Writes the piece over and over until the endpoint takes no more for a second, then reads again. */
export interface Flood {
  readonly flood: Bytes;
  readonly times: number;
}

export interface Message {
  readonly type: 'text' | 'binary';
  readonly data: Bytes;
}

/** How the connection has to end. */
export type End =
  /** The tester closes, with 1000 unless the steps have closed; the endpoint answers by one of the codes. */
  | { readonly by: 'tester'; readonly codes: readonly (number | undefined)[] }
  /** The endpoint fails the connection; `drop`: what it is worth when it does so without a Close. */
  | {
      readonly by: 'endpoint';
      readonly codes: readonly number[];
      readonly drop: 'OK' | 'NON-STRICT' | 'FAILED';
    }
  /** The tester has ended the stream: so does the endpoint, with or without a Close. */
  | { readonly by: 'eof' }
  /** The opening handshake fails: a server answers by one of the statuses, a client hangs up. */
  | { readonly by: 'refusal'; readonly status: readonly number[] };

export interface Expectation {
  readonly events: readonly string[];
  /** Other lists of events, which are NON-STRICT. */
  readonly nonStrict?: readonly (readonly string[])[];
  readonly end: End;
}

export interface Case {
  readonly id: string;
  readonly title: string;
  readonly expect: Expectation;
  readonly steps: readonly Step[];
  /** The role that the endpoint must have; absent: both. */
  readonly role?: Role;
  readonly endpoint?: EndpointOptions;
  readonly handshake?: Handshake;
  /** permessage-deflate has to be agreed; where the endpoint does not, the case is UNIMPLEMENTED. */
  readonly deflate?: Negotiation;
  /** What the events do not show; gives the fault. */
  readonly check?: (tester: Tester) => string | undefined;
  /** Events that are neither noted nor compared. */
  readonly ignores?: (event: string) => boolean;
  readonly informational?: boolean;
  /** How long the tester waits for what it expects. */
  readonly patienceMs?: number;
  /** Runs alone, since it loads the machine. */
  readonly alone?: boolean;
}

export interface Handshake {
  readonly edits?: HeadEdits;
  /** Frames in the same write as the head. */
  readonly glued?: readonly Bytes[];
  /** Writes the head, and what is glued to it, in chops of so many bytes. */
  readonly chop?: number;
  /** Writes it in two parts, cut so many bytes behind the head, or before its end. */
  readonly cut?: number;
  /** Sends only so many bytes of the head, and no frames. */
  readonly only?: number;
}

/** The tester's part in agreeing on permessage-deflate. */
export interface Negotiation {
  /** The offer, where the tester is the client. */
  readonly offer: string;
  /** The answer to an offer, where the tester is the server; undefined: the offer does not allow what the case asks. */
  readonly answer: (offer: string) => string | undefined;
  /** The case needs the tester's window to be kept. */
  readonly takeover?: boolean;
}

export type Verdict = 'OK' | 'NON-STRICT' | 'FAILED' | 'INFORMATIONAL' | 'UNIMPLEMENTED';

export interface Result {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** Why it is not OK. */
  readonly note: string;
  readonly ms: number;
}

/** The size of a run. */
export interface Scale {
  readonly rounds: number;
  /** Messages and transfers beyond it are left out. */
  readonly largest: number;
}
