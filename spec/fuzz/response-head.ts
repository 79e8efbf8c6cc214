import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { confirmDeflate } from '../../lib/deflate/confirm-deflate.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { ClientHandshake } from '../../lib/handshake/client-handshake.ts';
import type { ResponseHead } from '../../lib/handshake/head.ts';
import { checkHead, type HeadInput } from './checks/check-head.ts';
import { cuts } from './shapes/cuts.ts';
import { head, line } from './shapes/heads.ts';

export const description =
  'heads of responses decode the same in chunks of any length and survive encoding; the client accepts them or fails';

/** The key of RFC 6455 §1.3. */
const randomBytes = () => new TextEncoder().encode('the sample nonce');

const status = fc.tuple(
  fc.constantFrom('1', '1', '0'),
  fc.constantFrom('101', '101', '101', '200', '404'),
  fc.constantFrom('Switching Protocols', ''),
);

export const responseHead: fc.Arbitrary<string> = head(
  status.map(([minor, code, reason]) => [`HTTP/1.${minor} ${code} ${reason}`]),
  line('Upgrade: ', 'websocket', 'WebSocket', 'websocket, x'),
  line('Connection: ', 'Upgrade', 'keep-alive, upgrade'),
  line('Sec-WebSocket-Accept: ', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo'),
  fc.constantFrom([], ['Sec-WebSocket-Protocol: chat'], ['Sec-WebSocket-Protocol: other']),
  fc.constantFrom(
    [],
    ['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10'],
    ['Sec-WebSocket-Extensions: x'],
  ),
);

export const input: fc.Arbitrary<HeadInput> = fc.record({ head: responseHead, cuts });

export function check(input: HeadInput): void {
  const head = checkHead('response', input) as ResponseHead | undefined;
  if (head === undefined) return;
  const handshake = new ClientHandshake('ws://example.com/', {
    randomBytes,
    protocols: ['chat'],
    extensions: 'permessage-deflate; client_max_window_bits',
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
