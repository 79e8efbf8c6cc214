// Group 23: what messages, control frames and Closes do to one another (RFC 6455 §5.4, §5.5, §7, §8.1).

import { fromHex } from '../bytes.ts';
import type { Case } from '../case.ts';
import { timeout } from '../event.ts';
import { binary, close, continuation, frame, ping, pong, text } from '../frame.ts';
import { echoed, failsBy, good, hex, numbered, send } from './expectations.ts';

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
        title: `${inner} inside a ${outer}${pinged ? ', after a ping' : ''}`,
        steps: [send(first, ...(pinged ? [ping('p')] : []), second)],
        expect: failsBy(1002, ...(pinged ? [echoed.pong('p')] : [])),
      })),
    ),
  ),
);

const messages: readonly Case[] = numbered('23.2', [
  {
    title: 'continuation of nothing with bytes that are no UTF-8',
    steps: [send(continuation(fromHex('fffe'), open), continuation('hello'))],
    expect: failsBy(1002),
  },
  {
    title: 'continuation of nothing, header alone',
    steps: [send(continuation('', { declared: 5 }))],
    expect: failsBy(1002),
  },
  {
    title: 'binary in fragments stays binary',
    steps: [send(binary(fromHex('fe'), open), continuation(fromHex('ff')))],
    expect: good(echoed.binary(fromHex('feff'))),
  },
  {
    title: 'binary in fragments is not checked for UTF-8, the text after it is',
    steps: [send(binary(fromHex('c3'), open), continuation(fromHex('28')), text(fromHex('c328')))],
    expect: failsBy(1007, echoed.binary(fromHex('c328'))),
  },
  {
    title: 'empty fragments only',
    steps: [send(text('', open), continuation('', open), continuation())],
    expect: good(echoed.text('')),
  },
  {
    title: 'a byte order mark is text',
    steps: [send(text('\ufeffa'))],
    expect: good(echoed.text('\ufeffa')),
  },
  {
    title: 'ASCII where a continuation byte must stand, in the next fragment',
    steps: [send(text(fromHex('c3'), open), continuation('a'))],
    expect: failsBy(1007),
  },
  {
    title: 'a code point split by a ping',
    steps: [send(text(fromHex('c3'), open), ping(), continuation(fromHex('a9')))],
    expect: good(echoed.pong(), echoed.text('é')),
  },
  {
    title: 'a code point that the message leaves unfinished, then another message',
    steps: [send(text(fromHex('61c3')), text(fromHex('a9')))],
    expect: failsBy(1007),
  },
  {
    title: 'fails at the second byte of five (fail-fast)',
    steps: [send(text(fromHex('f490'), { declared: 5 })), { wait: 'A', ms: 1000 }, hex('808061')],
    expect: { ...failsBy(1007), nonStrict: [[timeout('A')]] },
  },
  {
    title: 'reserved opcode, header alone',
    steps: [send(frame(3, '', { declared: 5 }))],
    expect: failsBy(1002),
  },
  ...['09 00', '0a 00', '08 00', '09 05'].map(header => ({
    title: `control frame without FIN, header alone: ${header}`,
    steps: [hex(header)],
    expect: failsBy(1002),
  })),
  {
    title: 'ping inside a message without FIN',
    steps: [send(text('a', open), ping('', open))],
    expect: failsBy(1002),
  },
  {
    title: 'nothing is read after a failure',
    steps: [send(frame(3, 'a'), text('a'), ping(), close(1000))],
    expect: failsBy(1002),
  },
  {
    title: 'a message before a failure is delivered',
    steps: [send(text('a'), frame(3, 'a'), text('b'))],
    expect: failsBy(1002, echoed.text('a')),
  },
  {
    title: 'unsolicited pongs, named like properties',
    steps: [send(...prototypes.map(name => pong(name)), pong('a'), pong('a'), text('probe'))],
    expect: good(echoed.text('probe')),
  },
  {
    title: 'pings named like properties',
    steps: [send(...prototypes.map(name => ping(name)))],
    expect: good(...prototypes.map(echoed.pong)),
  },
  {
    title: 'texts named like properties',
    steps: [send(...prototypes.map(name => text(name)))],
    expect: good(...prototypes.map(echoed.text)),
  },
]);

const closes: readonly Case[] = numbered('23.3', [
  ...[1012, 1013, 1014, 3003, 4321].map(code => ({
    title: `code ${code}`,
    steps: [send(close(code))],
    expect: { events: [], end: { by: 'tester' as const, codes: [1000, code] } },
  })),
  ...[1015, 1017, 2999, 5000, 65_535].map(code => ({
    title: `code ${code} must not be sent`,
    steps: [send(close(code))],
    expect: failsBy(1002),
  })),
  {
    title: 'empty Close: no code comes back that must not be sent',
    steps: [send(close())],
    expect: { events: [], end: { by: 'tester', codes: [undefined, 1000] } },
  },
  { title: 'Close of one byte', steps: [send(frame(8, 'a'))], expect: failsBy(1002) },
  {
    title: 'reason that is no UTF-8',
    steps: [send(close(1000, fromHex('c328')))],
    expect: failsBy([1007, 1002]),
  },
  {
    title: 'reason that stops inside a code point',
    steps: [send(close(1000, fromHex('c3')))],
    expect: failsBy([1007, 1002]),
  },
  {
    title: 'reason with escape sequences and a byte order mark',
    steps: [send(close(1000, '\x1b]\ufeff\x07'))],
    expect: good(),
  },
  {
    title: 'data and ping after a Close',
    steps: [send(close(1000), text('a'), ping())],
    expect: good(),
  },
  { title: 'a breach after a Close', steps: [send(close(1000), frame(3, 'a'))], expect: good() },
  {
    title: 'a second Close with another code',
    steps: [send(close(4000), close(4001))],
    expect: answered(4000),
  },
  {
    title: 'messages before the Close come back before the reply',
    steps: [send(text('one'), text('two'), ping('three'), close(1000))],
    expect: good(echoed.text('one'), echoed.text('two')),
    informational: true,
    ignores: event => event === echoed.pong('three'),
  },
]);

function answered(code: number) {
  return { events: [], end: { by: 'tester' as const, codes: [code, 1000] } };
}

export const messagesAndCloses: readonly Case[] = [...mixing, ...messages, ...closes];
