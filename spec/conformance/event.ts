// What the tester notes: each event is one line of text, so that lists compare, print and serialise as they are.

import { createHash } from 'node:crypto';
import { utf8 } from './bytes.ts';

/** Something that came from the endpoint; long data stand as their length and SHA-1. */
export function received(type: 'text' | 'binary' | 'pong', data: string | Uint8Array): string {
  return `${type} ${describe(utf8(data))}`;
}

/** A named wait was over before the endpoint closed. */
export function timeout(name: string): string {
  return `timeout ${name}`;
}

/** So many messages came back as they went out. */
export function rounds(count: number): string {
  return `${count} round trips`;
}

function describe(data: Uint8Array): string {
  if (data.length > 64) return `${data.length} bytes ${createHash('sha1').update(data).digest('hex')}`;
  if (data.every(byte => byte >= 32 && byte < 127)) return JSON.stringify(String.fromCharCode(...data));
  return Buffer.from(data).toString('hex');
}
