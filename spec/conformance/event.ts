// The events that the tester records. Each is a line of text, so that lists of them can be compared and printed.

import { createHash } from 'node:crypto';
import { utf8 } from './bytes.ts';

/** Returns the event of data from the endpoint. Long data are represented by their length and SHA-1. */
export function received(type: 'text' | 'binary' | 'pong', data: string | Uint8Array): string {
  return `${type} ${describe(utf8(data))}`;
}

/** Returns the event of a named wait that ended before the endpoint closed. */
export function timeout(name: string): string {
  return `timeout ${name}`;
}

/** Returns the event of messages that were echoed unchanged, one after another. */
export function rounds(count: number): string {
  return `${count} round trips`;
}

function describe(data: Uint8Array): string {
  if (data.length > 64) return `${data.length} bytes ${createHash('sha1').update(data).digest('hex')}`;
  if (data.every(byte => byte >= 32 && byte < 127)) return JSON.stringify(String.fromCharCode(...data));
  return Buffer.from(data).toString('hex');
}
