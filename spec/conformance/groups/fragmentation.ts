// Autobahn group 5: fragmentation. Group 10: a message in frames of 1,300 bytes.

import { type Bytes, fill } from '../bytes.ts';
import type { Case } from '../case.ts';
import { timeout } from '../event.ts';
import { continuation, fragments, ping, pong, text } from '../frame.ts';
import { byteWise, echoed, fails, hello, numbered, send, succeeds, sync } from './expectations.ts';

const open = { fin: false };
const both = 'fragment1fragment2';
const stray = 'non-continuation payload';

const inTwo = [text('fragment1', open), continuation('fragment2')];
const aroundPing = [text('fragment1', open), ping('ping payload'), continuation('fragment2')];
const strayEnd = [continuation(stray), text(hello)];
const strayStart = [continuation(stray, open), text(hello)];
const afterComplete = [...inTwo, continuation('fragment3', open), text('fragment4')];
const twice = (frames: Bytes[]) => [...frames, ...frames];
const firstHalf = [text('fragment1', open), continuation('fragment2', open), ping('pongme 1!')];
const secondHalf = [
  continuation('fragment3', open),
  continuation('fragment4', open),
  ping('pongme 2!'),
  continuation('fragment5'),
];
const fiveWithWait = succeeds(
  echoed.pong('pongme 1!'),
  timeout('A'),
  echoed.pong('pongme 2!'),
  echoed.text('fragment1fragment2fragment3fragment4fragment5'),
);
const failsAfterEcho = { ...fails(1002, echoed.text(both)), nonStrict: [[]] };
const wait = { wait: 'A', ms: 1000 };

const writes: readonly (readonly [write: typeof send, how: string])[] = [
  [send, 'one chunk'],
  [sync, 'frame by frame'],
  [byteWise, 'byte by byte'],
];

export const fragmentation: readonly Case[] = numbered('5', [
  {
    title: 'fragmented ping',
    steps: [send(ping('fragment1', open), continuation('fragment2'))],
    expect: fails(1002),
  },
  {
    title: 'fragmented pong',
    steps: [send(pong('fragment1', open), continuation('fragment2'))],
    expect: fails(1002),
  },
  ...writes.map(([write, how]) => ({
    title: `text in two fragments, ${how}`,
    steps: [write(...inTwo)],
    expect: succeeds(echoed.text(both)),
  })),
  ...writes.map(([write, how]) => ({
    title: `ping between two fragments, ${how}`,
    steps: [write(...aroundPing)],
    expect: succeeds(echoed.pong('ping payload'), echoed.text(both)),
  })),
  ...[strayEnd, strayStart].flatMap((frames, index) =>
    writes.map(([write, how]) => ({
      title: `continuation frame with FIN ${1 - index} outside a message, then text, ${how}`,
      steps: [write(...frames)],
      expect: fails(1002),
    })),
  ),
  {
    title: 'text in two fragments, continuation frame outside a message, text',
    steps: [send(...afterComplete)],
    expect: failsAfterEcho,
  },
  {
    title: 'continuation frame with FIN 0 outside a message, text in two fragments, both twice',
    steps: [
      send(...twice([continuation('fragment1', open), text('fragment2', open), continuation('fragment3')])),
    ],
    expect: fails(1002),
  },
  {
    title: 'continuation frame with FIN 1 outside a message, text in two fragments, both twice',
    steps: [send(...twice([continuation('fragment1'), text('fragment2', open), continuation('fragment3')]))],
    expect: fails(1002),
  },
  {
    title: 'new text inside a text',
    steps: [send(text('fragment1', open), text('fragment2'))],
    expect: fails(1002),
  },
  {
    title: 'five fragments with two pings and a pause between them, two chunks',
    steps: [send(...firstHalf), wait, send(...secondHalf)],
    expect: fiveWithWait,
  },
  {
    title: 'five fragments with two pings and a pause between them, frame by frame',
    steps: [sync(...firstHalf), wait, sync(...secondHalf)],
    expect: fiveWithWait,
  },
]);

const stars = fill('*', 65_536);

export const autoFragmentation: readonly Case[] = [
  {
    id: '10.1.1',
    title: 'text of 65,536 bytes in frames of 1,300',
    steps: [send(...fragments(1, stars, 1300))],
    expect: succeeds(echoed.text(stars)),
    timeoutMs: 10_000,
  },
];
