// Builders of steps and expectations for the cases.

import { fromHex } from '../../support/hex.ts';
import type { Bytes } from '../bytes.ts';
import type { Case, End, Expectation, Negotiation, Step } from '../case.ts';
import { received } from '../event.ts';
import { text } from '../frame.ts';

export const hello = 'Hello, world!';

/** Expects these events, and a clean closing handshake. */
export function succeeds(...events: readonly string[]): Expectation {
  return { events, end: { by: 'tester', codes: [1000] } };
}

/** Expects these events and a failure as the Autobahn suite does: with one of the codes, or without a Close. */
export function fails(code: number | readonly number[], ...events: readonly string[]): Expectation {
  return { events, end: { by: 'endpoint', codes: [code].flat(), drop: 'OK' } };
}

/** Expects these events and a failure with one of the codes. NON-STRICT without the events, or without a Close. */
export function failsStrictly(code: number | readonly number[], ...events: readonly string[]): Expectation {
  return { events, nonStrict: [[]], end: { by: 'endpoint', codes: [code].flat(), drop: 'NON-STRICT' } };
}

export const eof: End = { by: 'eof' };

/** Expects that the endpoint refuses the handshake; a server with one of the statuses. Default: 400. */
export function refused(...status: readonly number[]): Expectation {
  return { events: [], end: { by: 'refusal', status: status.length === 0 ? [400] : status } };
}

export const echoed = {
  text: (data: string | Uint8Array): string => received('text', data),
  binary: (data: string | Uint8Array): string => received('binary', data),
  pong: (data: string | Uint8Array = ''): string => received('pong', data),
};

/** Sends frames in one chunk. */
export function send(...frames: readonly Bytes[]): Step {
  return { send: frames };
}

/** Sends each frame in a chunk of its own. */
export function sync(...frames: readonly Bytes[]): Step {
  return { send: frames, by: 'piece' };
}

/** Sends each byte in a chunk of its own. */
export function byteWise(...frames: readonly Bytes[]): Step {
  return { send: frames, by: 1 };
}

/** A message, and the event of its echo. */
export const probe: { readonly step: Step; readonly event: string } = {
  step: send(text('probe')),
  event: echoed.text('probe'),
};

/** permessage-deflate without parameters. */
export const plainDeflate: Negotiation = {
  offer: 'permessage-deflate',
  answer: offer => (offer.includes('permessage-deflate') ? 'permessage-deflate' : undefined),
};

/** Adds consecutive ids to cases: `start.1`, `start.2`, … */
export function numbered(start: string, cases: readonly Omit<Case, 'id'>[]): readonly Case[] {
  return cases.map((test, index) => ({ id: `${start}.${index + 1}`, ...test }));
}

/** Sends frames written in hex, unmasked. Spaces are ignored. */
export function hex(...frames: readonly string[]): Step {
  return { send: frames.map(fromHex) };
}

/** Expects that the handshake succeeds, and that the endpoint then echoes a message. */
export const echoesProbe: Pick<Case, 'steps' | 'expect'> = {
  steps: [probe.step],
  expect: succeeds(probe.event),
};
