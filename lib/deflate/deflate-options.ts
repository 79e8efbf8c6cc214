// The user's options for compression, and their check.

import { described } from '../base/described.ts';
import { flag, integer, limit, type Settled, withMethods } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { builtInCodec } from './built-in-codec.ts';
import type { DeflateCodec } from './codec.ts';

/** The options of permessage-deflate. `server…` options apply to what servers send, `client…` options to clients. */
export interface DeflateOptions {
  /** Whether the server's messages may refer to earlier ones: shorter messages for more memory. Default: true. */
  readonly serverContextTakeover?: boolean | undefined;
  /** Whether the client's messages may refer to earlier ones. Default: true. */
  readonly clientContextTakeover?: boolean | undefined;
  /** The window of the server's messages: they refer back at most `2^serverMaxWindowBits` bytes, 8 to 15. Default: 15. */
  readonly serverMaxWindowBits?: number | undefined;
  /** The window of the client's messages: they refer back at most `2^clientMaxWindowBits` bytes, 8 to 15. Default: 15. */
  readonly clientMaxWindowBits?: number | undefined;
  /** The most memory that compression may hold for a connection, in bytes: the window is chosen to fit. Default: no limit. */
  readonly maxDeflaterBytes?: number | undefined;
  /**
   * The most memory that decompression may hold for a connection besides a message, in bytes: a window that fits is requested
   * of the peer, and a peer that does not support it is not compressed with. Default: no limit.
   */
  readonly maxInflaterBytes?: number | undefined;
  /**
   * The length from which messages are compressed, in bytes, unless a write chooses otherwise; 0 compresses all. Default: 32
   * with context takeover, 128 without.
   */
  readonly thresholdBytes?: number | undefined;
  /** The codec that compresses and decompresses. Default: the built-in codec. */
  readonly codec?: DeflateCodec | undefined;
}

const windowBits = /* @__PURE__ */ integer(8, 15);

const deflateOptions = /* @__PURE__ */ new OptionTable<Settled<DeflateOptions, 'thresholdBytes'>>(
  'deflate',
  () => ({
    serverContextTakeover: flag(true),
    clientContextTakeover: flag(true),
    serverMaxWindowBits: integer(8, 15, 15),
    clientMaxWindowBits: integer(8, 15, 15),
    maxDeflaterBytes: limit(Infinity),
    maxInflaterBytes: limit(Infinity),
    thresholdBytes: limit(undefined, 0),
    codec: withMethods<DeflateCodec>(
      'a DeflateCodec',
      ['createInflater', 'createDeflater', 'inflaterBytes', 'deflaterBytes'],
      builtInCodec,
    ),
  }),
);

/** The options with all defaults, and with memory limits converted to window bits. */
export interface DeflateSettings {
  readonly serverContextTakeover: boolean;
  readonly clientContextTakeover: boolean;
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
  /** `undefined`: the default of `shouldCompress`. */
  readonly thresholdBytes: number | undefined;
  readonly codec: DeflateCodec;
}

/**
 * Returns the settings for our role, or `undefined` if compression is off.
 *
 * @throws TypeError for a value of the wrong type
 * @throws RangeError for a number out of range, or a memory limit that no window fits
 */
export function deflateSettings(
  role: 'client' | 'server',
  options: DeflateOptions | boolean,
): DeflateSettings | undefined {
  if (options === false) return undefined;
  if (options !== true && (typeof options !== 'object' || options === null)) {
    throw new TypeError(`deflate must be true, false or an object (got ${described(options)})`);
  }
  const checked = deflateOptions.check(options === true ? undefined : options);
  const { codec, maxDeflaterBytes, maxInflaterBytes, serverMaxWindowBits, clientMaxWindowBits } = checked;
  const least = windowBits.check(codec.minWindowBits, 'codec.minWindowBits', codec)!;
  const sent = fittingWindow('maxDeflaterBytes', maxDeflaterBytes, least, bits => codec.deflaterBytes(bits));
  const received = fittingWindow('maxInflaterBytes', maxInflaterBytes, 8, bits => codec.inflaterBytes(bits));
  const settings = {
    serverContextTakeover: checked.serverContextTakeover,
    clientContextTakeover: checked.clientContextTakeover,
    serverMaxWindowBits: Math.min(serverMaxWindowBits, role === 'server' ? sent : received),
    clientMaxWindowBits: Math.min(clientMaxWindowBits, role === 'client' ? sent : received),
    thresholdBytes: checked.thresholdBytes,
    codec,
  };
  const own = role === 'server' ? settings.serverMaxWindowBits : settings.clientMaxWindowBits;
  if (own < least) {
    throw new RangeError(`${role}MaxWindowBits must be at least ${least} with this codec (got ${own})`);
  }
  return settings;
}

/** Returns the largest window that takes at most `maxBytes`. */
function fittingWindow(
  name: string,
  maxBytes: number,
  least: number,
  bytes: (windowBits: number) => number,
): number {
  let bits = 15;
  while (bits >= least && bytes(bits) > maxBytes) bits--;
  if (bits < least) throw new RangeError(`${name} must be at least ${bytes(least)} (got ${maxBytes})`);
  return bits;
}
