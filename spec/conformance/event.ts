// The events that the tester notes: each is one line of text, so that lists can be compared, printed and serialized.

import { createHash } from 'node:crypto';
import { utf8 } from './bytes.ts';

/** Data that came from the endpoint. Long data are shown as their length and SHA-1. */
export function received(type: 'text' | 'binary' | 'pong', data: string | Uint8Array): string {
  return `${type} ${describe(utf8(data))}`;
}

/** A named wait was over before the endpoint closed. */
export function timeout(name: string): string {
  return `timeout ${name}`;
}

/** This many messages came back unchanged. */
export function rounds(count: number): string {
  return `${count} round trips`;
}

function describe(data: Uint8Array): string {
  if (data.length > 64) return `${data.length} bytes ${createHash('sha1').update(data).digest('hex')}`;
  if (data.every(byte => byte >= 32 && byte < 127)) return JSON.stringify(String.fromCharCode(...data));
  return Buffer.from(data).toString('hex');
}
