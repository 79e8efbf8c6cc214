import { constants, deflateRawSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { budgetBytes } from '../lib/base/budget.ts';
import type { Role } from '../lib/base/role.ts';
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
import { every, rechunk } from '../lib/testing/rechunk.ts';
import { emptyDynamicBlocks } from './support/bits.ts';
import { counted } from './support/bytes.ts';
import { emptyFinalBlock, storedBlock } from './support/deflate-blocks.ts';
import { encodeFrame, type WireFrame } from './support/wire-frame.ts';

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
  const limits = webSocketDecoderOptions.check({ inflater, maxMessageBytes: 2 ** 24, ...options });
  return decoderPipe(limits, frameDecoder(limits), { frameReceived: () => void (work.frames += 1) });
}

/** The kinds of messages: opcode, and RSV1 if they are compressed. */
const text = { opcode: 1 };
const binary = { opcode: 2 };
const compressedText = { opcode: 1, rsv: 4 };
const compressedBinary = { opcode: 2, rsv: 4 };
const continuation = { opcode: 0 };

/** Returns a frame for a server, masked with zeros, or for a client. */
function frame(role: Role, kind: WireFrame, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  return encodeFrame({ ...kind, payload, key: role === 'server' ? new Uint8Array(4) : undefined });
}

/** Returns the same bytes in frames of the given size. */
function fragments(role: Role, kind: WireFrame, payload: Uint8Array, bytes: number): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += bytes) {
    const fin = at + bytes >= payload.length;
    frames.push(frame(role, { ...(at === 0 ? kind : continuation), fin }, payload.subarray(at, at + bytes)));
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
const hostile: Record<string, (role: Role) => Uint8Array> = {
  'fragments of one byte of text': role => fragments(role, text, letters.subarray(0, 20_000), 1),
  'fragments of one byte': role => fragments(role, binary, letters.subarray(0, 20_000), 1),
  'empty fragments': role =>
    Buffer.concat([
      frame(role, { ...binary, fin: false }),
      repeated(frame(role, { ...continuation, fin: false }), 20_000),
      frame(role, continuation),
    ]),
  'a binary message': role => frame(role, binary, noise),
  'a binary message in two frames': role => fragments(role, binary, noise, 2 ** 19),
  'a binary message in many frames': role => fragments(role, binary, noise, 1000),
  'ASCII text': role => frame(role, text, letters),
  'other text': role => frame(role, text, accents),
  'other text in frames of 80 bytes': role => fragments(role, text, accents, 80),
  'compressed zeros': role => frame(role, compressedBinary, deflate(zeros)),
  'compressed zeros in frames of 16 bytes': role => fragments(role, compressedBinary, deflate(zeros), 16),
  'compressed noise': role => frame(role, compressedBinary, deflate(noise)),
  'compressed ASCII text': role => frame(role, compressedText, deflate(letters)),
  'compressed other text': role => frame(role, compressedText, deflate(accents)),
  'empty stored blocks': role =>
    frame(role, compressedBinary, Buffer.concat([repeated(storedBlock(''), 20_000), Uint8Array.of(0)])),
  'empty fixed blocks': role =>
    frame(role, compressedBinary, Buffer.concat([repeated(emptyFinalBlock, 20_000), Uint8Array.of(0)])),
  'empty dynamic blocks': role =>
    frame(role, compressedBinary, Buffer.concat([repeated(emptyDynamicBlocks(), 100), Uint8Array.of(0)])),
  'empty dynamic blocks in frames of 16 bytes': role =>
    fragments(
      role,
      compressedBinary,
      Buffer.concat([repeated(emptyDynamicBlocks(), 100), Uint8Array.of(0)]),
      16,
    ),
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
  const chunks = rechunk(frame('client', binary, noise), every(65_536)).map(chunk => chunk.slice());
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
