import { strict as assert } from 'node:assert';
import { constants, deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { Stage } from '../../lib/base/stage.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { webSocketDecoder } from '../../lib/events/websocket-decoder.ts';
import { parseExtensions } from '../../lib/handshake/extensions.ts';
import { RequestHeadDecoder } from '../../lib/handshake/request-head-decoder.ts';
import { every, rechunk } from '../../lib/testing/rechunk.ts';
import { fromServer } from '../support/named-frames.ts';
import { encodeFrame } from '../support/wire-frame.ts';
import { metered } from './checks/metered.ts';
import { StepCounter } from './checks/step-counter.ts';
import type { Counts } from './runner/fuzz-target.ts';
import type { Printed } from './shapes/printed.ts';
import { wire } from './shapes/wire.ts';

export const description =
  'hostile input of twice the length takes about twice the steps at most, and moves twice the bytes';

/** Returns a function that processes input of a size. */
type Shape = (size: number) => () => void;

const { text, binary, continuation, ping } = fromServer;
const more = { fin: false };

const frames = (size: number, frame: string): Uint8Array => Buffer.from(frame.repeat(size), 'hex');

const shapes: Record<string, Shape> = {
  'fragments of one byte': size =>
    decoding(Buffer.concat([frames(1, text('a', more)), frames(size, continuation('a', more))]), 65_536),
  'empty fragments': size =>
    decoding(Buffer.concat([frames(1, text('', more)), frames(size, continuation('', more))]), 65_536),
  'fragments byte by byte': size =>
    decoding(Buffer.concat([frames(1, text('', more)), frames(size, continuation('a', more))]), 1),
  'a large text byte by byte': size => decoding(whole(1, size), 1),
  'a large binary byte by byte': size => decoding(whole(2, size), 1),
  'pings byte by byte': size => decoding(frames(size, ping('a')), 1),
  'empty messages': size => decoding(frames(size, binary()), 65_536),
  'compressed text byte by byte': size => decoding(compressed(size, 9), 1),
  'stored blocks byte by byte': size => decoding(compressed(size, 0), 1),
  'a head byte by byte': size => reading(`GET / HTTP/1.1\r\nX: ${'y'.repeat(size)}\r\n\r\n`),
  'a head of many lines byte by byte': size => reading(`GET / HTTP/1.1\r\n${'x:\r\n'.repeat(size / 32)}\r\n`),
  'an unterminated quoted string': size => () => parseExtensions(`a; b="${'\\c'.repeat(size)}`),
  'spaces between two tokens': size => () => parseExtensions(`a${' '.repeat(size)}b`),
};

interface Doubled {
  readonly shape: string;
  readonly size: number;
}

/** Frames, decoded byte by byte. */
interface Frames {
  readonly wire: Printed<Uint8Array>;
}

/** The maximum number of steps to decode frames: for a new decoder, and for each byte in a chunk of its own. */
const baseSteps = 10_000;
const stepsPerByte = 200;

export const input: fc.Arbitrary<Doubled | Frames> = fc.oneof(
  fc.record({ shape: fc.constantFrom(...Object.keys(shapes)), size: fc.integer({ min: 1024, max: 2047 }) }),
  fc.record({ wire: wire({ sender: 'server', compression: 'damaged', spoiledPercent: 5 }) }),
);

let counter: StepCounter | undefined;

export function check(input: Doubled | Frames): Counts {
  counter ??= new StepCounter();
  return 'wire' in input ? checkFrames(input, counter) : checkDoubled(input, counter);
}

function checkFrames({ wire }: Frames, counter: StepCounter): Counts {
  const { steps } = cost(
    decoding(wire.value, 1, () => {}),
    counter,
  );
  const { length } = wire.value;
  assert.ok(steps <= baseSteps + stepsPerByte * length, `${steps} steps for ${length} bytes`);
  return { steps };
}

function checkDoubled({ shape, size }: Doubled, counter: StepCounter): Counts {
  const work = (size: number) => shapes[shape]?.(size) ?? assert.fail();
  cost(work(size), counter);
  const [once, twice] = [cost(work(size), counter), cost(work(2 * size), counter)];
  for (const what of ['steps', 'bytes'] as const) {
    assert.ok(twice[what] <= 2.2 * once[what] + 4096, `${once[what]} ${what}, then ${twice[what]}`);
  }
  return { steps: once.steps + twice.steps };
}

function cost(work: () => void, counter: StepCounter): Record<'steps' | 'bytes', number> {
  counter.take();
  const { bytes } = metered(work);
  return { steps: counter.take(), bytes };
}

function decoding(
  wire: Uint8Array,
  chunkBytes: number,
  onError = (error: unknown): void => {
    throw error;
  },
): () => void {
  const chunks = rechunk(wire, every(chunkBytes));
  return () => {
    const inflater = new Inflater({ windowBits: 15, contextTakeover: false, maxMessageBytes: 2 ** 20 });
    try {
      drive(webSocketDecoder({ role: 'client', inflater }), chunks);
    } catch (error) {
      onError(error);
    }
  };
}

function reading(head: string): () => void {
  const chunks = rechunk(new TextEncoder().encode(head), every(1));
  return () => drive(new RequestHeadDecoder(), chunks);
}

function drive<Out>(stage: Stage<Uint8Array, Out>, chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) {
    stage.write(chunk);
    while (stage.read() !== undefined || stage.busy);
  }
}

/** Returns a frame with a payload of this size. */
function whole(opcode: number, size: number): Uint8Array {
  return encodeFrame({ opcode, payload: new Uint8Array(size).fill(0x61) });
}

function compressed(size: number, level: number): Uint8Array {
  const text = Uint8Array.from({ length: size }, (_, index) => 97 + ((index * index) % 26));
  const payload = deflateRawSync(text, { level, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  return encodeFrame({ opcode: 1, rsv: 4, payload });
}
