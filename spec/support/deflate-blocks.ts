// Blocks of DEFLATE (RFC 1951) by name, and the payloads of RFC 7692 §7.2.3. Independent of the codecs of lib.

import { concatenated } from '../../lib/testing/rechunk.ts';
import { fromBits } from './bits.ts';
import { fromHex } from './hex.ts';
import { utf8 } from './utf8.ts';

/** The message "Hello" as RFC 7692 §7.2.3 compresses it. */
export const hello: Readonly<Record<'fixed' | 'again' | 'stored' | 'final' | 'inTwoBlocks', Uint8Array>> = {
  /** §7.2.3.1: a block with fixed codes. */
  fixed: fromHex('f248cdc9c90700'),
  /** §7.2.3.2: a reference to "Hello" in the message before. */
  again: fromHex('f200110000'),
  /** §7.2.3.3: a block without compression. */
  stored: fromHex('000500faff48656c6c6f00'),
  /** §7.2.3.4: a block with BFINAL set. */
  final: fromHex('f348cdc9c9070000'),
  /** §7.2.3.5: two blocks, with an empty block between them. */
  inTwoBlocks: fromHex('f24805000000ffffcac9c90700'),
};

interface StoredFields {
  /** Whether BFINAL is set. Default: false. */
  readonly final?: boolean;
  /** The value of LEN. Default: the length of the data. */
  readonly declared?: number;
}

/** Returns a block without compression (RFC 1951 §3.2.4): header, LEN, NLEN and the data. */
export function storedBlock(data: string | Uint8Array, fields: StoredFields = {}): Uint8Array<ArrayBuffer> {
  const bytes = typeof data === 'string' ? utf8(data) : data;
  const { final = false, declared = bytes.length } = fields;
  const header = Uint8Array.of(final ? 1 : 0, declared, declared >> 8, ~declared, ~declared >> 8);
  return concatenated([header, bytes]);
}

/** An empty block with fixed codes and BFINAL set (§3.2.6): the end of block is seven bits 0. */
export const emptyFinalBlock: Uint8Array = fromBits('1 10 0000000');

/** The rest of an empty block without compression, LEN and NLEN, which a sender drops (RFC 7692 §7.2.1). */
export const droppedTail: Uint8Array = Uint8Array.of(0, 0, 255, 255);

/** The header of an empty block without compression, whose rest is dropped. Alone it is an empty message (§7.2.3.6). */
export const messageEnd: Uint8Array = Uint8Array.of(0);
