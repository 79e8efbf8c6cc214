import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { zlibByMessage } from '../../lib/hosts/zlib-by-message.ts';
import { codecSuite } from '../support/codec-suite.ts';
import { hello } from '../support/deflate-blocks.ts';
import { through } from '../support/messages-through.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('zlibByMessage');

test('compresses with zlib', () => {
  const deflater = zlibByMessage.createDeflater({ windowBits: 15, contextTakeover: true });
  assert.equal(through(deflater, utf8('Hello')), hello.fixed);
});

test.run();

codecSuite('node:zlib by message', { codec: zlibByMessage, strict: true });
