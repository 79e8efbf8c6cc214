import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Deflater } from '../../lib/deflate/deflater.ts';
import { fflateCodec, fflateInflate } from '../../lib/fflate/fflate-codec.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { codecSuite } from '../support/codec-suite.ts';
import { droppedTail, hello, storedBlock } from '../support/deflate-blocks.ts';
import { through } from '../support/messages-through.ts';
import { Random } from '../support/random.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('fflateInflate');

/** A complete stream: a message, and a final block. */
function streamOf(message: Uint8Array): Uint8Array {
  const payload = through(new Deflater({ windowBits: 15, contextTakeover: true }), message);
  return concatenated([payload, droppedTail, storedBlock('', { final: true })]);
}

function inflated(stream: Uint8Array, dictionary?: Uint8Array): Uint8Array {
  const output = fflateInflate(stream, dictionary ? { dictionary } : {});
  return output instanceof Uint8Array ? output : concatenated([...output].map(piece => piece.slice()));
}

test('decompresses a short stream in one call', () => {
  assert.instance(fflateInflate(streamOf(utf8('Hello')), {}), Uint8Array);
  assert.equal(inflated(streamOf(utf8('Hello'))), utf8('Hello'));
});

test('decompresses what is long, or becomes it, in slices', () => {
  const random = new Random(1);
  const noise = Uint8Array.from({ length: 200_000 }, () => random.below(256));
  for (const message of [noise, new Uint8Array(65_535), new Uint8Array(65_536), new Uint8Array(300_000)]) {
    const output = fflateInflate(streamOf(message), {});
    assert.is(output instanceof Uint8Array, message.length === 65_535);
    assert.equal(inflated(streamOf(message)), message);
  }
});

test('refers to the bytes before the stream', () => {
  const before = utf8('Hello');
  assert.equal(
    inflated(concatenated([hello.again, droppedTail, storedBlock('', { final: true })]), before),
    before,
  );
  const long = concatenated([hello.again, droppedTail, streamOf(new Uint8Array(100_000))]);
  assert.equal(inflated(long, before), concatenated([before, new Uint8Array(100_000)]));
});

test('throws for what is cut off or corrupt', () => {
  for (const stream of [
    hello.fixed.subarray(0, 3),
    Uint8Array.of(7),
    concatenated([hello.again, droppedTail, storedBlock('', { final: true })]),
  ])
    assert.throws(
      () => inflated(stream),
      (error: unknown) => error instanceof Error,
    );
  assert.throws(() => inflated(streamOf(new Uint8Array(100_000)).subarray(0, -5)));
});

test.run();

codecSuite('fflate', { codec: fflateCodec, strict: false });
