// node:zlib behind the codec interface. RFC 7692 §7.2.

import type { DeflateCodec, MessageInflater } from '../deflate/codec.ts';
import { zlibByMessage } from './zlib-by-message.ts';
import { ZlibDeflater, zlibDeflaterBytes } from './zlib-deflater.ts';
import { ZlibInflater, zlibInflaterBytes } from './zlib-inflater.ts';

/** zlib by streams that are driven synchronously. */
export const zlibByStream: DeflateCodec = {
  // zlib takes 8 bits for 9.
  minWindowBits: 9,
  deflaterBytes: zlibDeflaterBytes,
  inflaterBytes: zlibInflaterBytes,
  createInflater: options => new ZlibInflater(options),
  createDeflater: options => new ZlibDeflater(options),
};

let chosen: DeflateCodec | undefined;

/** Returns the codec for this runtime; it is tried once, when the first connection needs to know. */
function codec(): DeflateCodec {
  chosen ??= workingCodec(zlibByStream, zlibByMessage);
  return chosen;
}

/**
 * Compresses and decompresses with node:zlib, synchronously: no thread, no copy of the window for a message, and no call
 * works on more than 64 KiB. Windows of 9 to 15 bits: a side that would have to compress with 8 sends without compression.
 *
 * It decompresses messages of 256 bytes and more faster than the built-in codec, and compresses small ones more slowly. It
 * holds more memory for a connection, see `deflaterBytes` and `inflaterBytes`, and does not notice distances above the agreed
 * window.
 *
 * It drives zlib's streams through two members that Node does not document, because the documented functions keep no
 * window. If a runtime does not have them, the codec uses the documented functions: it is slower then, and decompresses a
 * message in one call.
 */
export const zlibCodec: DeflateCodec = {
  minWindowBits: zlibByStream.minWindowBits,
  deflaterBytes: windowBits => codec().deflaterBytes(windowBits),
  inflaterBytes: windowBits => codec().inflaterBytes(windowBits),
  createInflater: options => codec().createInflater(options),
  createDeflater: options => codec().createDeflater(options),
};

const hello = Uint8Array.of(0x48, 0x65, 0x6c, 0x6c, 0x6f);

/** "Hello" of RFC 7692 §7.2.3: in a final block, in a block that refers to it, and cut off. */
const afterFinalBlock = Uint8Array.of(0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00);
const backReference = Uint8Array.of(0xf2, 0x00, 0x11, 0x00, 0x00);
const cutOff = Uint8Array.of(0xf2, 0x48, 0xcd);

/** Returns the first codec if this runtime can run it, which takes two messages and refuses half of one, or the second. */
export function workingCodec(first: DeflateCodec, second: DeflateCodec): DeflateCodec {
  const options = { windowBits: 15, contextTakeover: true, maxMessageBytes: Infinity };
  try {
    const inflater = first.createInflater(options);
    const deflater = first.createDeflater(options);
    deflater.write(hello, true);
    const works =
      isHello(inflater, afterFinalBlock) &&
      isHello(inflater, backReference) &&
      isHello(first.createInflater(options), deflater.read()!) &&
      refuses(inflater, cutOff);
    return works ? first : second;
  } catch {
    return second;
  }
}

function isHello(inflater: MessageInflater, payload: Uint8Array): boolean {
  inflater.write(payload, true);
  return String(inflater.read()) === String(hello) && inflater.read() === undefined;
}

function refuses(inflater: MessageInflater, payload: Uint8Array): boolean {
  inflater.write(payload, true);
  try {
    while (inflater.read() !== undefined);
    return false;
  } catch {
    return true;
  }
}
