import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeLatin1 } from '../../lib/bytes/latin1.ts';
import {
  canUpgrade,
  encodeHead,
  type HeadInput,
  headOf,
  type RequestHead,
  type ResponseHead,
} from '../../lib/handshake/head.ts';

const test = suite('encodeHead');

const request: HeadInput<RequestHead> = {
  type: 'request',
  method: 'GET',
  target: '/chat?a=b',
  version: '1.1',
  headers: [
    ['Host', 'h'],
    ['X-Latin', '\xe9'],
  ],
};
const response: HeadInput<ResponseHead> = {
  type: 'response',
  status: 101,
  reason: 'Switching Protocols',
  version: '1.1',
  headers: [['A', '']],
};

test('encodes a request', () => {
  assert.is(decodeLatin1(encodeHead(request)), 'GET /chat?a=b HTTP/1.1\r\nHost: h\r\nX-Latin: \xe9\r\n\r\n');
});

test('encodes a response', () => {
  assert.is(decodeLatin1(encodeHead(response)), 'HTTP/1.1 101 Switching Protocols\r\nA: \r\n\r\n');
  assert.is(
    decodeLatin1(encodeHead({ ...response, status: 599, reason: '', headers: [] })),
    'HTTP/1.1 599 \r\n\r\n',
  );
});

test('rejects heads that would not decode to the same', () => {
  const refuses = (head: HeadInput<RequestHead> | HeadInput<ResponseHead>) => {
    assert.throws(
      () => encodeHead(head),
      (error: unknown) => error instanceof TypeError,
    );
  };
  for (const bad of ['\r', '\n', '\r\n', '\0', '\x7f', '\u010a', '\ud800']) {
    for (const text of [bad, `a${bad}`, `${bad}a`, `a${bad}b`]) {
      refuses({ ...request, method: text });
      refuses({ ...request, target: `/${text}` });
      refuses({ ...request, version: text });
      refuses({ ...request, headers: [[text, 'x']] });
      refuses({ ...request, headers: [['x', text]] });
      refuses({ ...response, reason: text });
      refuses({ ...response, headers: [['x', text]] });
    }
  }
  refuses({ ...request, version: '1.1x' });
  refuses({ ...response, version: 'x1.1' });
  for (const target of ['', '/a b', '/\xe9']) refuses({ ...request, target });
  for (const method of ['', 'G T', 'G(']) refuses({ ...request, method });
  for (const status of [99, 600, 101.5, NaN, -101, 1e3]) refuses({ ...response, status });
  refuses({ ...response, version: '' });
});

test('canUpgrade() is true for HTTP/1.1 and later versions of HTTP/1', () => {
  for (const version of ['1.1', '1.2', '1.9']) assert.ok(canUpgrade(version), version);
  for (const version of ['1.0', '2.0', '', '1.10', '11', '3']) assert.not(canUpgrade(version), version);
});

test('headOf() returns heads with headers that support lookups', () => {
  const head = headOf<RequestHead>(request);
  assert.equal([...head.headers], request.headers);
  assert.is(headOf<RequestHead>(head), head);
});

test.run();
