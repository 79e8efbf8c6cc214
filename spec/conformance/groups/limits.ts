// Group 28: limits, bombs, and peers that flood or do not read (attacks.md 1A, 1B). The limit is 1 MiB where it counts.

import { constants, deflateRawSync } from 'node:zlib';
import { type Bytes, fill, join } from '../bytes.ts';
import type { Case } from '../case.ts';
import { timeout } from '../event.ts';
import { binary, close, continuation, fragments, frame, ping, pong, text } from '../frame.ts';
import { deflated } from './deflate-data.ts';
import { echoed, eof, failsBy, good, numbered, plainDeflate, probe, send } from './expectations.ts';

const Mi = 1024 * 1024;
const endpoint = { maxMessageBytes: Mi };
const deflate = plainDeflate;
const open = { fin: false };
const zeros = (length: number): Bytes => new Uint8Array(length);
const stars = (length: number): Bytes => fill('*', length);
const compressed = (payload: Bytes): Bytes => frame(2, payload, { rsv: 4 });

/** 256 MiB of zeros: a mebibyte is flushed at a byte's boundary, so that it can be repeated. */
const mebibyte = deflateRawSync(zeros(Mi), { finishFlush: constants.Z_SYNC_FLUSH });
const bomb = fill(mebibyte, 256 * mebibyte.length - 4);

const sizes: readonly Omit<Case, 'id'>[] = [-2, -1, 0, 1, 2, 3].flatMap(more => {
  const title = `1 MiB ${more < 0 ? '-' : '+'} ${Math.abs(more)}`;
  const message = stars(Mi + more);
  const payload = deflated(message);
  const expect = more <= 0 ? good(echoed.binary(message)) : failsBy(1009);
  return [
    { title: `${title}, one frame`, endpoint, steps: [send(binary(message))], expect },
    { title: `${title}, fragments`, endpoint, steps: [send(...fragments(2, message, 65_536))], expect },
    { title: `${title}, compressed`, endpoint, deflate, steps: [send(compressed(payload))], expect },
    {
      title: `${title}, compressed, byte-wise`,
      endpoint,
      deflate,
      steps: [{ send: [compressed(payload)], by: 1 }],
      expect,
    },
  ];
});

const headers: readonly Omit<Case, 'id'>[] = [
  {
    title: 'one byte beyond the limit, header alone',
    endpoint,
    steps: [send(binary('', { declared: Mi + 1 }))],
    expect: failsBy(1009),
  },
  {
    title: 'beyond the limit by the header of the second fragment',
    endpoint,
    steps: [send(binary(zeros(600_000), open), continuation('', { declared: 600_000 }))],
    expect: failsBy(1009),
  },
  {
    title: 'the sum of two lengths is beyond 2^53',
    endpoint,
    steps: [send(binary('a', open), continuation('', { declared: 2 ** 53 - 1 }))],
    expect: failsBy(1009),
  },
  {
    title: 'a compressed frame of sixteen times the limit, header alone',
    endpoint,
    deflate,
    steps: [send(binary('', { rsv: 4, declared: 16 * Mi }))],
    expect: failsBy(1009),
  },
  {
    title: 'a message of the limit that compression makes larger',
    endpoint,
    deflate,
    steps: [send(compressed(deflated(stars(Mi), 0)))],
    expect: good(echoed.binary(stars(Mi))),
  },
];

const bombs: readonly Omit<Case, 'id'>[] = [
  { title: '256 MiB in 255 KiB', endpoint, deflate, steps: [send(compressed(bomb))], expect: failsBy(1009) },
  {
    title: '256 MiB in 255 KiB, at the default limit',
    deflate,
    steps: [send(compressed(bomb))],
    expect: failsBy(1009),
  },
  {
    title: '256 MiB in fragments of 1,000',
    endpoint,
    deflate,
    steps: [send(...fragments(2, bomb, 1000, 4))],
    expect: failsBy(1009),
  },
  {
    title: '256 MiB after messages that share the window',
    endpoint,
    deflate,
    steps: [send(compressed(deflated('a'))), { until: 1 }, send(compressed(bomb))],
    expect: failsBy(1009, echoed.binary('a')),
  },
  {
    title: '256 MiB as a text',
    endpoint,
    deflate,
    steps: [send(frame(1, bomb, { rsv: 4 }))],
    expect: failsBy(1009),
  },
  {
    title: 'a ratio of 1,000 within the limit',
    endpoint,
    deflate,
    steps: [send(compressed(deflated(zeros(Mi))))],
    expect: good(echoed.binary(zeros(Mi))),
  },
];

const many: readonly Omit<Case, 'id'>[] = [
  {
    title: '65,537 fragments of one byte',
    steps: [send(...fragments(2, stars(65_537), 1))],
    expect: good(echoed.binary(stars(65_537))),
    patienceMs: 20_000,
    alone: true,
  },
  {
    title: 'fragments of one byte without an end',
    endpoint,
    steps: [send(frame(1, 'a', open)), { flood: fill(continuation('a', open), 3 * 65_536), times: 64 }],
    expect: failsBy([1008, 1009]),
    patienceMs: 20_000,
    alone: true,
  },
  {
    title: 'empty fragments without an end',
    endpoint,
    steps: [send(frame(1, '', open)), { flood: fill(continuation('', open), 2 * 65_536), times: 64 }],
    expect: failsBy([1008, 1009]),
    patienceMs: 20_000,
    alone: true,
  },
  {
    title: '100,000 empty texts in one chunk',
    steps: [send(fill(text(), 200_000)), probe.step],
    expect: good(probe.event),
    ignores: event => event === echoed.text(''),
    patienceMs: 20_000,
    alone: true,
  },
  {
    title: '32,768 pongs in one chunk',
    steps: [send(fill(pong(), 65_536)), probe.step],
    expect: good(probe.event),
    alone: true,
  },
  {
    title: 'a message of 64 KiB, byte-wise',
    steps: [{ send: [binary(stars(65_536))], by: 1 }],
    expect: good(echoed.binary(stars(65_536))),
    patienceMs: 20_000,
    alone: true,
  },
];

const notReading = { reading: false };
const reading = { reading: true };

const floods: readonly Omit<Case, 'id'>[] = [
  {
    title: 'pings for a peer that does not read: pongs are dropped, or reading stops',
    steps: [
      notReading,
      { flood: join(Array.from({ length: 1000 }, () => ping(stars(125)))), times: 200 },
      reading,
      probe.step,
      { until: 1 },
      send(close(1000)),
    ],
    expect: { events: [probe.event], nonStrict: [[]], end: eof },
    ignores: event => event.startsWith('pong') || event.startsWith('timeout'),
    patienceMs: 20_000,
    alone: true,
  },
  {
    title: 'messages for a peer that does not read: the endpoint stops reading',
    steps: [
      notReading,
      { flood: binary(stars(65_536)), times: 1024 },
      reading,
      probe.step,
      { until: probe.event },
      send(close(1000)),
    ],
    expect: { ...good(timeout('stalled'), probe.event), nonStrict: [[probe.event]] },
    ignores: event => event === echoed.binary(stars(65_536)),
    patienceMs: 60_000,
    alone: true,
  },
];

export const limits: readonly Case[] = [
  ...numbered('28.1', sizes),
  ...numbered('28.2', headers),
  ...numbered('28.3', bombs),
  ...numbered('28.4', many),
  ...numbered('28.5', floods),
];
