// Encodes the frames of clients and servers. The load shares no code with the measured libraries.

import { randomBytes } from 'node:crypto';
import { constants, createDeflateRaw } from 'node:zlib';

export interface FrameInit {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly masked: boolean;
  readonly fin?: boolean;
  readonly compressed?: boolean;
}

export function encodeFrame({ opcode, payload, masked, fin = true, compressed = false }: FrameInit): Buffer {
  const { length } = payload;
  const long = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + long + (masked ? 4 : 0));
  head[0] = (fin ? 128 : 0) | (compressed ? 64 : 0) | opcode;
  head[1] = (masked ? 128 : 0) | (long === 0 ? length : long === 2 ? 126 : 127);
  if (long === 2) head.writeUInt16BE(length, 2);
  if (long === 8) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, payload]);
  const key = randomBytes(4);
  key.copy(head, 2 + long);
  return Buffer.concat([head, payload.map((byte, i) => byte ^ key[i & 3]!)]);
}

/** Compresses messages with context takeover: each may refer to those before it (RFC 7692 §7.2.1). */
export async function deflateAll(messages: readonly Uint8Array[]): Promise<Buffer[]> {
  const deflate = createDeflateRaw();
  let parts: Buffer[] = [];
  deflate.on('data', part => parts.push(part));
  const compressed: Buffer[] = [];
  for (const message of messages) {
    deflate.write(message);
    await new Promise<void>(resolve => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    compressed.push(Buffer.concat(parts).subarray(0, -4));
    parts = [];
  }
  deflate.close();
  return compressed;
}
