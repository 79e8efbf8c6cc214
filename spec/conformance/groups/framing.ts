// Autobahn groups 1 to 4: framing, ping and pong, reserved bits, reserved opcodes.

import { fromHex } from '../../support/hex.ts';
import { fill } from '../bytes.ts';
import type { Case, Step } from '../case.ts';
import { binary, close, frame, ping, pong, text } from '../frame.ts';
import { byteWise, echoed, fails, hello, numbered, send, succeeds, sync } from './expectations.ts';

const lengths: readonly [length: number, chunkBytes?: number][] = [
  [0],
  [125],
  [126],
  [127],
  [128],
  [65_535],
  [65_536],
  [65_536, 997],
];

export const messages: readonly Case[] = lengths.flatMap(([length, chunkBytes], index) => {
  const stars = fill('*', length);
  const byte = fill(fromHex('fe'), length);
  const title = `of ${length} bytes${chunkBytes ? ` in chunks of ${chunkBytes}` : ''}`;
  const by = chunkBytes === undefined ? {} : { by: chunkBytes };
  return [
    {
      id: `1.1.${index + 1}`,
      title: `text ${title}`,
      steps: [{ send: [text(stars)], ...by }],
      expect: succeeds(echoed.text(stars)),
    },
    {
      id: `1.2.${index + 1}`,
      title: `binary ${title}`,
      steps: [{ send: [binary(byte)], ...by }],
      expect: succeeds(echoed.binary(byte)),
    },
  ];
});

const odd = fromHex('00fffefdfcfb00ff');
const many = Array.from({ length: 10 }, (_, index) => `payload-${index}`);
const full = fill(fromHex('fe'), 125);
const unsolicited = pong('unsolicited pong payload');

export const pings: readonly Case[] = numbered('2', [
  { title: 'empty ping', steps: [send(ping())], expect: succeeds(echoed.pong()) },
  { title: 'ping with text', steps: [send(ping(hello))], expect: succeeds(echoed.pong(hello)) },
  {
    title: 'ping with bytes that are not UTF-8',
    steps: [send(ping(odd))],
    expect: succeeds(echoed.pong(odd)),
  },
  { title: 'ping of 125 bytes', steps: [send(ping(full))], expect: succeeds(echoed.pong(full)) },
  { title: 'ping of 126 bytes', steps: [send(ping(fill(fromHex('fe'), 126)))], expect: fails(1002) },
  {
    title: 'ping of 125 bytes, byte by byte',
    steps: [byteWise(ping(full))],
    expect: succeeds(echoed.pong(full)),
  },
  { title: 'unsolicited empty pong', steps: [send(pong())], expect: succeeds() },
  { title: 'unsolicited pong', steps: [send(unsolicited)], expect: succeeds() },
  {
    title: 'unsolicited pong, then ping',
    steps: [send(unsolicited, ping('ping payload'))],
    expect: succeeds(echoed.pong('ping payload')),
  },
  {
    title: 'ten pings',
    steps: [send(...many.map(name => ping(name)))],
    expect: succeeds(...many.map(echoed.pong)),
  },
  {
    title: 'ten pings, byte by byte',
    steps: [byteWise(...many.map(name => ping(name)))],
    expect: succeeds(...many.map(echoed.pong)),
  },
]);

/** Expects the echo of the first message and then a failure with 1002. NON-STRICT without the echo. */
const failsAfterEcho = { ...fails(1002, echoed.text(hello)), nonStrict: [[]] };

export const reservedBits: readonly Case[] = numbered('3', [
  { title: 'text with RSV 1', steps: [send(text(hello, { rsv: 1 }))], expect: fails(1002) },
  { title: 'text, text with RSV 2, ping', steps: [send(...between(2))], expect: failsAfterEcho },
  {
    title: 'text, text with RSV 3, ping, frame by frame',
    steps: [sync(...between(3))],
    expect: failsAfterEcho,
  },
  {
    title: 'text, text with RSV 4, ping, byte by byte',
    steps: [byteWise(...between(4))],
    expect: failsAfterEcho,
  },
  { title: 'binary with RSV 5', steps: [send(binary(odd, { rsv: 5 }))], expect: fails(1002) },
  { title: 'binary with RSV 6', steps: [send(binary(hello, { rsv: 6 }))], expect: fails(1002) },
  { title: 'Close with RSV 7', steps: [send(close(1000, '', { rsv: 7 }))], expect: fails(1002) },
]);

function between(rsv: number) {
  return [text(hello), text(hello, { rsv }), ping()];
}

export const reservedOpcodes: readonly Case[] = [3, 11].flatMap((first, index) => {
  const after = (step: (...frames: ReturnType<typeof between>) => Step, opcode: number, payload = '') =>
    step(text(hello), frame(opcode, payload), ping());
  return [
    { steps: [send(frame(first))], expect: fails(1002) },
    { steps: [send(frame(first + 1, 'reserved opcode payload'))], expect: fails(1002) },
    { steps: [after(send, first + 2)], expect: failsAfterEcho },
    { steps: [after(send, first + 3, hello)], expect: failsAfterEcho },
    { steps: [after(byteWise, first + 4, hello)], expect: failsAfterEcho },
  ].map((test, at) => ({ id: `4.${index + 1}.${at + 1}`, title: `reserved opcode ${first + at}`, ...test }));
});
