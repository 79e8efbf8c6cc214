// Encodes a frame, valid or not, by RFC 6455 §5.2. Independent of the encoders of lib.

import { concatenated } from '../../lib/testing/rechunk.ts';

/** The fields of a frame. All but opcode and payload have valid defaults. */
export interface WireFrame {
  /** Default: true. */
  readonly fin?: boolean | undefined;
  /** RSV1 is 4, RSV2 is 2, RSV3 is 1. Default: 0. */
  readonly rsv?: number | undefined;
  readonly opcode: number;
  /** Unmasked. Default: empty. */
  readonly payload?: Uint8Array | undefined;
  /** The masking key. Default: the frame is not masked. */
  readonly key?: Uint8Array | undefined;
  /** The number of bytes of the extended length. Default: as few as possible. */
  readonly lengthBytes?: 2 | 8 | undefined;
  /** The length in the header. Default: that of the payload. */
  readonly declared?: number | bigint | undefined;
}

const nothing = new Uint8Array(0);

/** Returns the bytes of a frame, masked if it has a key. */
export function encodeFrame({
  fin = true,
  rsv = 0,
  opcode,
  payload = nothing,
  key,
  ...length
}: WireFrame): Uint8Array<ArrayBuffer> {
  const declared = BigInt(length.declared ?? payload.length);
  const least = declared < 126n ? 0 : declared < 65_536n ? 2 : 8;
  const lengthBytes = Math.max(least, length.lengthBytes ?? 0);
  const length7 = lengthBytes === 0 ? Number(declared) : lengthBytes === 2 ? 126 : 127;
  const extended = Array.from({ length: lengthBytes }, (_, index) =>
    Number((declared >> BigInt(8 * (lengthBytes - 1 - index))) & 255n),
  );
  return concatenated([
    Uint8Array.of((fin ? 128 : 0) | (rsv << 4) | opcode, (key ? 128 : 0) | length7, ...extended),
    key ?? nothing,
    key === undefined ? payload : payload.map((byte, index) => byte ^ (key[index % 4] ?? 0)),
  ]);
}
