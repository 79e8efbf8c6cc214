// What a user may choose about compression, and how it is checked. Knows nothing of the peer.

import { checkedLimit } from '../base/limit.ts';
import { builtInCodec } from './built-in-codec.ts';
import type { DeflateCodec } from './codec.ts';

/** What a user may choose about permessage-deflate. `server…` is about what servers send, `client…` about clients. */
export interface DeflateOptions {
  /** Whether the server's messages may refer to those before them: less to send, more to remember. Default: true. */
  readonly serverContextTakeover?: boolean | undefined;
  /** Whether the client's messages may refer to those before them. Default: true. */
  readonly clientContextTakeover?: boolean | undefined;
  /** How far back the server's messages refer at most: `2^serverMaxWindowBits` octets, 8 to 15. Default: 15. */
  readonly serverMaxWindowBits?: number | undefined;
  /** How far back the client's messages refer at most: `2^clientMaxWindowBits` octets, 8 to 15. Default: 15. */
  readonly clientMaxWindowBits?: number | undefined;
  /** The most memory that compressing may hold for a connection: the window is chosen to fit. Default: no limit. */
  readonly maxDeflaterBytes?: number | undefined;
  /**
   * The most memory that decompressing may hold for a connection, besides a message: the peer is asked for a window
   * that fits, and a peer that cannot keep to it does without compression. Default: no limit.
   */
  readonly maxInflaterBytes?: number | undefined;
  /**
   * Messages of fewer octets are sent as they are, unless a write chooses otherwise; 0 compresses all. Default: 32
   * with context takeover, 128 without.
   */
  readonly thresholdBytes?: number | undefined;
  /** What compresses and decompresses. Default: the built-in codec. */
  readonly codec?: DeflateCodec | undefined;
}

/** The options with nothing left open, the memory limits turned into window bits. */
export interface DeflateSettings {
  readonly serverContextTakeover: boolean;
  readonly clientContextTakeover: boolean;
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
  /** Undefined: the default for what is agreed, see `compresses`. */
  readonly thresholdBytes: number | undefined;
  readonly codec: DeflateCodec;
}

/**
 * The settings for our side, or `undefined`: compression is off.
 *
 * @throws TypeError for a value of the wrong type
 * @throws RangeError for a number out of range, and for a limit that no window fits
 */
export function deflateSettings(
  role: 'client' | 'server',
  options: DeflateOptions | boolean,
): DeflateSettings | undefined {
  if (options === false) return undefined;
  if (options === true) return deflateSettings(role, {});
  if (typeof options !== 'object' || options === null)
    throw new TypeError('deflate must be an object or a boolean');
  const codec = options.codec ?? builtInCodec;
  const sent = fittingWindow('maxDeflaterBytes', options.maxDeflaterBytes, codec.minWindowBits, bits =>
    codec.deflaterBytes(bits),
  );
  const received = fittingWindow('maxInflaterBytes', options.maxInflaterBytes, 8, bits =>
    codec.inflaterBytes(bits),
  );
  const server = checkedWindow('serverMaxWindowBits', options.serverMaxWindowBits);
  const client = checkedWindow('clientMaxWindowBits', options.clientMaxWindowBits);
  const settings = {
    serverContextTakeover: checkedBoolean('serverContextTakeover', options.serverContextTakeover),
    clientContextTakeover: checkedBoolean('clientContextTakeover', options.clientContextTakeover),
    serverMaxWindowBits: Math.min(server, role === 'server' ? sent : received),
    clientMaxWindowBits: Math.min(client, role === 'client' ? sent : received),
    thresholdBytes: checkedThreshold(options.thresholdBytes),
    codec,
  };
  const ours = role === 'server' ? settings.serverMaxWindowBits : settings.clientMaxWindowBits;
  if (ours < codec.minWindowBits) {
    throw new RangeError(
      `${role}MaxWindowBits must be at least ${codec.minWindowBits} with this codec, not ${ours}`,
    );
  }
  return settings;
}

/** The largest window for which `bytes` keeps to the limit. */
function fittingWindow(
  name: string,
  limit: number | undefined,
  least: number,
  bytes: (windowBits: number) => number,
): number {
  const maxBytes = checkedLimit(name, limit, Infinity);
  let bits = 15;
  while (bits >= least && bytes(bits) > maxBytes) bits--;
  if (bits < least) throw new RangeError(`${name} must be at least ${bytes(least)}, not ${maxBytes}`);
  return bits;
}

function checkedWindow(name: string, value: number | undefined): number {
  if (value === undefined) return 15;
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}`);
  if (Number.isInteger(value) && value >= 8 && value <= 15) return value;
  throw new RangeError(`${name} must be an integer from 8 to 15, not ${value}`);
}

function checkedBoolean(name: string, value: boolean | undefined): boolean {
  if (value === undefined) return true;
  if (typeof value === 'boolean') return value;
  throw new TypeError(`${name} must be a boolean, not ${typeof value}`);
}

/** Unlike a limit, a threshold may be 0: everything is compressed. */
function checkedThreshold(value: number | undefined): number | undefined {
  return value === undefined || value === 0 ? value : checkedLimit('thresholdBytes', value, value);
}
