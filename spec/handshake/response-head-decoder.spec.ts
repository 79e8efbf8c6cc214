import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLatin1 } from '../../lib/bytes/latin1.ts';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { encodeHead } from '../../lib/handshake/head.ts';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';
import { ResponseHeadDecoder } from '../../lib/handshake/response-head-decoder.ts';
import { utf8 } from '../support/utf8.ts';

// The common part of heads is tested in the spec of HeadDecoder.

const test = suite('ResponseHeadDecoder');

test('decodes output of encodeHead()', () => {
  const head = {
    type: 'response',
    status: 101,
    reason: 'Switching Protocols',
    version: '1.1',
    headers: HeaderFields.from([['Upgrade', 'websocket']]),
  } as const;
  const decoder = new ResponseHeadDecoder();
  decoder.write(encodeHead(head));
  assert.equal(decoder.read(), head);
});

test('decodes a status line without a reason', () => {
  const decoder = new ResponseHeadDecoder();
  decoder.write(encodeLatin1('HTTP/1.0 404\r\n\r\n'));
  const { status, reason, version } = decoder.read()!;
  assert.equal([status, reason, version], [404, '', '1.0']);
});

test('rejects an empty first line, without a response to send', () => {
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

test('attributes the end of input to the transport, and any other error to the server', () => {
  const codeOf = (use: () => unknown) => {
    try {
      use();
    } catch (error) {
      return (error as HandshakeError).code;
    }
    return undefined;
  };
  const ended = new ResponseHeadDecoder();
  ended.write(utf8('HTTP/1.1 101'));
  assert.is(ended.read(), undefined);
  assert.is(
    codeOf(() => ended.close()),
    'ERR_TRANSPORT',
  );
  const babbling = new ResponseHeadDecoder();
  babbling.write(utf8('x\r\n'));
  assert.not(babbling.begun);
  assert.is(
    codeOf(() => babbling.read()),
    'ERR_BAD_RESPONSE',
  );
  const begun = new ResponseHeadDecoder();
  begun.write(utf8('HTTP/1.1 200 OK\r\n'));
  assert.equal([begun.read(), begun.begun], [undefined, true]);
});

test.run();
