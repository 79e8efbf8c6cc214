import { constants, deflateRawSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { budgetBytes } from '../lib/base/budget.ts';
import { fuse } from '../lib/base/fuse.ts';
import type { Stage } from '../lib/base/stage.ts';
import type { MessageInflater } from '../lib/deflate/codec.ts';
import { Inflater } from '../lib/deflate/inflater.ts';
import type { WebSocketEvent } from '../lib/events/event.ts';
import {
  decoderPipe,
  frameDecoder,
  type WebSocketDecoderOptions,
  webSocketDecoderOptions,
} from '../lib/events/websocket-decoder.ts';
import type { FramePart } from '../lib/frames/frame-part.ts';
import { every, rechunk } from '../lib/testing/rechunk.ts';
import { emptyDynamicBlocks } from './support/bits.ts';
import { counted } from './support/bytes.ts';

// Checks that no read() of the decoder exceeds its budget, whatever a peer sends and however it is cut into chunks.

const test = suite('bounded work');

/** The work of one read(). */
interface Work {
  frames: number;
  copiedBytes: number;
  decodedBytes: number;
  inflatedBytes: number;
}

const none: Work = { frames: 0, copiedBytes: 0, decodedBytes: 0, inflatedBytes: 0 };

/** Counts the work of typed arrays and text decoders while a function runs. */
function watching(work: Work, run: () => void): void {
  const { set, slice } = Uint8Array.prototype;
  const { decode } = TextDecoder.prototype;
  const original = globalThis.Uint8Array;
  globalThis.Uint8Array = new Proxy(original, {
    construct(target, args) {
      if (args[0] instanceof original) work.copiedBytes += args[0].length;
      return Reflect.construct(target, args) as object;
    },
  });
  original.prototype.set = function (source, offset) {
    work.copiedBytes += source.length;
    set.call(this, source, offset);
  };
  original.prototype.slice = function (start, end) {
    const sliced = slice.call(this, start, end);
    work.copiedBytes += sliced.length;
    return sliced as ReturnType<typeof slice>;
  };
  TextDecoder.prototype.decode = function (input, options) {
    work.decodedBytes += input?.byteLength ?? 0;
    return decode.call(this, input, options);
  };
  try {
    run();
  } finally {
    globalThis.Uint8Array = original;
    Object.assign(original.prototype, { set, slice });
    TextDecoder.prototype.decode = decode;
  }
}

/** Returns a decoder that counts frames and inflated bytes. */
function watched(options: WebSocketDecoderOptions, work: Work): Stage<Uint8Array, WebSocketEvent> {
  let held: FramePart | undefined;
  const frames: Stage<FramePart, FramePart> = {
    write: part => void (held = part),
    read() {
      const part = held;
      held = undefined;
      if (part !== undefined) work.frames += 1;
      return part;
    },
    close() {},
  };
  const plain = new Inflater({ windowBits: 15, contextTakeover: true, maxMessageBytes: 2 ** 24 });
  const inflater: MessageInflater = {
    write: (data, last) => plain.write(data, last),
    read() {
      const piece = plain.read();
      work.inflatedBytes += piece?.length ?? 0;
      return piece;
    },
    get busy() {
      return plain.busy;
    },
  };
  const limits = { inflater, maxMessageBytes: 2 ** 24, ...options };
  return decoderPipe(webSocketDecoderOptions.check(limits), fuse(frameDecoder(limits), frames));
}

/** Returns a frame of a client, masked with zeros, or of a server. */
function frame(role: 'server' | 'client', firstByte: number, payload: Uint8Array): Uint8Array {
  const masked = role === 'server' ? [0, 0, 0, 0] : [];
  const bit = masked.length > 0 ? 0x80 : 0;
  const { length } = payload;
  const head =
    length < 126
      ? [length | bit]
      : length < 65_536
        ? [126 | bit, length >> 8, length & 255]
        : [127 | bit, 0, 0, 0, 0, length >> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  return Buffer.concat([Uint8Array.of(firstByte, ...head, ...masked), payload]);
}

/** Returns the same bytes in frames of the given size. */
function fragments(
  role: 'server' | 'client',
  firstByte: number,
  payload: Uint8Array,
  bytes: number,
): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += bytes) {
    const last = at + bytes >= payload.length;
    const fin = last ? 0x80 : 0;
    const opcode = at === 0 ? firstByte & 0x7f : 0;
    frames.push(frame(role, fin | opcode, payload.subarray(at, at + bytes)));
  }
  return Buffer.concat(frames);
}

const deflate = (data: Uint8Array): Uint8Array =>
  deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH, level: 9 }).subarray(0, -4);
const repeated = (bytes: Uint8Array | number[], times: number): Uint8Array =>
  Buffer.concat(new Array<Uint8Array>(times).fill(Uint8Array.from(bytes)));

const letters = new Uint8Array(2 ** 20).fill(0x61);
const accents = Buffer.from('aé'.repeat(350_000));
const noise = counted(2 ** 20).map((byte, i) => byte ^ (Math.imul(i, 0x9e3779b1) >>> 24));
const zeros = new Uint8Array(2 ** 21);

