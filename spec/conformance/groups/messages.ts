// Group 23: what messages, control frames and Closes do to one another (RFC 6455 §5.4, §5.5, §7, §8.1).

import { fromHex } from '../bytes.ts';
import type { Case } from '../case.ts';
import { timeout } from '../event.ts';
import { close, ping, pong, text } from '../frame.ts';
import { echoed, failsBy, good, hex, numbered, send } from './expectations.ts';

const names: Readonly<Record<string, string>> = { 1: 'text', 2: 'binary' };
const mixtures = ['01', '02'].flatMap(first =>
  ['81', '82', '01', '02'].map(second => [first, second] as const),
);

const prototypes = ['__proto__', 'constructor', '__defineGetter__', 'toString', 'hasOwnProperty'];

const mixing: readonly Case[] = numbered(
  '23.1',
  mixtures.flatMap(([first, second]) =>
    ['', '89 01 70'].map(between => ({
      title: `${names[second[1]!]} (${second}) inside a ${names[first[1]!]}${between && ', after a ping'}`,
      steps: [hex(`${first} 01 61`, between, `${second} 01 62`)],
      expect: failsBy(1002, ...(between ? [echoed.pong('p')] : [])),
    })),
  ),
);

const messages: readonly Case[] = numbered('23.2', [
  {
    title: 'continuation of nothing with bytes that are no UTF-8',
    steps: [hex('00 02 fffe', '80 05 68656c6c6f')],
    expect: failsBy(1002),
  },
  { title: 'continuation of nothing, header alone', steps: [hex('80 05')], expect: failsBy(1002) },
  {
    title: 'binary in fragments stays binary',
    steps: [hex('02 01 fe', '80 01 ff')],
    expect: good(echoed.binary(fromHex('feff'))),
  },
  {
    title: 'binary in fragments is not checked for UTF-8, the text after it is',
    steps: [hex('02 01 c3', '80 01 28', '81 02 c328')],
    expect: failsBy(1007, echoed.binary(fromHex('c328'))),
  },
  { title: 'empty fragments only', steps: [hex('01 00', '00 00', '80 00')], expect: good(echoed.text('')) },
  {
    title: 'a byte order mark is text',
    steps: [hex('81 04 efbbbf61')],
    expect: good(echoed.text(fromHex('efbbbf61'))),
  },
  {
    title: 'ASCII where a continuation byte must stand, in the next fragment',
    steps: [hex('01 01 c3', '80 01 61')],
    expect: failsBy(1007),
  },
  {
    title: 'a code point split by a ping',
    steps: [hex('01 01 c3', '89 00', '80 01 a9')],
    expect: good(echoed.pong(), echoed.text('é')),
  },
  {
    title: 'a code point that the message leaves unfinished, then another message',
    steps: [hex('81 02 61c3', '81 01 a9')],
    expect: failsBy(1007),
  },
  {
    title: 'fails at the second byte of five (fail-fast)',
    steps: [hex('81 05 f490'), { wait: 'A', ms: 1000 }, hex('808061')],
    expect: { ...failsBy(1007), nonStrict: [[timeout('A')]] },
  },
  { title: 'reserved opcode, header alone', steps: [hex('83 05')], expect: failsBy(1002) },
  ...['09 00', '0a 00', '08 00', '09 05'].map(frame => ({
    title: `control frame without FIN, header alone: ${frame}`,
    steps: [hex(frame)],
    expect: failsBy(1002),
  })),
  { title: 'ping inside a message without FIN', steps: [hex('01 01 61', '09 00')], expect: failsBy(1002) },
  {
    title: 'nothing is read after a failure',
    steps: [hex('83 01 61', '81 01 61', '89 00', '88 02 03e8')],
    expect: failsBy(1002),
  },
  {
    title: 'a message before a failure is delivered',
    steps: [hex('81 01 61', '83 01 61', '81 01 62')],
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
    steps: [hex('88 00')],
    expect: { events: [], end: { by: 'tester', codes: [undefined, 1000] } },
  },
  { title: 'Close of one byte', steps: [hex('88 01 61')], expect: failsBy(1002) },
  { title: 'reason that is no UTF-8', steps: [hex('88 04 03e8 c328')], expect: failsBy([1007, 1002]) },
  {
    title: 'reason that stops inside a code point',
    steps: [hex('88 03 03e8 c3')],
    expect: failsBy([1007, 1002]),
  },
  {
    title: 'reason with escape sequences and a byte order mark',
    steps: [hex('88 08 03e8 1b5d efbbbf 07')],
    expect: good(),
  },
  {
    title: 'data and ping after a Close',
    steps: [hex('88 02 03e8', '81 01 61', '89 00')],
    expect: good(),
  },
  { title: 'a breach after a Close', steps: [hex('88 02 03e8', '83 01 61')], expect: good() },
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
