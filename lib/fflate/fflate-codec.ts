// fflate behind the codec interface: decompression by it, compression by our own. RFC 7692 §7.2.

import { Inflate, inflateSync } from 'fflate';
import type { DeflateCodec } from '../deflate/codec.ts';
import { dictionaryCodec, type InflateFunctionOptions } from '../deflate/dictionary-codec.ts';

/**
 * Up to this length a message is decompressed by one call, 1 to 30 µs; a longer one in slices through fflate's stream,
 * which costs about 90 µs a slice (Node 20).
 */
const sliceBytes = 2048;

const noBytes = new Uint8Array(0);

/** Holds the output of such a call, one call after the other: fflate would allocate 128 KiB for each. */
let room: Uint8Array | undefined;

type Options = Pick<InflateFunctionOptions, 'dictionary'>;

/** Decompresses a stream up to the end of its first final block. */
export function fflateInflate(stream: Uint8Array, options: Options): Uint8Array | Iterable<Uint8Array> {
  const output = stream.length <= sliceBytes ? atOnce(stream, options) : undefined;
  return output ?? inSlices(stream, options);
}

/** Returns `undefined` for more output than there is room for, of which fflate drops some or throws, and for corrupt data. */
function atOnce(stream: Uint8Array, options: Options): Uint8Array | undefined {
  room ??= new Uint8Array(65_536);
  try {
    const output = inflateSync(stream, { out: room, ...options });
    return output.length < room.length ? output : undefined;
  } catch {
    return undefined;
  }
}

function* inSlices(stream: Uint8Array, options: Options): Generator<Uint8Array> {
  let output = noBytes;
  const inflate = new Inflate(options, piece => {
    output = piece;
  });
  for (let at = 0; at < stream.length; at += sliceBytes) {
    const next = at + sliceBytes;
    inflate.push(stream.subarray(at, next), next >= stream.length);
    yield output;
  }
}

/**
 * Decompresses with fflate, for those who have it in their bundle anyway. **For trusted peers only**: fflate builds the
 * tables of a dynamic block without a check of its code lengths, so 28 bytes can keep it busy for 70 ms, and it takes stored
 * blocks whose lengths disagree. Nothing cheaper than to decompress finds such blocks. Use the built-in codec for others.
 *
 * Apart from that it does what the built-in codec does: what is truncated fails with 1007, what is too long with 1009 after
 * at most 2 MiB more than the limit, and final blocks may stand anywhere.
 *
 * Compression is the built-in one. fflate's stream corrupts data (issues 260, 267, 282 and 296 of fflate), and `deflateSync`
 * has no flush and, with a dictionary, may write stored blocks of other bytes (0.8.3).
 */
export const fflateCodec: DeflateCodec = dictionaryCodec({ inflate: fflateInflate });
