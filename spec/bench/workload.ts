// The messages of the benchmarks in one process, and their bytes on the wire.

import { randomBytes } from '../../lib/bytes/random-bytes.ts';
import { WebSocketEncoder } from '../../lib/events/websocket-encoder.ts';

/** The kinds of messages. `text` is ASCII except for one letter in a hundred. */
export const kinds = ['ascii', 'text', 'binary'] as const;
export type Kind = (typeof kinds)[number];

export const sizes: readonly number[] = [20, 125, 1024, 16_384, 65_536, 1_048_576];

/** The usual length of a chunk that Node reads from a socket. */
export const chunkBytes = 65_536;

export interface Workload {
  readonly label: string;
  readonly type: 'text' | 'binary';
  readonly messages: readonly (string | Uint8Array<ArrayBuffer>)[];
}

/** Returns as many messages as fit into a chunk, at least one. */
export function workload(kind: Kind, bytes: number): Workload {
  const count = Math.max(1, Math.floor(chunkBytes / (bytes + 14)));
  const line = 'the quick brown fox jumps over the lazy dog; '.repeat(Math.ceil(bytes / 45)).slice(0, bytes);
  const data = new Uint8Array(bytes).map((_, i) => (i * 7) & 255);
  const message = { ascii: line, text: line.replace(/(.{98})../g, '$1ä'), binary: data }[kind];
  const size = bytes < 1024 ? bytes : bytes < 2 ** 20 ? `${bytes / 1024} Ki` : `${bytes / 2 ** 20} Mi`;
  const type = kind === 'binary' ? 'binary' : 'text';
  return { label: `${kind} ${size}`, type, messages: new Array(count).fill(message) };
}

/** Encodes the workload as a peer sends it, in chunks of `length` bytes. */
export function wireChunks(
  { type, messages }: Workload,
  sender: 'client' | 'server',
  length: number = chunkBytes,
): Uint8Array[] {
  const encoder = new WebSocketEncoder({ role: sender, randomBytes });
  const frames: Uint8Array[] = [];
  for (const data of messages) {
    encoder.write({ type, data } as Parameters<WebSocketEncoder['write']>[0]);
    for (let out = encoder.read(); out !== undefined; out = encoder.read()) frames.push(out.slice());
  }
  const all = Buffer.concat(frames);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += length) {
    chunks.push(new Uint8Array(all.subarray(at, at + length)));
  }
  return chunks;
}
