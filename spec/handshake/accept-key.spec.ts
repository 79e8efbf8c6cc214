import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { acceptKey } from '../../lib/handshake/accept-key.ts';

const test = suite('acceptKey');

test('returns the accept key of §1.3', () => {
  assert.is(acceptKey('dGhlIHNhbXBsZSBub25jZQ=='), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

test.run();
