// The messages between the demo server and the page about a watched connection. Bytes go as binary messages: one byte of
// direction, then the bytes as they passed. Everything else is JSON.

import type { ConnectionSettings } from '../play/settings.ts';
import type { CloseRecord, DeflateAgreement } from '../wsluice.ts';
import type { Direction } from './link.ts';

/** The paths on the demo server. */
export const watchPaths = {
  /** Reports what passes on the watched connection with the same key. */
  watch: '/inspect/watch',
  /** An echo that is watched. */
  echo: '/inspect/echo',
  /** Carries the bytes of a TCP connection to this server, so that a page can use a client of its own. */
  tunnel: '/inspect/tunnel',
} as const;

/** From the server to the page. */
export type WatchReport =
  | {
      readonly type: 'open';
      readonly extensions: string;
      readonly compression: DeflateAgreement | undefined;
    }
  /** The number of messages that the server's application has taken so far. */
  | { readonly type: 'taken'; readonly count: number }
  | { readonly type: 'closed'; readonly record: CloseRecord };

/** From the page to the server. */
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

/** The address of a watched echo. */
export function echoTarget(key: string, settings: ConnectionSettings): string {
  return `${watchPaths.echo}?${new URLSearchParams({ key, settings: JSON.stringify(settings) })}`;
}
