// The messages that benchmarks move: sizes from a chat line to a picture, and their octets on the wire.

import { randomBytes } from '../../lib/bytes/random-bytes.ts';
import { WebSocketEncoder } from '../../lib/events/websocket-encoder.ts';

export type Kind = 'text' | 'binary';

export const sizes: readonly number[] = [20, 125, 1024, 16_384, 65_536, 1_048_576];

/** Chunks as a socket gives them. */
export const chunkBytes = 65_536;

export interface Workload {
  readonly label: string;
  readonly kind: Kind;
  readonly messages: readonly (string | Uint8Array<ArrayBuffer>)[];
}

/** As many messages as fill a chunk or more; texts are ASCII but for one letter in a hundred. */
export function workload(kind: Kind, bytes: number): Workload {
  const count = Math.max(1, Math.floor(chunkBytes / (bytes + 14)));
  const line = 'the quick brown fox jumps over the lazy dog; '.repeat(Math.ceil(bytes / 45)).slice(0, bytes);
  const text = line.replace(/(.{98})../g, '$1ä');
  const data = new Uint8Array(bytes).map((_, i) => (i * 7) & 255);
  const label = `${kind} ${bytes < 1024 ? bytes : bytes < 2 ** 20 ? `${bytes / 1024} Ki` : `${bytes / 2 ** 20} Mi`}`;
  return { label, kind, messages: new Array(count).fill(kind === 'text' ? text : data) };
}

/** The workload as the peer would send it, in chunks. */
export function wireChunks({ kind, messages }: Workload, sender: 'client' | 'server'): Uint8Array[] {
  const encoder = new WebSocketEncoder({ role: sender, randomBytes });
  const octets: Uint8Array[] = [];
  for (const data of messages) {
    encoder.write({ type: kind, data } as Parameters<WebSocketEncoder['write']>[0]);
    for (let out = encoder.read(); out !== undefined; out = encoder.read()) octets.push(out.slice());
  }
  const all = Buffer.concat(octets);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += chunkBytes)
    chunks.push(new Uint8Array(all.subarray(at, at + chunkBytes)));
  return chunks;
}
