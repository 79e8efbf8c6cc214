// Prints received messages, whole or in parts, as text, JSON or bytes.

import { printable } from '../base/printable.ts';
import type { BinaryMessage, TextMessage } from '../events/event.ts';
import type { BinaryFormat } from './arguments.ts';
import type { Screen } from './screen.ts';

/** Prints a part of a message, or all of it. Settles when there is room for more. */
export type PrintMessage = (part: TextMessage | BinaryMessage) => Promise<void> | undefined;

/**
 * Returns a printer of each message as a line: text as it is, binary messages encoded.
 *
 * @param label - printed before each message
 */
export function linePrinter(screen: Screen, format: BinaryFormat, label = ''): PrintMessage {
  let inside = false;
  const encode = format === 'hex' ? hex : base64Parts();
  return part => {
    const start = inside ? '' : label;
    inside = !part.last;
    const body = part.type === 'binary' ? encode(part.data, part.last) : shown(part.data, screen);
    return screen.write(`${start}${body}${part.last ? '\n' : ''}`);
  };
}

/**
 * Returns a printer of each message as a JSON object on a line. Messages must be whole.
 *
 * @param client - the number of the client that has sent the messages
 */
export function jsonPrinter(screen: Screen, client?: number): PrintMessage {
  return ({ type, data }) => {
    const body = type === 'text' ? { data } : { base64: Buffer.from(data).toString('base64') };
    return screen.write(`${JSON.stringify({ type, client, ...body })}\n`);
  };
}

/** Returns a printer of the bytes of all messages as they are, for text its UTF-8. */
export function bytePrinter(screen: Screen): PrintMessage {
  return ({ data }) => screen.write(data);
}

function shown(text: string, screen: Screen): string {
  return screen.isTerminal ? printable(text) : text;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Returns an encoder of parts. It keeps up to two bytes for the next part, because base64 encodes three bytes at a time. */
function base64Parts(): (bytes: Uint8Array, last: boolean) => string {
  let rest = Buffer.alloc(0);
  return (bytes, last) => {
    const all = Buffer.concat([rest, bytes]);
    const length = last ? all.length : all.length - (all.length % 3);
    rest = all.subarray(length);
    return all.toString('base64', 0, length);
  };
}
