// Parses a line of input and sends it on a socket.

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { CloseInfo } from '../sockets/close-info.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import type { BinaryFormat, Settings } from './arguments.ts';

/** A parsed line. */
export type Outgoing =
  | { readonly type: 'text'; readonly data: string }
  | { readonly type: 'binary' | 'ping' | 'pong'; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly type: 'close'; readonly info: CloseInfo }
  | { readonly type: 'file'; readonly path: string; readonly isText: boolean };

/** The queued bytes of the socket above which no input is read. */
const maxBufferedBytes = 65_536;

/**
 * Parses a line.
 *
 * @throws Error for an invalid line, with a message for the user
 */
export function outgoingOf(line: string, { json, slash, sendsBinary, binary }: Settings): Outgoing {
  if (json) return ofJson(line);
  if (slash && line.startsWith('/')) return ofCommand(line);
  return sendsBinary ? { type: 'binary', data: decoded(line, binary) } : { type: 'text', data: line };
}

/**
 * Sends a parsed line. Settles when the next may be sent. A file is read at the speed of the peer.
 *
 * @param onPing - called with the round trip of a ping, or with an error
 */
export async function send(
  socket: OpenWebSocket,
  outgoing: Outgoing,
  onPing: (roundTrip: Promise<number>) => void,
): Promise<void> {
  switch (outgoing.type) {
    case 'text':
    case 'binary': {
      const sent = socket.send(outgoing.data);
      return socket.bufferedAmount > maxBufferedBytes ? await sent : undefined;
    }
    case 'ping':
      return onPing(outgoing.data.length === 0 ? socket.ping() : socket.ping(outgoing.data));
    case 'pong':
      return socket.pong(outgoing.data);
    case 'close':
      return socket.close(outgoing.info);
    case 'file':
      return await sendFile(socket, outgoing.path, outgoing.isText);
  }
}

async function sendFile(socket: OpenWebSocket, path: string, isText: boolean): Promise<void> {
  const bytes = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array<ArrayBuffer>>;
  if (!isText) return await bytes.pipeTo(socket.openMessage('binary'));
  await bytes.pipeThrough(new TextDecoderStream('utf-8', { fatal: true })).pipeTo(socket.openMessage('text'));
}

function ofCommand(line: string): Outgoing {
  const [name, rest = ''] = split(line.slice(1));
  const data = new TextEncoder().encode(rest);
  switch (name) {
    case 'ping':
    case 'pong':
      return { type: name, data };
    case 'close': {
      const [code, reason = ''] = split(rest);
      return { type: 'close', info: { closeCode: code === '' ? undefined : Number(code), reason } };
    }
    case 'file':
      return { type: 'file', path: rest, isText: false };
    default:
      throw new Error('commands are /ping [TEXT], /pong [TEXT], /close [CODE [REASON]] and /file PATH');
  }
}

/** Returns the first word and the rest of the line. */
function split(text: string): string[] {
  const [, word, rest] = /^(\S*)\s*(.*)$/s.exec(text)!;
  return [word!, rest!];
}

function ofJson(line: string): Outgoing {
  const { type, data, base64, closeCode, reason } = object(line);
  switch (type) {
    case 'text':
      return { type, data: text('data', data) };
    case 'binary':
      return { type, data: decoded(text('base64', base64), 'base64') };
    case 'ping':
    case 'pong':
      return { type, data: new TextEncoder().encode(text('data', data ?? '')) };
    case 'close':
      return {
        type,
        info: { closeCode: closeCode as number | undefined, reason: text('reason', reason ?? '') },
      };
    default:
      throw new Error(`type must be text, binary, ping, pong or close (got ${JSON.stringify(type)})`);
  }
}

function object(line: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(line);
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new Error('a line must be a JSON object');
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`${name} must be a string`);
}

function decoded(text: string, format: BinaryFormat): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/\s/g, '');
  const wellFormed = format === 'hex' ? /^(?:[\da-f]{2})*$/i : /^(?:[\w+/-]{4})*(?:[\w+/-]{2,3}={0,2})?$/;
  if (!wellFormed.test(digits)) throw new Error(`a binary message must be ${format}`);
  return new Uint8Array(Buffer.from(digits, format));
}
