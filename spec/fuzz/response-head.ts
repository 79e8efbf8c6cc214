import { strict as assert } from 'node:assert';
import { confirmDeflate } from '../../lib/deflate/confirm-deflate.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { ClientHandshake } from '../../lib/handshake/client-handshake.ts';
import type { ResponseHead } from '../../lib/handshake/head.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import type { Random } from '../support/random.ts';
import { checkHead } from './engine/check-head.ts';
import { randomOctets } from './engine/mutate.ts';
import { randomHead } from './shapes/heads.ts';

export const description =
  'heads of responses: one outcome for every cut, back and forth, then agreed to or failed in order';

/** Its key is the one of RFC 6455 §1.3. */
const randomBytes = () => new TextEncoder().encode('the sample nonce');

export function make(random: Random): Uint8Array {
  const lines = [
    `HTTP/1.${random.pick(['1', '1', '0'])} ${random.pick(['101', '101', '101', '200', '404'])} ${random.pick(['Switching Protocols', ''])}`,
    `Upgrade: ${random.pick(['websocket', 'WebSocket', 'websocket, x'])}`,
    `Connection: ${random.pick(['Upgrade', 'keep-alive, upgrade'])}`,
    `Sec-WebSocket-Accept: ${random.pick(['s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo'])}`,
    ...random.pick([[], ['Sec-WebSocket-Protocol: chat'], ['Sec-WebSocket-Protocol: other']]),
    ...random.pick([
      [],
      ['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10'],
      ['Sec-WebSocket-Extensions: x'],
    ]),
  ];
  return concatenated([randomOctets(random, 1), randomHead(random, lines)]);
}

export function check(input: Uint8Array): void {
  const head = checkHead('response', input) as ResponseHead | undefined;
  if (head === undefined) return;
  const extensions = 'permessage-deflate; client_max_window_bits';
  const handshake = new ClientHandshake('ws://example.com/', {
    randomBytes,
    protocols: ['chat'],
    extensions,
  });
  try {
    const { protocol, extensions } = handshake.check(head);
    assert.ok(['', 'chat'].includes(protocol));
    confirmDeflate(extensions, deflateSettings('client', true)!);
  } catch (error) {
    const { name } = error as Error;
    if (name !== 'HandshakeError' && name !== 'WebSocketError') throw error;
  }
}
