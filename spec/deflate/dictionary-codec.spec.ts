import { inflateSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import { type DictionaryCodecOptions, dictionaryCodec } from '../../lib/deflate/dictionary-codec.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { codecSuite } from '../support/codec-suite.ts';
import { hello, storedBlock } from '../support/deflate-blocks.ts';
import { through } from '../support/messages-through.ts';
import { pakoCodec } from '../support/pako-codec.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('dictionaryCodec');

const options = { windowBits: 15, contextTakeover: true, maxMessageBytes: Infinity };
const stored = () => concatenated([storedBlock('Hello'), storedBlock('')]);

test('compresses with the built-in compressor by default', () => {
  const half = dictionaryCodec({ inflate: inflateSync });
  assert.is(half.minWindowBits, 8);
  assert.equal(through(half.createDeflater(options), utf8('Hello')), hello.fixed);
  assert.is(half.deflaterBytes(12), builtInCodec.deflaterBytes(12));
  assert.is(half.inflaterBytes(12), 8192);
});

test('decompresses with the built-in decompressor by default', () => {
  const half = dictionaryCodec({ deflate: stored });
  assert.equal(through(half.createInflater(options), hello.fixed), utf8('Hello'));
  assert.equal(through(half.createDeflater(options), utf8('Hello')), stored().subarray(0, -4));
  assert.is(half.inflaterBytes(12), builtInCodec.inflaterBytes(12));
  assert.is(half.deflaterBytes(12), 8192 + 65_536);
});

test('reports the window of its options, or 15 bits', () => {
  assert.is(dictionaryCodec({ deflate: stored }).minWindowBits, 15);
  for (const minWindowBits of [8, 9, 15]) {
    assert.is(dictionaryCodec({ deflate: stored, minWindowBits }).minWindowBits, minWindowBits);
  }
});

test('rejects values of other types, invalid windows and unknown options', () => {
  const refused: [object, string, ErrorConstructor][] = [
    [{ deflate: 1 }, 'deflate', TypeError],
    [{ inflate: 'pako' }, 'inflate', TypeError],
    [{ minWindowBits: 7 }, 'minWindowBits', RangeError],
    [{ minWindowBits: 16 }, 'minWindowBits', RangeError],
    [{ minWindowBits: 9.5 }, 'minWindowBits', RangeError],
    [{ minWindowBits: '9' }, 'minWindowBits', TypeError],
    [{ compress: stored }, 'dictionaryCodec', TypeError],
  ];
  for (const [wrong, name, type] of refused) {
    assert.throws(
      () => dictionaryCodec(wrong as DictionaryCodecOptions),
      (error: Error) => error instanceof type && error.message.includes(name),
    );
  }
});

test.run();

codecSuite('pako', { codec: pakoCodec, strict: true });
