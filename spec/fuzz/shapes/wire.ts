// Arbitraries of all bytes that one side of a connection sends: mostly valid frames in a valid order, with some faults.

import { constants, deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { Role } from '../../../lib/base/role.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import { encodeFrame, type WireFrame } from '../../support/wire-frame.ts';
import { bytes, bytesOfLength, sometimes, weighted } from './bytes.ts';
import { noKey, printFrame } from './frames.ts';
import { Printed, printBytes } from './printed.ts';

export interface WireShape {
  readonly sender: Role;
  /** Whether messages may be compressed, and if so, whether a compressed bit may be flipped. */
  readonly compression?: 'intact' | 'damaged' | undefined;
  /** The percentage of frames with a fault. */
  readonly spoiledPercent: number;
}

type Spoiler = (frame: WireFrame) => Partial<WireFrame>;

interface Message {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly deflate: Deflate | undefined;
  /** The ends of fragments, in percent of the payload. */
  readonly cuts: readonly number[];
  /** Control frames. Each is sent before the fragment with the same index. */
  readonly controls: readonly (WireFrame | undefined)[];
}

interface Deflate {
  readonly level: number;
  /** The index of a bit to flip in the compressed payload. */
  readonly damage: number | undefined;
}

const encoder = new TextEncoder();
const closeCodes = [
  1000, 999, 1001, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 1016, 2999, 3000, 4999, 5000,
];
const texts = ['', 'a', 'käse', '€uro', '𝄞', '\ufeffbom', '\0', 'x'.repeat(126), '\u{10ffff}\ud7ff'];
const invalidTexts = [
  [0xff],
  [0x80],
  [0xc3],
  [0xc0, 0xaf],
  [0xe2, 0x82],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf0, 0x9f, 0x98],
  [0x61, 0xc3, 0x28],
];

/** Returns bytes, which may end anywhere and are printed as frames. */
export function wire(shape: WireShape): fc.Arbitrary<Printed<Uint8Array>> {
  const { sender, spoiledPercent } = shape;
  return fc
    .record({
      messages: fc.array(message(shape), { maxLength: 4, size: 'max' }),
      close: sometimes(50, close(spoiledPercent)),
      spoilers: fc.array(sometimes(spoiledPercent, spoiler), { maxLength: 20, size: 'max' }),
      keys: sender === 'client' ? fc.array(key, { minLength: 1, maxLength: 3 }) : fc.constant([]),
      rest: sometimes(10, bytes(8)),
      missing: sometimes(10, fc.nat(300)),
    })
    .map(({ messages, close, spoilers, keys, rest = new Uint8Array(0), missing = 0 }) => {
      const valid = [...messages.flatMap(framesOf), ...(close ? [close] : [])];
      const frames = valid.map((frame, index) => {
        const keyed = { ...frame, key: keys[index % keys.length] };
        return { ...keyed, ...spoilers[index]?.(keyed) };
      });
      const whole = concatenated([...frames.map(encodeFrame), rest]);
      const cut = Math.max(0, whole.length - missing);
      const print = () =>
        [
          ...frames.map(printFrame),
          ...(rest.length > 0 ? [`then ${printBytes(rest)}`] : []),
          ...(cut < whole.length ? [`cut after ${cut} bytes`] : []),
        ].join(' | ');
      return new Printed(whole.subarray(0, cut), print);
    });
}

const key = weighted([1, fc.constant(noKey)], [1, fc.uint8Array({ minLength: 4, maxLength: 4 })]);

function message({ compression, spoiledPercent }: WireShape): fc.Arbitrary<Message> {
  const deflate = fc.record({
    level: fc.nat(9),
    damage: compression === 'damaged' ? sometimes(10, fc.nat(10_000)) : fc.constant(undefined),
  });
  const kind = (opcode: number, payload: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Message> =>
    fc.record({
      opcode: fc.constant(opcode),
      payload,
      deflate: compression === undefined ? fc.constant(undefined) : sometimes(70, deflate),
      cuts: fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 3, size: 'max' }),
      controls: fc.array(sometimes(25, control), { maxLength: 4, size: 'max' }),
    });
  return weighted(
    [1, kind(1, text(spoiledPercent))],
    [1, kind(2, fc.oneof(bytes(20), bytesOfLength(124, 125, 126, 127, 300)))],
  );
}

