import { strict as assert } from 'node:assert';
import { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { encodeHead, type RequestHead } from '../../lib/handshake/head.ts';
import { originCheck } from '../../lib/handshake/origin-check.ts';
import { ServerHandshake } from '../../lib/handshake/server-handshake.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import type { Random } from '../support/random.ts';
import { checkHead } from './engine/check-head.ts';
import { randomOctets } from './engine/mutate.ts';
import { randomHead } from './shapes/heads.ts';

export const description =
  'heads of requests: one outcome for every cut, back and forth, then accepted or refused in order';

export function make(random: Random): Uint8Array {
  const lines = [
    `${random.pick(['GET', 'GET', 'GET', 'POST'])} ${random.pick(['/', '/chat?x=1', 'http://example.com/', '*'])} HTTP/1.1`,
    'Host: example.com',
    `Upgrade: ${random.pick(['websocket', 'WebSocket', 'h2c, websocket'])}`,
    `Connection: ${random.pick(['Upgrade', 'keep-alive, upgrade'])}`,
    `Sec-WebSocket-Key: ${random.pick(['dGhlIHNhbXBsZSBub25jZQ==', 'x'])}`,
    `Sec-WebSocket-Version: ${random.pick(['13', '13', '13', '8', '13, 8'])}`,
    `Sec-WebSocket-Protocol: ${random.pick(['chat', 'chat, superchat', 'a b'])}`,
    `Sec-WebSocket-Extensions: ${random.pick(['permessage-deflate', 'permessage-deflate; client_max_window_bits, x', 'x; a="b'])}`,
    `Origin: ${random.pick(['http://example.com', 'https://example.com:443', 'null', 'http://'])}`,
  ];
  return concatenated([randomOctets(random, 1), randomHead(random, lines)]);
}

export function check(input: Uint8Array): void {
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
    if (!(error instanceof HandshakeError)) throw error;
    assert.ok([400, 405, 417, 426, 505].includes(error.response!.status));
    encodeHead(error.response!);
  }
}
