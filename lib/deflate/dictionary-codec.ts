// Makes a codec for permessage-deflate of the functions of a DEFLATE library (RFC 7692 §7.2).

import { callable, integer } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { builtInCodec } from './built-in-codec.ts';
import type { DeflateCodec } from './codec.ts';
import type {
  DeflateFunction,
  DeflateFunctionOptions,
  InflateFunction,
  InflateFunctionOptions,
} from './deflate-functions.ts';
import { DictionaryDeflater, dictionaryDeflaterBytes } from './dictionary-deflater.ts';
import { DictionaryInflater, dictionaryInflaterBytes } from './dictionary-inflater.ts';

export type { DeflateFunction, DeflateFunctionOptions, InflateFunction, InflateFunctionOptions };

/** The functions of a library that make up a codec. */
export interface DictionaryCodecOptions {
  /** Compresses a slice of a message. Default: the built-in compressor. */
  readonly deflate?: DeflateFunction | undefined;
  /** Decompresses a message. Default: the built-in decompressor. */
  readonly inflate?: InflateFunction | undefined;
  /** The smallest window that `deflate` supports, in bits, 8 to 15. Default: 15, and 8 without `deflate`. */
  readonly minWindowBits?: number | undefined;
}

const codecOptions = /* @__PURE__ */ new OptionTable<DictionaryCodecOptions>('dictionaryCodec', () => ({
  deflate: callable<DeflateFunction>(),
  inflate: callable<InflateFunction>(),
  minWindowBits: integer(8, 15),
}));

/**
 * Makes a codec of the functions of a DEFLATE library. The codec keeps the window of each direction and passes it to the
 * functions as a dictionary. So the library needs no state between messages, and the memory of a connection is known.
 *
 * Messages are compressed in slices of 64 KiB. They are decompressed completely before any output; that is never more than
 * `maxMessageBytes` and one piece of `inflate`. The codec appends its own end to each message, which shows whether `inflate`
 * reached it. If not, the built-in decompressor takes over: it accepts a message with final blocks inside, and fails others
 * with the right code.
 *
 * The duration of a call depends on the library. Decompress in pieces if messages may be large. With `deliver: 'parts'`
 * messages have no limit by default; set `maxMessageBytes`, because this codec holds a whole message.
 *
 * @throws TypeError for a value of the wrong type, and for an unknown option
 * @throws RangeError for `minWindowBits` out of range
 */
export function dictionaryCodec(options: DictionaryCodecOptions): DeflateCodec {
  const { deflate, inflate, minWindowBits } = codecOptions.check(options);
  return {
    minWindowBits: minWindowBits ?? (deflate ? 15 : builtInCodec.minWindowBits),
    deflaterBytes: deflate ? dictionaryDeflaterBytes : builtInCodec.deflaterBytes,
    inflaterBytes: inflate ? dictionaryInflaterBytes : builtInCodec.inflaterBytes,
    createDeflater: asked =>
      deflate ? new DictionaryDeflater(deflate, asked) : builtInCodec.createDeflater(asked),
    createInflater: asked =>
      inflate ? new DictionaryInflater(inflate, asked) : builtInCodec.createInflater(asked),
  };
}
