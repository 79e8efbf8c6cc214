import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { encodeHead, type RequestHead } from '../../lib/handshake/head.ts';
import { originCheck } from '../../lib/handshake/origin-check.ts';
import { ServerHandshake } from '../../lib/handshake/server-handshake.ts';
import { checkHead, type HeadInput } from './checks/check-head.ts';
import { cuts } from './shapes/cuts.ts';
import { head, line } from './shapes/heads.ts';

export const description =
  'heads of requests decode the same in chunks of any length and survive encoding; the server accepts or refuses them';

const request = fc.tuple(
  fc.constantFrom('GET', 'GET', 'GET', 'POST'),
  fc.constantFrom('/', '/chat?x=1', 'http://example.com/', '*'),
);

export const requestHead: fc.Arbitrary<string> = head(
  request.map(([method, target]) => [`${method} ${target} HTTP/1.1`]),
  line('Host: ', 'example.com'),
  line('Upgrade: ', 'websocket', 'WebSocket', 'h2c, websocket'),
  line('Connection: ', 'Upgrade', 'keep-alive, upgrade'),
  line('Sec-WebSocket-Key: ', 'dGhlIHNhbXBsZSBub25jZQ==', 'x'),
  line('Sec-WebSocket-Version: ', '13', '13', '13', '8', '13, 8'),
  line('Sec-WebSocket-Protocol: ', 'chat', 'chat, superchat', 'a b'),
  line(
    'Sec-WebSocket-Extensions: ',
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits, x',
    'x; a="b',
  ),
  line('Origin: ', 'http://example.com', 'https://example.com:443', 'null', 'http://'),
);

export const input: fc.Arbitrary<HeadInput> = fc.record({ head: requestHead, cuts });

export function check(input: HeadInput): void {
  const head = checkHead('request', input) as RequestHead | undefined;
  if (head === undefined) return;
  try {
    const handshake = new ServerHandshake(head);
    originCheck(undefined).admits(handshake);
    const [protocol] = handshake.protocols;
    const response = handshake.accept({ protocol });
    assert.equal(response.status, 101);
    assert.ok(encodeHead(response).length > 0);
  } catch (error) {
    if (!(error instanceof HandshakeError) || error.response === undefined) throw error;
    assert.ok([400, 405, 417, 426, 505].includes(error.response.status));
    encodeHead(error.response);
  }
}
