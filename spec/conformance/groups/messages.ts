// Group 23: sequences of messages, control frames and Close frames (RFC 6455 §5.4, §5.5, §7, §8.1).

import { fromHex } from '../../support/hex.ts';
import type { Case } from '../case.ts';
import { timeout } from '../event.ts';
import { binary, close, continuation, frame, ping, pong, text } from '../frame.ts';
import { echoed, failsStrictly, hex, numbered, send, succeeds } from './expectations.ts';

const open = { fin: false };

const begun = [
  ['text', text('a', open)],
  ['binary', binary('a', open)],
] as const;

const begins = [
  ['text (81)', text('b')],
  ['binary (82)', binary('b')],
  ['text (01)', text('b', open)],
  ['binary (02)', binary('b', open)],
] as const;

const prototypes = ['__proto__', 'constructor', '__defineGetter__', 'toString', 'hasOwnProperty'];

const mixing: readonly Case[] = numbered(
  '23.1',
  begun.flatMap(([outer, first]) =>
    begins.flatMap(([inner, second]) =>
      [false, true].map(pinged => ({
        title: `${inner} frame inside a ${outer} message${pinged ? ', after a ping' : ''}`,
        steps: [send(first, ...(pinged ? [ping('p')] : []), second)],
        expect: failsStrictly(1002, ...(pinged ? [echoed.pong('p')] : [])),
      })),
    ),
  ),
);

const messages: readonly Case[] = numbered('23.2', [
  {
    title: 'continuation frame outside a message, not UTF-8',
    steps: [send(continuation(fromHex('fffe'), open), continuation('hello'))],
    expect: failsStrictly(1002),
  },
  {
    title: 'continuation frame outside a message, header only',
    steps: [send(continuation('', { declared: 5 }))],
    expect: failsStrictly(1002),
  },
  {
    title: 'binary in two fragments',
    steps: [send(binary(fromHex('fe'), open), continuation(fromHex('ff')))],
    expect: succeeds(echoed.binary(fromHex('feff'))),
  },
  {
    title: 'binary and text that are not UTF-8',
    steps: [send(binary(fromHex('c3'), open), continuation(fromHex('28')), text(fromHex('c328')))],
    expect: failsStrictly(1007, echoed.binary(fromHex('c328'))),
  },
  {
    title: 'text of three empty fragments',
    steps: [send(text('', open), continuation('', open), continuation())],
    expect: succeeds(echoed.text('')),
  },
  {
    title: 'text with a byte order mark',
    steps: [send(text('\ufeffa'))],
    expect: succeeds(echoed.text('\ufeffa')),
  },
  {
    title: 'ASCII instead of a continuation byte in the second fragment',
    steps: [send(text(fromHex('c3'), open), continuation('a'))],
    expect: failsStrictly(1007),
  },
  {
    title: 'ping between the bytes of a code point',
    steps: [send(text(fromHex('c3'), open), ping(), continuation(fromHex('a9')))],
    expect: succeeds(echoed.pong(), echoed.text('é')),
  },
  {
    title: 'text that ends inside a code point, then the other byte as a text',
    steps: [send(text(fromHex('61c3')), text(fromHex('a9')))],
    expect: failsStrictly(1007),
  },
  {
    title: 'invalid second byte of five, then a pause (fail-fast)',
    steps: [send(text(fromHex('f490'), { declared: 5 })), { wait: 'A', ms: 1000 }, hex('808061')],
    expect: { ...failsStrictly(1007), nonStrict: [[timeout('A')]] },
  },
  {
    title: 'reserved opcode, header only',
    steps: [send(frame(3, '', { declared: 5 }))],
    expect: failsStrictly(1002),
  },
  ...['09 00', '0a 00', '08 00', '09 05'].map(header => ({
    title: `control frame without FIN, header only (${header})`,
    steps: [hex(header)],
    expect: failsStrictly(1002),
  })),
  {
    title: 'ping inside a message without FIN',
    steps: [send(text('a', open), ping('', open))],
    expect: failsStrictly(1002),
  },
  {
    title: 'reserved opcode, then a text, a ping and a Close, which are ignored',
    steps: [send(frame(3, 'a'), text('a'), ping(), close(1000))],
    expect: failsStrictly(1002),
  },
  {
    title: 'text, then a reserved opcode and another text, which is ignored',
    steps: [send(text('a'), frame(3, 'a'), text('b'))],
    expect: failsStrictly(1002, echoed.text('a')),
  },
  {
    title: 'unsolicited pongs, with names of properties as payload',
    steps: [send(...prototypes.map(name => pong(name)), pong('a'), pong('a'), text('probe'))],
    expect: succeeds(echoed.text('probe')),
  },
  {
    title: 'pings with names of properties as payload',
    steps: [send(...prototypes.map(name => ping(name)))],
    expect: succeeds(...prototypes.map(echoed.pong)),
  },
  {
    title: 'texts that are names of properties',
    steps: [send(...prototypes.map(name => text(name)))],
    expect: succeeds(...prototypes.map(echoed.text)),
  },
]);

const closes: readonly Case[] = numbered('23.3', [
  ...[1012, 1013, 1014, 3003, 4321].map(code => ({
    title: `Close with the valid code ${code}`,
    steps: [send(close(code))],
    expect: { events: [], end: { by: 'tester' as const, codes: [1000, code] } },
  })),
  ...[1015, 1017, 2999, 5000, 65_535].map(code => ({
    title: `Close with the invalid code ${code}`,
    steps: [send(close(code))],
    expect: failsStrictly(1002),
  })),
  {
    title: 'Close without a code, answered with 1000 or none',
    steps: [send(close())],
    expect: { events: [], end: { by: 'tester', codes: [undefined, 1000] } },
  },
  { title: 'Close of one byte', steps: [send(frame(8, 'a'))], expect: failsStrictly(1002) },
  {
    title: 'Close with a reason that is not UTF-8',
    steps: [send(close(1000, fromHex('c328')))],
    expect: failsStrictly([1007, 1002]),
  },
  {
    title: 'Close with a reason that ends inside a code point',
    steps: [send(close(1000, fromHex('c3')))],
    expect: failsStrictly([1007, 1002]),
  },
  {
    title: 'Close with control characters and a byte order mark in the reason',
    steps: [send(close(1000, '\x1b]\ufeff\x07'))],
    expect: succeeds(),
  },
  {
    title: 'text and ping after a Close, which are ignored',
    steps: [send(close(1000), text('a'), ping())],
    expect: succeeds(),
  },
  {
    title: 'reserved opcode after a Close, which is ignored',
    steps: [send(close(1000), frame(3, 'a'))],
    expect: succeeds(),
  },
  {
    title: 'two Close frames with different codes',
    steps: [send(close(4000), close(4001))],
    expect: answered(4000),
  },
  {
    title: 'two texts and a ping before a Close',
    steps: [send(text('one'), text('two'), ping('three'), close(1000))],
    expect: succeeds(echoed.text('one'), echoed.text('two')),
    informational: true,
    ignores: event => event === echoed.pong('three'),
  },
]);

function answered(code: number) {
  return { events: [], end: { by: 'tester' as const, codes: [code, 1000] } };
}

export const messagesAndCloses: readonly Case[] = [...mixing, ...messages, ...closes];