/** The frames of one message by role, and whether its decoder must be busy in between. */
const hostile: Record<string, (role: 'server' | 'client') => Uint8Array> = {
  'fragments of one byte of text': role => fragments(role, 0x81, letters.subarray(0, 20_000), 1),
  'fragments of one byte': role => fragments(role, 0x82, letters.subarray(0, 20_000), 1),
  'empty fragments': role =>
    Buffer.concat([
      frame(role, 0x02, Uint8Array.of()),
      repeated(frame(role, 0x00, Uint8Array.of()), 20_000),
      frame(role, 0x80, Uint8Array.of()),
    ]),
  'a binary message': role => frame(role, 0x82, noise),
  'a binary message in two frames': role => fragments(role, 0x82, noise, 2 ** 19),
  'a binary message in many frames': role => fragments(role, 0x82, noise, 1000),
  'ASCII text': role => frame(role, 0x81, letters),
  'other text': role => frame(role, 0x81, accents),
  'other text in frames of 80 bytes': role => fragments(role, 0x81, accents, 80),
  'compressed zeros': role => frame(role, 0xc2, deflate(zeros)),
  'compressed zeros in frames of 16 bytes': role => fragments(role, 0xc2, deflate(zeros), 16),
  'compressed noise': role => frame(role, 0xc2, deflate(noise)),
  'compressed ASCII text': role => frame(role, 0xc1, deflate(letters)),
  'compressed other text': role => frame(role, 0xc1, deflate(accents)),
  'empty stored blocks': role =>
    frame(role, 0xc2, Buffer.concat([repeated([0, 0, 0, 255, 255], 20_000), Uint8Array.of(0)])),
  'empty fixed blocks': role =>
    frame(role, 0xc2, Buffer.concat([repeated([3, 0], 20_000), Uint8Array.of(0)])),
  'empty dynamic blocks': role =>
    frame(role, 0xc2, Buffer.concat([repeated(emptyDynamicBlocks(), 100), Uint8Array.of(0)])),
  'empty dynamic blocks in frames of 16 bytes': role =>
    fragments(role, 0xc2, Buffer.concat([repeated(emptyDynamicBlocks(), 100), Uint8Array.of(0)]), 16),
};

interface Outcome {
  readonly data: string | Buffer;
  readonly rests: number;
}

/** Decodes one message, and checks that every read() is within the budget. */
function decode(
  wire: Uint8Array,
  chunkBytes: number,
  options: WebSocketDecoderOptions,
  name: string,
): Outcome {
  const work = { ...none };
  const decoder = watched(options, work);
  const events: (string | Uint8Array)[] = [];
  let rests = 0;
  for (const chunk of rechunk(wire, chunkBytes === Infinity ? [] : every(chunkBytes))) {
    decoder.write(chunk);
    for (let more = true; more; ) {
      Object.assign(work, none);
      let event: WebSocketEvent | undefined;
      watching(work, () => (event = decoder.read()));
      const shown = `${name}: ${JSON.stringify(work)}`;
      assert.ok(work.frames <= 2048, shown);
      assert.ok(work.decodedBytes <= budgetBytes, shown);
      assert.ok(work.inflatedBytes <= budgetBytes, shown);
      // A byte is copied when it is unmasked, when it is collected, and when the message is joined.
      assert.ok(work.copiedBytes <= 3 * budgetBytes + 65_536, shown);
      if (event?.type === 'text' || event?.type === 'binary') events.push(event.data);
      rests += decoder.busy ? 1 : 0;
      more = event !== undefined || decoder.busy === true;
    }
  }
  const data = typeof events[0] === 'string' ? events.join('') : Buffer.concat(events as Uint8Array[]);
  return { data, rests };
}

for (const role of ['server', 'client'] as const) {
  for (const deliver of ['messages', 'parts'] as const) {
    for (const [name, wireOf] of Object.entries(hostile)) {
      test(`${name} to a ${role}, delivered in ${deliver} (A4, A5)`, () => {
        const wire = wireOf(role);
        const whole = decode(wire, Infinity, { role, deliver, ownsInput: false }, 'whole');
        for (const chunkBytes of [65_536, 1448]) {
          for (const ownsInput of [false, true]) {
            const options = { role, deliver, ownsInput };
            const { data } = decode(wire, chunkBytes, options, `chunks of ${chunkBytes}`);
            assert.ok(typeof data === 'string' ? data === whole.data : data.equals(whole.data as Buffer));
          }
        }
        if (deliver === 'messages') assert.ok(whole.rests > 0, 'never busy');
      });
    }
  }
}

test('does not join a message from views of the chunks in one call', () => {
  const work = { ...none };
  const chunks = rechunk(frame('client', 0x82, noise), every(65_536)).map(chunk => chunk.slice());
  const decoder = watched({ role: 'client', ownsInput: true, maxPinnedBytes: Infinity }, work);
  let data: Uint8Array | undefined;
  for (const chunk of chunks) {
    decoder.write(chunk);
    for (let more = true; more; ) {
      Object.assign(work, none);
      let event: WebSocketEvent | undefined;
      watching(work, () => (event = decoder.read()));
      assert.ok(work.copiedBytes <= budgetBytes, JSON.stringify(work));
      if (event?.type === 'binary') data = event.data;
      more = event !== undefined || decoder.busy === true;
    }
  }
  assert.is(Buffer.compare(data!, noise), 0);
});

test.run();
