import { createInflateRaw } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import type { DeflateCodec, MessageInflater } from '../../lib/deflate/codec.ts';
import { zlibByMessage } from '../../lib/hosts/zlib-by-message.ts';
import { codecFor, workingCodec, zlibByStream, zlibCodec } from '../../lib/hosts/zlib-codec.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { emptyDynamicBlocks } from '../support/bits.ts';
import { codecSuite } from '../support/codec-suite.ts';
import { emptyFinalBlock, hello, messageEnd } from '../support/deflate-blocks.ts';
import { through } from '../support/messages-through.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('zlibCodec');

const options = { windowBits: 15, contextTakeover: true, maxMessageBytes: Infinity };

test('drives the zlib streams of Node and compatible runtimes', () => {
  const chosen = codecFor(process.versions.node);
  assert.is(chosen, 'Deno' in globalThis ? builtInCodec : zlibByStream);
  assert.is(zlibCodec.minWindowBits, 9);
  for (const windowBits of [9, 15]) {
    assert.is(zlibCodec.deflaterBytes(windowBits), chosen.deflaterBytes(windowBits));
    assert.is(zlibCodec.inflaterBytes(windowBits), chosen.inflaterBytes(windowBits));
  }
});

test('does not drive the streams of a Node newer than those it knows', () => {
  if ('Deno' in globalThis) return;
  for (const version of ['20.0.0', '26.99.0']) assert.is(codecFor(version), zlibByStream, version);
  for (const version of ['27.0.0', '100.0.0']) assert.is(codecFor(version), zlibByMessage, version);
});

test('is the built-in codec if the undocumented members are missing', () => {
  const { _handle } = createInflateRaw() as unknown as { _handle: { writeSync: unknown } };
  const prototype = Object.getPrototypeOf(_handle);
  const { writeSync } = prototype;
  prototype.writeSync = undefined;
  try {
    assert.is(codecFor('20.0.0'), builtInCodec);
  } finally {
    prototype.writeSync = writeSync;
  }
});

/** Returns the built-in codec with faulty inflaters. */
function spoilt(createInflater: () => Partial<MessageInflater>): DeflateCodec {
  return { ...builtInCodec, createInflater: createInflater as DeflateCodec['createInflater'] };
}

test('chooses the first codec that works, or the last', () => {
  assert.is(workingCodec([builtInCodec, zlibByMessage]), builtInCodec);
  const spoiltCodecs = [
    spoilt(() => ({})),
    spoilt(() => ({ write() {}, read: () => undefined })),
    spoilt(() => ({ write() {}, read: () => utf8('Hello') })),
    { ...builtInCodec, createDeflater: () => ({ write() {}, read: () => messageEnd, reset() {} }) },
    // Keeps no window.
    {
      ...builtInCodec,
      createDeflater: () => builtInCodec.createDeflater({ windowBits: 15, contextTakeover: false }),
    },
    spoilt(() => builtInCodec.createInflater({ ...options, contextTakeover: false })),
    // Accept truncated and corrupt input.
    ...[3, 11].map(length =>
      spoilt(() => {
        const inflater = builtInCodec.createInflater(options);
        const write = (data: Uint8Array) => inflater.write(data.length === length ? hello.fixed : data, true);
        return { write, read: () => inflater.read() };
      }),
    ),
  ];
  for (const codec of spoiltCodecs) {
    assert.is(workingCodec([codec, zlibByMessage]), zlibByMessage);
    assert.is(workingCodec([codec]), codec);
  }
});

/** Returns how often the inflater is busy with the message. */
function rests(payload: Uint8Array): number {
  const inflater = zlibByStream.createInflater(options);
  inflater.write(payload, true);
  let count = 0;
  while (inflater.read() !== undefined || inflater.busy) if (inflater.busy) count++;
  return count;
}

test('is busy after 32 KiB without output', () => {
  const blocks = emptyDynamicBlocks();
  const payload = (count: number) => concatenated([...new Array<Uint8Array>(count).fill(blocks), messageEnd]);
  assert.is(rests(payload(180)), 0);
  assert.is(rests(payload(184)), 1);
  assert.is(rests(payload(184 * 4)), 4);
});

test('is busy after 64 final blocks without output', () => {
  const payload = (count: number) =>
    concatenated([...new Array<Uint8Array>(count).fill(emptyFinalBlock), messageEnd]);
  assert.is(rests(payload(60)), 0);
  assert.is(rests(payload(650)), 10);
});

test('continues after a final block in another part', () => {
  const inflater = zlibByStream.createInflater(options);
  assert.equal(through(inflater, hello.final.subarray(0, -1), hello.again), utf8('HelloHello'));
  assert.equal(through(inflater, hello.final.subarray(0, 6), messageEnd, messageEnd), utf8('Hello'));
  assert.equal(through(inflater, Uint8Array.of(1)), utf8(''));
  assert.equal(through(inflater, hello.again), utf8('Hello'));
});

test.run();

codecSuite('zlibCodec', { codec: zlibCodec, strict: true });
