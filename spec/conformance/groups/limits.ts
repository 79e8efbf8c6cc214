// Group 28: limits, decompression bombs, and peers that flood or do not read (attacks.md). The limit of messages is 1 MiB,
// unless a case says otherwise.

import { constants, deflateRawSync } from 'node:zlib';
import { type Bytes, fill, join } from '../bytes.ts';
import type { Case } from '../case.ts';
import { timeout } from '../event.ts';
import { binary, close, continuation, fragments, frame, ping, pong, text } from '../frame.ts';
import { deflated } from './deflate-data.ts';
import { echoed, eof, failsStrictly, numbered, plainDeflate, probe, send, succeeds } from './expectations.ts';

const Mi = 1024 * 1024;
const endpoint = { maxMessageBytes: Mi };
const deflate = plainDeflate;
const open = { fin: false };
const zeros = (length: number): Bytes => new Uint8Array(length);
const stars = (length: number): Bytes => fill('*', length);
const compressed = (payload: Bytes): Bytes => frame(2, payload, { rsv: 4 });

/** 256 MiB of zeros. One MiB, which is flushed to a byte boundary, is repeated. */
const mebibyte = deflateRawSync(zeros(Mi), { finishFlush: constants.Z_SYNC_FLUSH });
const bomb = fill(mebibyte, 256 * mebibyte.length - 4);

const sizes: readonly Omit<Case, 'id'>[] = [-2, -1, 0, 1, 2, 3].flatMap(more => {
  const title = `message of 1 MiB ${more < 0 ? '-' : '+'} ${Math.abs(more)}`;
  const message = stars(Mi + more);
  const payload = deflated(message);
  const expect = more <= 0 ? succeeds(echoed.binary(message)) : failsStrictly(1009);
  return [
    { title: `${title}, one frame`, endpoint, steps: [send(binary(message))], expect },
    { title: `${title}, fragments`, endpoint, steps: [send(...fragments(2, message, 65_536))], expect },
    { title: `${title}, compressed`, endpoint, deflate, steps: [send(compressed(payload))], expect },
    {
      title: `${title}, compressed, byte by byte`,
      endpoint,
      deflate,
      steps: [{ send: [compressed(payload)], by: 1 }],
      expect,
    },
  ];
});

const headers: readonly Omit<Case, 'id'>[] = [
  {
    title: 'length one above the limit, header only',
    endpoint,
    steps: [send(binary('', { declared: Mi + 1 }))],
    expect: failsStrictly(1009),
  },
  {
    title: 'second fragment that exceeds the limit, header only',
    endpoint,
    steps: [send(binary(zeros(600_000), open), continuation('', { declared: 600_000 }))],
    expect: failsStrictly(1009),
  },
  {
    title: 'second fragment that makes the message longer than 2^53, header only',
    endpoint,
    steps: [send(binary('a', open), continuation('', { declared: 2 ** 53 - 1 }))],
    expect: failsStrictly(1009),
  },
  {
    title: 'compressed frame of 16 times the limit, header only',
    endpoint,
    deflate,
    steps: [send(binary('', { rsv: 4, declared: 16 * Mi }))],
    expect: failsStrictly(1009),
  },
  {
    title: 'message at the limit whose compressed payload is larger',
    endpoint,
    deflate,
    steps: [send(compressed(deflated(stars(Mi), 0)))],
    expect: succeeds(echoed.binary(stars(Mi))),
  },
];

const bombs: readonly Omit<Case, 'id'>[] = [
  {
    title: 'bomb of 256 MiB in 255 KiB',
    endpoint,
    deflate,
    steps: [send(compressed(bomb))],
    expect: failsStrictly(1009),
  },
  {
    title: 'bomb of 256 MiB in 255 KiB, default limit',
    deflate,
    steps: [send(compressed(bomb))],
    expect: failsStrictly(1009),
  },
  {
    title: 'bomb of 256 MiB in fragments of 1,000 bytes',
    endpoint,
    deflate,
    steps: [send(...fragments(2, bomb, 1000, 4))],
    expect: failsStrictly(1009),
  },
  {
    title: 'bomb of 256 MiB after a message with the same window',
    endpoint,
    deflate,
    steps: [send(compressed(deflated('a'))), { until: 1 }, send(compressed(bomb))],
    expect: failsStrictly(1009, echoed.binary('a')),
  },
  {
    title: 'bomb of 256 MiB as text',
    endpoint,
    deflate,
    steps: [send(frame(1, bomb, { rsv: 4 }))],
    expect: failsStrictly(1009),
  },
  {
    title: 'message at the limit with a compression ratio of 1,000',
    endpoint,
    deflate,
    steps: [send(compressed(deflated(zeros(Mi))))],
    expect: succeeds(echoed.binary(zeros(Mi))),
  },
];

const many: readonly Omit<Case, 'id'>[] = [
  {
    title: '65,537 fragments of one byte',
    steps: [send(...fragments(2, stars(65_537), 1))],
    expect: succeeds(echoed.binary(stars(65_537))),
    timeoutMs: 20_000,
    exclusive: true,
  },
  {
    title: 'endless fragments of one byte',
    endpoint,
    steps: [send(frame(1, 'a', open)), { flood: fill(continuation('a', open), 3 * 65_536), times: 64 }],
    expect: failsStrictly([1008, 1009]),
    timeoutMs: 20_000,
    exclusive: true,
  },
  {
    title: 'endless empty fragments',
    endpoint,
    steps: [send(frame(1, '', open)), { flood: fill(continuation('', open), 2 * 65_536), times: 64 }],
    expect: failsStrictly([1008, 1009]),
    timeoutMs: 20_000,
    exclusive: true,
  },
  {
    title: '100,000 empty texts and a message in one chunk',
    steps: [send(fill(text(), 200_000)), probe.step],
    expect: succeeds(probe.event),
    ignores: event => event === echoed.text(''),
    timeoutMs: 20_000,
    exclusive: true,
  },
  {
    title: '32,768 pongs and a message in one chunk',
    steps: [send(fill(pong(), 65_536)), probe.step],
    expect: succeeds(probe.event),
    exclusive: true,
  },
  {
    title: 'message of 64 KiB, byte by byte',
    steps: [{ send: [binary(stars(65_536))], by: 1 }],
    expect: succeeds(echoed.binary(stars(65_536))),
    timeoutMs: 20_000,
    exclusive: true,
  },
];

const notReading = { reading: false };
const reading = { reading: true };

const floods: readonly Omit<Case, 'id'>[] = [
  {
    title: 'flood of pings by a peer that does not read (drops pongs or stops reading)',
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
    timeoutMs: 20_000,
    exclusive: true,
  },
  {
    title: 'flood of messages by a peer that does not read (stops reading)',
    steps: [
      notReading,
      { flood: binary(stars(65_536)), times: 1024 },
      reading,
      probe.step,
      { until: probe.event },
      send(close(1000)),
    ],
    expect: { ...succeeds(timeout('stalled'), probe.event), nonStrict: [[probe.event]] },
    ignores: event => event === echoed.binary(stars(65_536)),
    timeoutMs: 60_000,
    exclusive: true,
  },
];

export const limits: readonly Case[] = [
  ...numbered('28.1', sizes),
  ...numbered('28.2', headers),
  ...numbered('28.3', bombs),
  ...numbered('28.4', many),
  ...numbered('28.5', floods),
];
