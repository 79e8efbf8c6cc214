import { strict as assert } from 'node:assert';
import { constants, deflateRawSync } from 'node:zlib';
import type { Stage } from '../../lib/base/stage.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { webSocketDecoder } from '../../lib/events/websocket-decoder.ts';
import { parseExtensions } from '../../lib/handshake/extensions.ts';
import { RequestHeadDecoder } from '../../lib/handshake/request-head-decoder.ts';
import { every, rechunk } from '../../lib/testing/rechunk.ts';
import { Random } from '../support/random.ts';
import { Coverage, steps } from './engine/coverage.ts';
import type { Counts } from './engine/fuzz-target.ts';
import { metered } from './engine/metered.ts';

export const description =
  'hostile shapes, once and twice as long: twice the steps, and twice the octets moved';

/** Something to do of that size. */
type Shape = (size: number) => () => void;

const frames = (size: number, frame: string): Uint8Array => Buffer.from(frame.repeat(size), 'hex');

const shapes: Record<string, Shape> = {
  'fragments of one octet': size =>
    decoding(Buffer.concat([frames(1, '010161'), frames(size, '000161')]), 65_536),
  'empty fragments': size => decoding(Buffer.concat([frames(1, '0100'), frames(size, '0000')]), 65_536),
  'fragments octet by octet': size => decoding(Buffer.concat([frames(1, '0100'), frames(size, '000161')]), 1),
  'a large text octet by octet': size => decoding(whole(0x81, size), 1),
  'a large binary octet by octet': size => decoding(whole(0x82, size), 1),
  'pings octet by octet': size => decoding(frames(size, '890161'), 1),
  'empty messages': size => decoding(frames(size, '8200'), 65_536),
  'compressed text octet by octet': size => decoding(compressed(size, 9), 1),
  'stored blocks octet by octet': size => decoding(compressed(size, 0), 1),
  'a head octet by octet': size => reading(`GET / HTTP/1.1\r\nX: ${'y'.repeat(size)}\r\n\r\n`),
  'a head of many lines octet by octet': size =>
    reading(`GET / HTTP/1.1\r\n${'x:\r\n'.repeat(size / 32)}\r\n`),
  'an open quote': size => () => parseExtensions(`a; b="${'\\c'.repeat(size)}`),
  'spaces between': size => () => parseExtensions(`a${' '.repeat(size)}b`),
};

let coverage: Coverage | undefined;

export function run(seed: number): Counts {
  const random = new Random(seed);
  const names = Object.keys(shapes);
  const name = names[seed % names.length]!;
  const size = 1024 + random.below(1024);
  coverage ??= new Coverage();
  cost(shapes[name]!(size), coverage);
  const [once, twice] = [cost(shapes[name]!(size), coverage), cost(shapes[name]!(2 * size), coverage)];
  for (const what of ['steps', 'octets'] as const) {
    assert.ok(twice[what] <= 2.2 * once[what] + 4096, `${name}: ${once[what]} ${what}, then ${twice[what]}`);
  }
  return { steps: once.steps + twice.steps };
}

function cost(work: () => void, counter: Coverage): Record<'steps' | 'octets', number> {
  counter.take();
  const { octets } = metered(work);
  return { steps: steps(counter.take()), octets };
}

function decoding(wire: Uint8Array, chunkBytes: number): () => void {
  const chunks = rechunk(wire, every(chunkBytes));
  return () => {
    const inflater = new Inflater({ windowBits: 15, contextTakeover: false, maxMessageBytes: 2 ** 20 });
    drive(webSocketDecoder({ role: 'client', inflater }), chunks);
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

/** One frame of so many octets. */
function whole(octet0: number, size: number): Uint8Array {
  return Buffer.concat([Uint8Array.of(octet0, 126, size >> 8, size & 255), new Uint8Array(size).fill(0x61)]);
}

function compressed(size: number, level: number): Uint8Array {
  const text = Uint8Array.from({ length: size }, (_, index) => 97 + ((index * index) % 26));
  const payload = deflateRawSync(text, { level, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const length = [126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Uint8Array.of(0xc1, ...(payload.length < 126 ? [payload.length] : length)), payload]);
}
