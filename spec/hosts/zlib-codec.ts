import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import type { DeflateCodec, MessageInflater } from '../../lib/deflate/codec.ts';
import { zlibByMessage } from '../../lib/hosts/zlib-by-message.ts';
import { workingCodec, zlibByStream, zlibCodec } from '../../lib/hosts/zlib-codec.ts';
import { ZlibInflater } from '../../lib/hosts/zlib-inflater.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { emptyDynamicBlocks } from '../support/bits.ts';
import { codecSuite } from '../support/codec-suite.ts';
import { hex, through, utf8 } from '../support/messages-through.ts';

const test = suite('zlibCodec');

const options = { windowBits: 15, contextTakeover: true, maxMessageBytes: Infinity };

test('drives the streams of this runtime', () => {
  assert.instance(zlibCodec.createInflater(options), ZlibInflater);
  assert.is(zlibCodec.minWindowBits, 9);
  for (const windowBits of [9, 15]) {
    assert.is(zlibCodec.deflaterBytes(windowBits), zlibByStream.deflaterBytes(windowBits));
    assert.is(zlibCodec.inflaterBytes(windowBits), zlibByStream.inflaterBytes(windowBits));
  }
  assert.equal(through(zlibCodec.createDeflater(options), utf8('Hello')), hex('f248cdc9c90700'));
});

/** The built-in codec with inflaters that go wrong. */
function spoilt(createInflater: () => Partial<MessageInflater>): DeflateCodec {
  return { ...builtInCodec, createInflater: createInflater as DeflateCodec['createInflater'] };
}

test('chooses another codec if the runtime cannot run the first', () => {
  assert.is(workingCodec(builtInCodec, zlibByMessage), builtInCodec);
  const spoiltCodecs = [
    spoilt(() => ({})),
    spoilt(() => ({ write() {}, read: () => undefined })),
    spoilt(() => ({ write() {}, read: () => utf8('Hello') })),
    { ...builtInCodec, createDeflater: () => ({ write() {}, read: () => hex('00'), reset() {} }) },
    spoilt(() => {
      const inflater = builtInCodec.createInflater(options);
      // Takes what was cut off.
      const write = (data: Uint8Array) =>
        inflater.write(data.length === 3 ? hex('f248cdc9c90700') : data, true);
      return { write, read: () => inflater.read() };
    }),
  ];
  for (const codec of spoiltCodecs) assert.is(workingCodec(codec, zlibByMessage), zlibByMessage);
});

/** How often the inflater is busy with the message. */
function rests(payload: Uint8Array): number {
  const inflater = zlibByStream.createInflater(options);
  inflater.write(payload, true);
  let count = 0;
  while (inflater.read() !== undefined || inflater.busy) if (inflater.busy) count++;
  return count;
}

test('rests after 32 KiB that give nothing', () => {
  const blocks = emptyDynamicBlocks();
  const payload = (count: number) => concatenated([...new Array<Uint8Array>(count).fill(blocks), hex('00')]);
  assert.is(rests(payload(180)), 0);
  assert.is(rests(payload(184)), 1);
  assert.is(rests(payload(184 * 4)), 4);
});

test('rests after 64 final blocks that give nothing', () => {
  const payload = (count: number) =>
    concatenated([...new Array<Uint8Array>(count).fill(hex('0300')), hex('00')]);
  assert.is(rests(payload(60)), 0);
  assert.is(rests(payload(650)), 10);
});

test('continues after a final block in another part', () => {
  const inflater = zlibByStream.createInflater(options);
  assert.equal(through(inflater, hex('f348cdc9c90700'), hex('f200110000')), utf8('HelloHello'));
  assert.equal(through(inflater, hex('f348cdc9c907'), hex('00'), hex('00')), utf8('Hello'));
  assert.equal(through(inflater, hex('01')), utf8(''));
  assert.equal(through(inflater, hex('f200110000')), utf8('Hello'));
});

test.run();

codecSuite('node:zlib', { codec: zlibByStream, strict: true });
