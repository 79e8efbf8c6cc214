// The messages between the demo server and the page about a watched connection. Bytes are sent as binary messages: one byte for
// the direction, then the bytes. Everything else is JSON.

import type { ConnectionSettings } from '../play/settings.ts';
import type { CloseRecord, DeflateAgreement } from '../wsluice.ts';
import type { Direction } from './link.ts';

/** The paths on the demo server. */
export const watchPaths = {
  /** Reports the bytes of the connection with the same key. */
  watch: '/inspect/watch',
  /** The echo server that is watched. */
  echo: '/inspect/echo',
  /** Carries the bytes of a TCP connection to this server, so that a page can use wsluice as the client. */
  tunnel: '/inspect/tunnel',
} as const;

/** A message from the server to the page. */
export type WatchReport =
  | {
      readonly type: 'open';
      readonly extensions: string;
      readonly compression: DeflateAgreement | undefined;
    }
  /** The number of messages that the server's application has read so far. */
  | { readonly type: 'taken'; readonly count: number }
  | { readonly type: 'closed'; readonly record: CloseRecord };

/** A message from the page to the server. */
export interface WatchOrder {
  readonly type: 'reading';
  readonly on: boolean;
}

const directions: readonly Direction[] = ['up', 'down'];

export function encodeBytes(direction: Direction, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(1 + bytes.length);
  message[0] = directions.indexOf(direction);
  message.set(bytes, 1);
  return message;
}

export function decodeBytes(message: Uint8Array): [direction: Direction, bytes: Uint8Array] {
  return [directions[message[0]!]!, message.subarray(1)];
}

/** Returns the path of a watched echo server, with its settings. */
export function echoTarget(key: string, settings: ConnectionSettings): string {
  return `${watchPaths.echo}?${new URLSearchParams({ key, settings: JSON.stringify(settings) })}`;
}
