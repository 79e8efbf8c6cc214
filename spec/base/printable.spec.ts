import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { onOneLine, printable } from '../../lib/base/printable.ts';

const test = suite('printable');

test('escapes control characters', () => {
  assert.is(printable('\x1b[2Jé\u009b\x7f\ta\n\r'), '\\u001b[2Jé\\u009b\\u007f\ta\n\\u000d');
  assert.is(onOneLine('a\n\tb\x00'), 'a\\u000a\\u0009b\\u0000');
});

test.run();