const validText = fc
  .array(fc.oneof(fc.constantFrom(...texts), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 3 })
  .map(parts => encoder.encode(parts.join('')));

function text(spoiledPercent: number): fc.Arbitrary<Uint8Array> {
  const invalid = fc.constantFrom(...invalidTexts).map(wrong => Uint8Array.from(wrong));
  return fc
    .tuple(validText, sometimes(spoiledPercent, invalid))
    .map(([valid, wrong]) => concatenated([valid, ...(wrong ? [wrong] : [])]));
}

const control = fc.record({
  opcode: fc.constantFrom(9, 10),
  payload: fc.oneof(bytes(5), bytesOfLength(125)),
});

function close(spoiledPercent: number): fc.Arbitrary<WireFrame> {
  const code = sometimes(spoiledPercent, fc.constantFrom(...closeCodes));
  const body = fc.tuple(code, text(spoiledPercent)).map(([code = 1000, reason]) => {
    return concatenated([Uint8Array.of(code >> 8, code), reason]).slice(0, 125);
  });
  const payload = weighted(
    [80 - spoiledPercent, body],
    [20, fc.constant(new Uint8Array(0))],
    [spoiledPercent, bytes(2)],
  );
  return payload.map(payload => ({ opcode: 8, payload }));
}

function framesOf({ opcode, payload, deflate, cuts, controls }: Message): WireFrame[] {
  const data = deflate === undefined ? payload : deflated(payload, deflate);
  const ends = [...cuts.map(percent => Math.floor((percent * data.length) / 100)), data.length];
  ends.sort((a, b) => a - b);
  return ends.flatMap((end, index) => {
    const frame = {
      fin: index === ends.length - 1,
      rsv: index === 0 && deflate !== undefined ? 4 : 0,
      opcode: index === 0 ? opcode : 0,
      payload: data.subarray(index === 0 ? 0 : ends[index - 1], end),
    };
    const before = controls[index];
    return before === undefined ? [frame] : [before, frame];
  });
}

/** Compresses a message without references to other messages. */
function deflated(payload: Uint8Array, { level, damage }: Deflate): Uint8Array {
  const data = deflateRawSync(payload, { level, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  if (damage !== undefined && data.length > 0) {
    const at = (damage >> 3) % data.length;
    data[at] = (data[at] ?? 0) ^ (1 << (damage & 7));
  }
  return data;
}

const spoiler: fc.Arbitrary<Spoiler> = fc.oneof(
  fc.nat(2).map(
    (bit): Spoiler =>
      ({ rsv = 0 }) => ({ rsv: rsv ^ (1 << bit) }),
  ),
  fc.constant<Spoiler>(({ fin = true }) => ({ fin: !fin })),
  fc.nat(15).map(
    (opcode): Spoiler =>
      () => ({ opcode }),
  ),
  fc.constant<Spoiler>(({ key }) => ({ key: key === undefined ? noKey : undefined })),
  fc.constantFrom(2, 8).map(
    (lengthBytes): Spoiler =>
      () => ({ lengthBytes: lengthBytes as 2 | 8 }),
  ),
  fc.constantFrom(2n ** 31n, 2n ** 32n + 5n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n).map(
    (declared): Spoiler =>
      () => ({ lengthBytes: 8, declared }),
  ),
  fc.constantFrom(1, 2).map(
    (more): Spoiler =>
      ({ payload }) => ({ declared: BigInt((payload?.length ?? 0) + more) }),
  ),
  fc.constant<Spoiler>(({ opcode }) => ({ opcode: opcode | 8, payload: new Uint8Array(126).fill(0x62) })),
);
