// Octets of a WebSocket's one direction at random: mostly frames in their right order, now and then something wrong.

import type { Role } from '../../../lib/base/choice.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import type { Random } from '../../support/random.ts';
import { randomOctets } from '../engine/mutate.ts';

export interface WireShape {
  /** Who sends. */
  readonly sender: Role;
  /** Compresses whole messages, where compression was agreed. */
  readonly compress?: ((payload: Uint8Array) => Uint8Array) | undefined;
  /** How often a frame is spoiled, 0 to 1. */
  readonly spoiling: number;
}

interface Frame {
  octet0: number;
  masked: boolean;
  /** Octets of the extended length; undefined: as few as possible. */
  lengthBytes: 0 | 2 | 8 | undefined;
  declared: bigint;
  payload: Uint8Array;
}

const encoder = new TextEncoder();
const closeCodes = [
  999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 1016, 2999, 3000, 4999, 5000,
];
const lengths = [0, 0, 1, 2, 5, 20, 124, 125, 126, 127, 300];
const texts = [
  '',
  'a',
  'hello',
  'käse',
  '€uro',
  '𝄞',
  '\ufeffbom',
  '\u0000',
  'x'.repeat(126),
  '\u{10ffff}\ud7ff',
];
const badText = ['c0af', 'eda080', 'f4908080', 'ff', 'c3', 'e282', 'f09f98', '80', '61c328'];

/** The octets that a peer sends; they may end anywhere. */
export function randomWire(random: Random, shape: WireShape): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let messages = 1 + random.below(4); messages > 0; messages--) {
    for (const frame of message(random, shape)) {
      while (random.next() < 0.15) frames.push(encode(random, shape, control(random, shape)));
      frames.push(encode(random, shape, random.next() < shape.spoiling ? spoiled(random, frame) : frame));
    }
  }
  if (random.next() < 0.5) frames.push(encode(random, shape, close(random, shape)));
  if (random.next() < 0.1) frames.push(randomOctets(random, random.below(8)));
  const wire = concatenated(frames);
  return random.next() < 0.1 ? wire.slice(0, random.below(wire.length + 1)) : wire;
}

function message(random: Random, shape: WireShape): Frame[] {
  const opcode = 1 + random.below(2);
  let payload = opcode === 1 ? text(random, shape) : randomOctets(random, random.pick(lengths));
  const compressed = shape.compress !== undefined && random.next() < 0.7;
  if (compressed) payload = shape.compress!(payload);
  const count = random.next() < 0.5 ? 1 : 1 + random.below(4);
  const frames: Frame[] = [];
  for (let i = 0, at = 0; i < count; i++) {
    const end = i === count - 1 ? payload.length : at + random.below(payload.length - at + 1);
    const octet0 = (i === count - 1 ? 0x80 : 0) | (i === 0 ? opcode | (compressed ? 0x40 : 0) : 0);
    frames.push(frame(shape, octet0, payload.subarray(at, end)));
    at = end;
  }
  return frames;
}

function text(random: Random, shape: WireShape): Uint8Array {
  const good = encoder.encode(random.pick(texts) + random.pick(texts));
  if (random.next() >= shape.spoiling) return good;
  return concatenated([good, Buffer.from(random.pick(badText), 'hex')]);
}

function control(random: Random, shape: WireShape): Frame {
  const octets = randomOctets(random, random.pick([0, 1, 5, 125]));
  return frame(shape, 0x80 | (9 + random.below(2)), octets);
}

function close(random: Random, shape: WireShape): Frame {
  const code = random.next() < shape.spoiling ? random.pick(closeCodes) : 1000;
  const body = concatenated([Uint8Array.of(code >> 8, code), text(random, shape)]);
  if (random.next() < shape.spoiling) return frame(shape, 0x88, body.slice(0, random.below(3)));
  return frame(shape, 0x88, random.next() < 0.2 ? new Uint8Array(0) : body.slice(0, 125));
}

function frame(shape: WireShape, octet0: number, payload: Uint8Array): Frame {
  return {
    octet0,
    masked: shape.sender === 'client',
    lengthBytes: undefined,
    declared: BigInt(payload.length),
    payload,
  };
}

const spoilers: readonly ((random: Random, frame: Frame) => Partial<Frame>)[] = [
  (random, { octet0 }) => ({ octet0: octet0 ^ (1 << (4 + random.below(4))) }),
  (random, { octet0 }) => ({ octet0: (octet0 & 0xf0) | random.below(16) }),
  (_, { masked }) => ({ masked: !masked }),
  () => ({ lengthBytes: 2 }),
  () => ({ lengthBytes: 8 }),
  random => ({
    lengthBytes: 8,
    declared: random.pick([2n ** 31n, 2n ** 32n + 5n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]),
  }),
  (random, { declared }) => ({ declared: declared + BigInt(1 + random.below(2)) }),
  (random, { octet0 }) => ({ octet0: octet0 | 8, payload: randomOctets(random, 126), declared: 126n }),
];

function spoiled(random: Random, frame: Frame): Frame {
  return { ...frame, ...random.pick(spoilers)(random, frame) };
}

function encode(random: Random, _: WireShape, frame: Frame): Uint8Array {
  const { declared, masked, payload } = frame;
  const least = declared < 126n ? 0 : declared < 65536n ? 2 : 8;
  const lengthBytes = Math.max(least, frame.lengthBytes ?? 0);
  const length7 = lengthBytes === 0 ? Number(declared) : lengthBytes === 2 ? 126 : 127;
  const extended = Array.from({ length: lengthBytes }, (_, i) =>
    Number((declared >> BigInt(8 * (lengthBytes - 1 - i))) & 255n),
  );
  const key = masked ? randomOctets(random, random.next() < 0.5 ? 4 : 0) : [];
  const fullKey = masked ? (key.length === 4 ? key : [0, 0, 0, 0]) : [];
  return concatenated([
    Uint8Array.of(frame.octet0, (masked ? 128 : 0) | length7, ...extended, ...fullKey),
    payload.map((octet, i) => octet ^ (masked ? fullKey[i % 4]! : 0)),
  ]);
}
