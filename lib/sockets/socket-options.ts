// The options of both roles, and the connection made from them.

import {
  abortSignal,
  callable,
  flag,
  type OptionRule,
  type OptionRules,
  reserved,
  type Settled,
} from '../base/option-rule.ts';
import type { Role } from '../base/role.ts';
import type { Allocate } from '../bytes/byte-collector.ts';
import { randomBytes } from '../bytes/random-bytes.ts';
import { Connection } from '../connection/connection.ts';
import { type ConnectionOptions, connectionOptions } from '../connection/connection-options.ts';
import type { DeflateAgreement } from '../deflate/deflate-agreement.ts';
import { type DeflateOptions, type DeflateSettings, deflateSettings } from '../deflate/deflate-options.ts';
import { messageLimit } from '../events/websocket-decoder.ts';
import type { RandomBytes } from '../frames/masking-keys.ts';
import type { OpenOptions } from './open-websocket.ts';
import { type OpeningOptions, openingRules } from './opening-limit.ts';
import type { Deflating } from './prepared-message.ts';

/** The options of a connection that the socket sets itself. */
type OwnOfConnection = 'role' | 'inflater' | 'compression' | 'maxPinnedBytes' | 'allocate';

/** The options of a WebSocket in either role. */
export interface SocketOptions
  extends OpeningOptions,
    OpenOptions,
    Omit<ConnectionOptions, OwnOfConnection | 'deliver'> {
  /**
   * Whether to negotiate compression with permessage-deflate (RFC 7692), and its options. Default: true for a client, which
   * pays only once the server accepts and a message is large enough; false for a server, which pays for each connection.
   */
  readonly deflate?: boolean | DeflateOptions | undefined;
}

/** {@link SocketOptions}, checked and with their defaults. */
export interface SettledSocketOptions
  extends Settled<
    Omit<SocketOptions, 'deflate'>,
    'signal' | 'closeSignal' | 'ownsInput' | 'maxMessageBytes' | 'maxFragments' | 'tap'
  > {
  /** The settings of compression; `undefined` if it is neither offered nor accepted. */
  readonly deflate: DeflateSettings | undefined;
}

const ownOfConnection: { readonly [Name in OwnOfConnection]: typeof reserved } = {
  role: reserved,
  inflater: reserved,
  compression: reserved,
  maxPinnedBytes: reserved,
  allocate: reserved,
};

/** Returns the rules of these options, with the defaults of a role. */
export function socketRules(role: Role): OptionRules<SettledSocketOptions> {
  return {
    ...connectionOptions.rules,
    ...ownOfConnection,
    ...openingRules(),
    closeSignal: abortSignal(),
    // The default depends on the transport.
    ownsInput: flag(),
    randomBytes: callable<RandomBytes>(randomBytes),
    deflate: deflateRule(role),
  };
}

function deflateRule(role: Role): OptionRule<DeflateSettings | undefined> {
  return {
    fallback: deflateSettings(role, role === 'client'),
    check: value => deflateSettings(role, value as boolean | DeflateOptions),
  };
}

/** The negotiated compression, and our settings for it. */
export interface AgreedCompression {
  readonly agreement: DeflateAgreement;
  readonly settings: DeflateSettings;
}

/** How a socket may use the memory of its transport. */
export interface TransportMemory {
  /** Whether it may keep and change the chunks that it has read. */
  readonly ownsInput: boolean;
  /** Makes the buffers of long messages. Default: cleared ones. */
  readonly allocate: Allocate | undefined;
}

/** The default: the transport may use its chunks again. */
const unknownMemory: TransportMemory = { ownsInput: false, allocate: undefined };

/**
 * Returns the connection of a socket.
 *
 * @param memory - how the memory of the transport may be used. The option `ownsInput` takes precedence
 */
export function socketConnection(
  role: Role,
  options: SettledSocketOptions,
  compression?: AgreedCompression,
  memory: TransportMemory = unknownMemory,
): Connection {
  const machines = compression && compressionMachines(role, options, compression);
  const own = {
    role,
    ownsInput: options.ownsInput ?? memory.ownsInput,
    inflater: machines?.inflater,
    compression: machines?.compression,
    maxPinnedBytes: undefined,
    allocate: memory.allocate,
  };
  return new Connection(connectionOptions.pick(options, own), options.clock.now());
}

function compressionMachines(
  role: Role,
  { maxMessageBytes, deliver }: SettledSocketOptions,
  { agreement, settings }: AgreedCompression,
): Pick<ConnectionOptions, 'inflater' | 'compression'> {
  const client = {
    windowBits: agreement.clientMaxWindowBits,
    contextTakeover: agreement.clientContextTakeover,
  };
  const server = {
    windowBits: agreement.serverMaxWindowBits,
    contextTakeover: agreement.serverContextTakeover,
  };
  const [sent, received] = role === 'client' ? [client, server] : [server, client];
  const limit = messageLimit({ role, deliver, maxMessageBytes });
  const { codec, thresholdBytes } = settings;
  const { contextTakeover } = sent;
  const deflater = sent.windowBits < codec.minWindowBits ? undefined : codec.createDeflater(sent);
  return {
    inflater: codec.createInflater({ ...received, maxMessageBytes: limit }),
    compression: deflater && { deflater, thresholdBytes, contextTakeover },
  };
}

/**
 * Returns the compression of outgoing messages; `undefined` for a client whose codec has no window as small as the server
 * demands. The client then sends uncompressed messages, which is always allowed (RFC 7692 §6).
 */
export function deflatingOf(role: Role, { agreement, settings }: AgreedCompression): Deflating | undefined {
  const { codec } = settings;
  const windowBits = role === 'client' ? agreement.clientMaxWindowBits : agreement.serverMaxWindowBits;
  return windowBits < codec.minWindowBits ? undefined : { codec, windowBits };
}
