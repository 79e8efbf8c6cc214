// The vocabulary of the cases: named builders for what is sent and expected.

import { type Bytes, fromHex } from '../bytes.ts';
import type { Case, End, Expectation, Negotiation, Step } from '../case.ts';
import { received } from '../event.ts';
import { text } from '../frame.ts';

export const hello = 'Hello, world!';

/** These messages come back, and the closing handshake is clean. */
export function good(...events: readonly string[]): Expectation {
  return { events, end: { by: 'tester', codes: [1000] } };
}

/** As the Autobahn suite judges a failure: the code, or a drop. */
export function fails(code: number | readonly number[], ...events: readonly string[]): Expectation {
  return { events, end: { by: 'endpoint', codes: [code].flat(), drop: 'OK' } };
}

/** As we judge it: neither a failure without a Close nor the loss of what came before it is strict. */
export function failsBy(code: number | readonly number[], ...events: readonly string[]): Expectation {
  return { events, nonStrict: [[]], end: { by: 'endpoint', codes: [code].flat(), drop: 'NON-STRICT' } };
}

export const eof: End = { by: 'eof' };

/** The endpoint does not open: a server answers by one of the statuses, 400 unless stated. */
export function refused(...status: readonly number[]): Expectation {
  return { events: [], end: { by: 'refusal', status: status.length === 0 ? [400] : status } };
}

export const echoed = {
  text: (data: string | Uint8Array): string => received('text', data),
  binary: (data: string | Uint8Array): string => received('binary', data),
  pong: (data: string | Uint8Array = ''): string => received('pong', data),
};

export function send(...frames: readonly Bytes[]): Step {
  return { send: frames };
}

/** Each piece flushed before the next. */
export function sync(...frames: readonly Bytes[]): Step {
  return { send: frames, by: 'piece' };
}

export function byteWise(...frames: readonly Bytes[]): Step {
  return { send: frames, by: 1 };
}

/** A message that shows that the connection works. */
export const probe: { readonly step: Step; readonly event: string } = {
  step: send(text('probe')),
  event: echoed.text('probe'),
};

/** permessage-deflate without parameters. */
export const plainDeflate: Negotiation = {
  offer: 'permessage-deflate',
  answer: offer => (offer.includes('permessage-deflate') ? 'permessage-deflate' : undefined),
};

/** Cases without numbers get them in order: `start`.1, `start`.2, … */
export function numbered(start: string, cases: readonly Omit<Case, 'id'>[]): readonly Case[] {
  return cases.map((test, index) => ({ id: `${start}.${index + 1}`, ...test }));
}

/** Frames in hex, as attacks.md writes them: unmasked, blanks for the reader. */
export function hex(...frames: readonly string[]): Step {
  return { send: frames.map(fromHex) };
}

/** The handshake opens a connection that works. */
export const works: Pick<Case, 'steps' | 'expect'> = { steps: [probe.step], expect: good(probe.event) };
