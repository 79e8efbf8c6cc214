import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLatin1 } from '../../lib/bytes/latin1.ts';
import { encodeHead } from '../../lib/handshake/head.ts';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';
import { RequestHeadDecoder } from '../../lib/handshake/request-head-decoder.ts';

// The common part of heads is tested in the spec of HeadDecoder.

const test = suite('RequestHeadDecoder');

test('decodes output of encodeHead()', () => {
  const head = {
    type: 'request',
    method: 'GET',
    target: '/chat?a=b',
    version: '1.1',
    headers: HeaderFields.from([['Host', 'h']]),
  } as const;
  const decoder = new RequestHeadDecoder();
  decoder.write(encodeHead(head));
  assert.equal(decoder.read(), head);
});

test('ignores empty lines before the request line (RFC 9112 §2.2)', () => {
  const decoder = new RequestHeadDecoder();
  decoder.write(encodeLatin1('\r\n\r\nGET / HTTP/1.1\r\n\r\n'));
  assert.is(decoder.read()?.target, '/');
});

test('has the response to send in its error', () => {
  const decoder = new RequestHeadDecoder({ maxHeadLineBytes: 20 });
  decoder.write(encodeLatin1(`GET /${'a'.repeat(20)}`));
  try {
    decoder.read();
    assert.unreachable();
  } catch (error) {
    assert.is((error as { response?: { status: number } }).response?.status, 414);
  }
  const malformed = new RequestHeadDecoder();
  malformed.write(encodeLatin1('HTTP/1.1 200 OK\r\n'));
  assert.throws(() => malformed.read(), /§4.2: malformed first line/);
});

test.run();
