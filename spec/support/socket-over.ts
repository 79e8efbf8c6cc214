// Open WebSockets without an opening handshake, over any duplex.

import type { Role } from '../../lib/base/role.ts';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';
import type { Clock } from '../../lib/sockets/deadline-timer.ts';
import { type Opening, OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import {
  type AgreedCompression,
  deflatingOf,
  type SocketOptions,
  socketConnection,
} from '../../lib/sockets/socket-options.ts';
import { type ByteDuplex, lockDuplex } from '../../lib/streams/byte-duplex.ts';
import { FakeClock } from './fake-clock.ts';
import { HandDuplex } from './hand-duplex.ts';
import { settledSocket } from './settled.ts';

export const opening: Opening = {
  protocol: 'chat',
  extensions: '',
  compression: undefined,
  deflating: undefined,
  request: { type: 'request', method: 'GET', target: '/', version: '1.1', headers: new HeaderFields() },
  response: { type: 'response', status: 101, reason: '', version: '1.1', headers: new HeaderFields() },
};

/** Returns a masking key of zeros, which leaves the payload unchanged. */
const zeroKey = (byteLength: number) => new Uint8Array(byteLength);

export function socketOver(
  role: Role,
  duplex: ByteDuplex,
  options: SocketOptions = {},
  clock: Clock = new FakeClock(),
  agreed?: AgreedCompression,
): OpenWebSocket {
  const all = settledSocket(role, { randomBytes: zeroKey, ...options, clock });
  const connection = socketConnection(role, all, agreed);
  const { reader, writer } = lockDuplex(duplex);
  const deflating = agreed && deflatingOf(role, agreed);
  const told = { ...opening, compression: agreed?.agreement, deflating };
  return new OpenWebSocket(connection, { reader, writer, rest: new Uint8Array(0) }, told, all);
}

/** Returns an open WebSocket of a server over a duplex that the spec controls. */
export interface HandOpened {
  readonly clock: FakeClock;
  readonly duplex: HandDuplex;
  readonly socket: OpenWebSocket;
}

export function openByHand(
  options: SocketOptions = {},
  duplex: HandDuplex = new HandDuplex(),
  agreed?: AgreedCompression,
): HandOpened {
  const clock = new FakeClock();
  return { clock, duplex, socket: socketOver('server', duplex, options, clock, agreed) };
}
