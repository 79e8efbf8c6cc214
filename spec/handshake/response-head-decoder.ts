import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLatin1 } from '../../lib/bytes/latin1.ts';
import { encodeHead } from '../../lib/handshake/head.ts';
import { ResponseHeadDecoder } from '../../lib/handshake/response-head-decoder.ts';

// What heads have in common is in the specs of HeadDecoder.

const test = suite('ResponseHeadDecoder');

test('reads what encodeHead writes', () => {
  const head = {
    type: 'response',
    status: 101,
    reason: 'Switching Protocols',
    version: '1.1',
    headers: [['Upgrade', 'websocket']],
  } as const;
  const decoder = new ResponseHeadDecoder();
  decoder.write(encodeHead(head));
  assert.equal(decoder.read(), head);
});

test('reads a status line without a reason', () => {
  const decoder = new ResponseHeadDecoder();
  decoder.write(encodeLatin1('HTTP/1.0 404\r\n\r\n'));
  const { status, reason, version } = decoder.read()!;
  assert.equal([status, reason, version], [404, '', '1.0']);
});

test('refuses an empty first line, and has nothing to answer', () => {
  const decoder = new ResponseHeadDecoder();
  decoder.write(encodeLatin1('\r\nHTTP/1.1 101 x\r\n\r\n'));
  try {
    decoder.read();
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'RFC 6455 §4.1: malformed first line');
    assert.is((error as { response?: unknown }).response, undefined);
  }
});

test.run();
