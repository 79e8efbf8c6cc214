// Autobahn group 9: limits and performance. Compares the contents of messages, not only their lengths.

import { fromHex } from '../../support/hex.ts';
import { type Bytes, fill } from '../bytes.ts';
import type { Case, Message, Scale } from '../case.ts';
import { rounds } from '../event.ts';
import { fragments, frame } from '../frame.ts';
import { echoed, send, succeeds } from './expectations.ts';

const Ki = 1024;
const Mi = 1024 * Ki;

interface Kind {
  readonly type: 'text' | 'binary';
  readonly opcode: number;
  readonly pattern: Bytes;
  readonly unit: Bytes;
}

const kinds: readonly Kind[] = [
  { type: 'text', opcode: 1, pattern: fill('BAsd7&jh23', 10), unit: fill('*', 1) },
  { type: 'binary', opcode: 2, pattern: fromHex('00fe23faf0'), unit: fromHex('fe') },
];

const endpoint = { maxMessageBytes: 16 * Mi };
const sizes = [64 * Ki, 256 * Ki, Mi, 4 * Mi, 8 * Mi, 16 * Mi];
const fragmentSizes = [64, 256, Ki, 4 * Ki, 16 * Ki, 64 * Ki, 256 * Ki, Mi, 4 * Mi];
const chunkSizes = [64, 128, 256, 512, 1024, 2048];
const roundSizes = [0, 16, 64, 256, 1024, 4096];

/** Returns every case for text and for binary. Frames are built when the case runs. */
export function performance(scale: Scale): readonly Case[] {
  return kinds.flatMap((kind, k) => [
    ...sizes
      .filter(size => size <= scale.largest)
      .map((size, index) =>
        lazy(`9.${k + 1}.${index + 1}`, `${kind.type} of ${size} bytes`, 100_000, () => {
          const data = fill(kind.pattern, size);
          return { steps: [send(frame(kind.opcode, data))], expect: succeeds(echoed[kind.type](data)) };
        }),
      ),
    ...fragmentSizes.map((size, index) =>
      lazy(`9.${k + 3}.${index + 1}`, `${kind.type} of 4 MiB in fragments of ${size}`, 100_000, () => {
        const data = fill(kind.unit, 4 * Mi);
        return {
          steps: [send(...fragments(kind.opcode, data, size))],
          expect: succeeds(echoed[kind.type](data)),
        };
      }),
    ),
    ...chunkSizes.map((size, index) =>
      lazy(`9.${k + 5}.${index + 1}`, `${kind.type} of 1 MiB in chunks of ${size}`, 1_000_000, () => {
        const data = fill(kind.pattern, Mi);
        return {
          steps: [{ send: [frame(kind.opcode, data)], by: size }],
          expect: succeeds(echoed[kind.type](data)),
        };
      }),
    ),
    ...roundSizes.map((size, index) => {
      const message: Message = { type: kind.type, data: fill(kind.unit, size) };
      return lazy(
        `9.${k + 7}.${index + 1}`,
        `${kind.type} of ${size} bytes, echoed one after another`,
        480_000,
        () => ({
          steps: [{ rounds: scale.rounds, message: () => message }],
          expect: succeeds(rounds(scale.rounds)),
        }),
      );
    }),
  ]);
}

/** Returns a case whose bytes are made when it runs. */
function lazy(
  id: string,
  title: string,
  timeoutMs: number,
  make: () => Pick<Case, 'steps' | 'expect'>,
): Case {
  return {
    id,
    title,
    endpoint,
    timeoutMs,
    exclusive: true,
    get steps() {
      return make().steps;
    },
    get expect() {
      return make().expect;
    },
  };
}
