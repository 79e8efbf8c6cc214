// Autobahn group 7: the closing handshake.

import { fromHex } from '../../support/hex.ts';
import { fill, join } from '../bytes.ts';
import type { Case, Expectation } from '../case.ts';
import { close, continuation, frame, ping, text } from '../frame.ts';
import { echoed, fails, send, succeeds } from './expectations.ts';

const world = 'Hello World!';
const surrogate = join([fromHex('cebae1bdb9cf83cebcceb5'), fromHex('eda080'), fromHex('656469746564')]);
const large = fill('BAsd7&jh23', 256 * 1024);

/** Expects a clean close with one of these codes in the reply; `undefined` for a Close without a code. */
function answered(...codes: readonly (number | undefined)[]): Expectation {
  return { events: [], end: { by: 'tester', codes } };
}

const order: readonly Case[] = [
  {
    id: '7.1.1',
    title: 'text, Close',
    steps: [send(text(world), close(1000))],
    expect: succeeds(echoed.text(world)),
  },
  { id: '7.1.2', title: 'two Close frames', steps: [send(close(1000), close())], expect: succeeds() },
  { id: '7.1.3', title: 'Close, then ping', steps: [send(close(1000), ping())], expect: succeeds() },
  { id: '7.1.4', title: 'Close, then text', steps: [send(close(1000), text(world))], expect: succeeds() },
  {
    id: '7.1.5',
    title: 'Close between two fragments of a message',
    steps: [send(text('fragment1', { fin: false }), close(1000), continuation('fragment2'))],
    expect: succeeds(),
  },
  {
    id: '7.1.6',
    title: 'text of 256 KiB, text, Close, ping',
    steps: [send(text(large), text(world), close(1000), ping())],
    expect: succeeds(echoed.text(large), echoed.text(world)),
    informational: true,
  },
];

const bodies: readonly Case[] = [
  { id: '7.3.1', title: 'empty Close', steps: [send(close())], expect: answered(undefined, 1000) },
  { id: '7.3.2', title: 'Close of one byte', steps: [send(frame(8, fromHex('61')))], expect: fails(1002) },
  { id: '7.3.3', title: 'Close with a code', steps: [send(close(1000))], expect: succeeds() },
  { id: '7.3.4', title: 'Close with a reason', steps: [send(close(1000, world))], expect: succeeds() },
  {
    id: '7.3.5',
    title: 'Close with a reason of 123 bytes',
    steps: [send(close(1000, fill('*', 123)))],
    expect: succeeds(),
  },
  {
    id: '7.3.6',
    title: 'Close of 126 bytes',
    steps: [send(close(1000, fill('*', 124)))],
    expect: fails(1002),
  },
  {
    id: '7.5.1',
    title: 'Close with a reason that is not UTF-8',
    steps: [send(close(1000, surrogate))],
    expect: fails([1002, 1007]),
  },
];

const valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const invalid = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const undefinedCodes = [5000, 65_535];

const codes: readonly Case[] = [
  ...valid.map((code, index) => ({
    id: `7.7.${index + 1}`,
    title: `Close with the valid code ${code}`,
    steps: [send(close(code))],
    expect: answered(1000, code),
  })),
  ...invalid.map((code, index) => ({
    id: `7.9.${index + 1}`,
    title: `Close with the invalid code ${code}`,
    steps: [send(close(code))],
    expect: fails(1002),
  })),
  ...undefinedCodes.map((code, index) => ({
    id: `7.13.${index + 1}`,
    title: `Close with the undefined code ${code}`,
    steps: [send(close(code))],
    expect: answered(1000, 1002, code),
    informational: true,
  })),
];

export const closing: readonly Case[] = [...order, ...bodies, ...codes];
