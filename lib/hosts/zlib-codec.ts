// A codec on node:zlib: RFC 7692 §7.2.

import { versions } from 'node:process';
import { builtInCodec } from '../deflate/built-in-codec.ts';
import type { DeflateCodec, MessageDeflater, MessageInflater } from '../deflate/codec.ts';
import { zlibByMessage } from './zlib-by-message.ts';
import { ZlibDeflater, zlibDeflaterBytes } from './zlib-deflater.ts';
import { ZlibInflater, zlibInflaterBytes } from './zlib-inflater.ts';

/** The codec on zlib streams that are driven synchronously. */
export const zlibByStream: DeflateCodec = {
  // zlib uses 9 bits if it is given 8.
  minWindowBits: 9,
  deflaterBytes: zlibDeflaterBytes,
  inflaterBytes: zlibInflaterBytes,
  createInflater: options => new ZlibInflater(options),
  createDeflater: options => new ZlibDeflater(options),
};

/**
 * The newest Node whose zlib streams are known to accept the calls of {@link ZlibStream}. A newer one is not tried, because
 * native code with unexpected arguments ends the process, and no `try` can prevent that.
 */
const newestKnownNode = 26;

let chosen: DeflateCodec | undefined;

/** Returns the codec for this runtime, which is chosen once, for the first connection. */
function codec(): DeflateCodec {
  chosen ??= codecFor(versions.node);
  return chosen;
}

/** Returns the codec for a runtime that is compatible with this version of Node. */
export function codecFor(nodeVersion: string): DeflateCodec {
  const candidates = [zlibByStream, zlibByMessage, builtInCodec];
  return workingCodec(candidates.slice(Number.parseInt(nodeVersion, 10) <= newestKnownNode ? 0 : 1));
}

/**
 * Compresses and decompresses with node:zlib, synchronously: no thread, no copy of the window for a message, and no call
 * works on more than 64 KiB. Windows of 9 to 15 bits: a side that would have to compress with 8 sends without compression.
 *
 * It decompresses faster than the built-in codec, most of all messages of 1 KiB and more, and compresses small messages more
 * slowly. It holds more memory for a connection, see `deflaterBytes` and `inflaterBytes`, and does not notice distances above the
 * agreed window.
 *
 * It drives zlib's streams through two members that Node does not document, because the documented functions keep no
 * window. It tries them once. If they do not work, or Node is newer than 26, the codec uses the documented functions: it is
 * slower then, and decompresses a message in one call. If those do not work either, as in Deno 2.9, it is the built-in codec.
 */
export const zlibCodec: DeflateCodec = {
  minWindowBits: zlibByStream.minWindowBits,
  deflaterBytes: windowBits => codec().deflaterBytes(windowBits),
  inflaterBytes: windowBits => codec().inflaterBytes(windowBits),
  createInflater: options => codec().createInflater(options),
  createDeflater: options => codec().createDeflater(options),
};

const hello = Uint8Array.of(0x48, 0x65, 0x6c, 0x6c, 0x6f);

/** "Hello" of RFC 7692 §7.2.3: in a final block, and in a block that refers to it. */
const afterFinalBlock = Uint8Array.of(0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00);
const backReference = Uint8Array.of(0xf2, 0x00, 0x11, 0x00, 0x00);
/** "Hello" truncated, and in a stored block whose two lengths differ. */
const cutOff = Uint8Array.of(0xf2, 0x48, 0xcd);
const corrupt = Uint8Array.of(0x00, 0x05, 0x00, 0x00, 0x00, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00);

/** Returns the first codec that works on this runtime, or the last one. */
export function workingCodec(candidates: readonly DeflateCodec[]): DeflateCodec {
  return candidates.find(works) ?? candidates.at(-1)!;
}

/** Tries a codec with a few messages: it must keep the window in both directions, and reject invalid input at once. */
function works(codec: DeflateCodec): boolean {
  const options = { windowBits: 15, contextTakeover: true, maxMessageBytes: Infinity };
  try {
    const inflater = codec.createInflater(options);
    const inflatesAgain = codec.createInflater(options);
    const deflater = codec.createDeflater(options);
    const first = compressed(deflater, hello);
    const second = compressed(deflater, hello);
    return (
      isHello(inflater, afterFinalBlock) &&
      isHello(inflater, backReference) &&
      isHello(inflatesAgain, first) &&
      isHello(inflatesAgain, second) &&
      second.length < first.length &&
      refuses(inflater, cutOff) &&
      refuses(inflatesAgain, corrupt)
    );
  } catch {
    return false;
  }
}

function compressed(deflater: MessageDeflater, message: Uint8Array): Uint8Array {
  deflater.write(message, true);
  return deflater.read()!.slice();
}

function isHello(inflater: MessageInflater, payload: Uint8Array): boolean {
  inflater.write(payload, true);
  const message = inflater.read();
  return (
    message?.length === hello.length && hello.every((byte, i) => message[i] === byte) && !inflater.read()
  );
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
