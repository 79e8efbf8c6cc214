// Broken inputs that a faulty or hostile client could send. They are written to the transport without the encoder.

import type { Compression } from './settings.ts';

/** The masking key of all frames here. */
const key = [0x12, 0x34, 0x56, 0x78] as const;

export interface BrokenInput {
  readonly id: string;
  readonly title: string;
  /** A sentence that says what is wrong. */
  readonly fault: string;
  /** The bytes; `undefined` for the bomb, which is a valid message that the client can send. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  /** Whether the connection must have compression. */
  readonly compressed?: boolean;
}

function masked(first: number, payload: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = payload.map((byte, index) => byte ^ key[index % 4]!);
  return Uint8Array.of(first, 0x80 | payload.length, ...key, ...body);
}

/** The number of zeros in the bomb. Compressed, they have a thousandth of that size. */
export const bombBytes = 8_388_608;

export const brokenInputs: readonly BrokenInput[] = [
  {
    id: 'reserved-bit',
    title: 'Reserved bit',
    fault: 'RSV2 is set, and no extension gives it a meaning.',
    bytes: masked(0xa1, [0x68, 0x69]),
  },
  {
    id: 'unmasked',
    title: 'Unmasked frame',
    fault: 'A client must mask every frame that it sends.',
    bytes: Uint8Array.of(0x81, 0x02, 0x68, 0x69),
  },
  {
    id: 'continuation',
    title: 'Stray continuation',
    fault: 'A continuation frame, although no message is open.',
    bytes: masked(0x80, [0x68, 0x69]),
  },
  {
    id: 'too-large',
    title: 'Too large',
    fault: 'The header declares 4 GiB. It is refused before a byte of payload arrives.',
    bytes: Uint8Array.of(0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, ...key),
  },
  {
    id: 'utf8',
    title: 'Bad UTF-8',
    fault: 'A text message with the bytes C3 28, which are not valid UTF-8.',
    bytes: masked(0x81, [0x63, 0x61, 0x66, 0xc3, 0x28]),
  },
  {
    id: 'truncated',
    title: 'Truncated deflate',
    fault: 'A compressed message that ends inside a block.',
    // The first bytes of "Hello" in a block with fixed codes (RFC 7692 §7.2.3.1), without its end.
    bytes: masked(0xc1, [0xf2, 0x48, 0xcd]),
    compressed: true,
  },
  {
    id: 'bomb',
    title: 'Deflate bomb',
    fault: '8 MiB of zeros in 8 KiB. Decompression stops at the limit.',
    bytes: undefined,
    compressed: true,
  },
  {
    id: 'close-code',
    title: 'Bad close code',
    fault: 'A Close frame with code 1005, which must never be sent.',
    bytes: masked(0x88, [0x03, 0xed]),
  },
];

/** Returns the compression with which an input is sent. */
export function compressionFor(input: BrokenInput, compression: Compression): Compression {
  return { ...compression, on: compression.on || input.compressed === true };
}
