// What both roles can choose, and the connection that follows from it.

import type { Role } from '../base/choice.ts';
import { randomBytes } from '../bytes/random-bytes.ts';
import { Connection, type ConnectionOptions } from '../connection/connection.ts';
import { type Clock, systemClock } from './alarm.ts';
import type { OpeningOptions } from './opening-exchange.ts';

/** The defaults stand with each of them. */
export interface SocketOptions
  extends OpeningOptions,
    Omit<ConnectionOptions, 'role' | 'deliver' | 'inflater' | 'ownsInput' | 'rsv1'> {
  /**
   * Whether the chunks that the duplex gives are ours, as those of a network are: they are then unmasked in place.
   * Default: false.
   */
  readonly ownsInput?: boolean | undefined;
}

/** The connection of a socket. */
export function socketConnection(role: Role, options: SocketOptions, clock: Clock = systemClock): Connection {
  return new Connection(
    { ...options, randomBytes: options.randomBytes ?? randomBytes, role, deliver: 'messages' },
    clock.now(),
  );
}
