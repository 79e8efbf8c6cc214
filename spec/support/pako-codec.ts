// A codec on pako, the example of an adapter in the guide.

import { Deflate, Inflate } from 'pako';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import { dictionaryCodec } from '../../lib/deflate/dictionary-codec.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';

const syncFlush = 2;

/** A codec on pako, which is zlib in JavaScript. */
export const pakoCodec: DeflateCodec = dictionaryCodec({
  minWindowBits: 9,

  deflate(data, options) {
    const deflate = new Deflate({ raw: true, ...options });
    const pieces: Uint8Array[] = [];
    deflate.onData = piece => pieces.push(piece);
    deflate.push(data, syncFlush);
    return concatenated(pieces);
  },

  *inflate(data, options) {
    const inflate = new Inflate({ raw: true, ...options });
    const pieces: Uint8Array[] = [];
    inflate.onData = piece => pieces.push(piece as Uint8Array);
    for (let at = 0; at < data.length; at += 4096) {
      if (!inflate.push(data.subarray(at, at + 4096), syncFlush)) throw new Error(inflate.msg);
      yield* pieces.splice(0);
    }
  },
});
