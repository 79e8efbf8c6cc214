// The codec that is used by default.

import type { DeflateCodec } from './codec.ts';
import { Deflater, deflaterBytes } from './deflater.ts';
import { Inflater, inflaterBytes } from './inflater.ts';

/** Compresses and decompresses in plain JavaScript, on every runtime, with windows of 8 to 15 bits. */
export const builtInCodec: DeflateCodec = {
  minWindowBits: 8,
  deflaterBytes,
  inflaterBytes,
  createInflater: options => new Inflater(options),
  createDeflater: options => new Deflater(options),
};
