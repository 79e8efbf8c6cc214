import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import { codecSuite } from '../support/codec-suite.ts';

const test = suite('builtInCodec');

test('supports every window size', () => {
  assert.is(builtInCodec.minWindowBits, 8);
});

test.run();

codecSuite('built in', { codec: builtInCodec, strict: true });
