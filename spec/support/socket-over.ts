// Open WebSockets without an opening handshake, over any duplex.

import type { Role } from '../../lib/base/choice.ts';
import type { Clock } from '../../lib/sockets/alarm.ts';
import { type Opening, OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { type SocketOptions, socketConnection } from '../../lib/sockets/socket-options.ts';
import type { ByteDuplex } from '../../lib/streams/byte-duplex.ts';
import { FakeClock } from './fake-clock.ts';

export const opening: Opening = {
  protocol: 'chat',
  extensions: '',
  compression: undefined,
  deflating: undefined,
  request: { type: 'request', method: 'GET', target: '/', version: '1.1', headers: [] },
  response: { type: 'response', status: 101, reason: '', version: '1.1', headers: [] },
};

/** A masking key of zeros leaves a client's payload as it is. */
const zeroKey = () => new Uint8Array(4);

export function socketOver(
  role: Role,
  duplex: ByteDuplex,
  options: SocketOptions = {},
  clock: Clock = new FakeClock(),
): OpenWebSocket {
  const connection = socketConnection(role, { randomBytes: zeroKey, ...options, clock });
  const reader = duplex.readable.getReader();
  const writer = duplex.writable.getWriter();
  return new OpenWebSocket(connection, { reader, writer, rest: new Uint8Array(0) }, opening, {
    ...options,
    clock,
  });
}
