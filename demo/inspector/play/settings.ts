// The settings of the page as plain data, and the options of a connection made from them.

import { type DeflateOptions, every, seededLengths } from '../wsluice.ts';

export type MessageKind = 'text' | 'binary' | 'file';

/** The way in which chunks are cut between sender and receiver. */
export interface Cuts {
  readonly type: 'none' | 'every' | 'random';
  /** The length of each chunk, or the longest one. */
  readonly bytes: number;
}

export interface Compression {
  readonly on: boolean;
  readonly serverContextTakeover: boolean;
  readonly clientContextTakeover: boolean;
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
  readonly thresholdBytes: number;
}

/** The settings of a connection. A change opens a new one. */
export interface ConnectionSettings {
  readonly maxFrameBytes: number;
  readonly maxMessageBytes: number;
  readonly cuts: Cuts;
  readonly compression: Compression;
}

export interface SendSettings {
  readonly kind: MessageKind;
  readonly text: string;
  /** The length of a binary message in bytes, or of a repeated text in characters; `undefined` for the text as typed. */
  readonly size: number | undefined;
  readonly count: number;
  /** Messages per second; `undefined` for as fast as there is room. */
  readonly perSecond: number | undefined;
}

export interface CloseSettings {
  /** The close code; `undefined` for a Close frame without a code. */
  readonly code: number | undefined;
  readonly reason: string;
}

export interface Settings {
  readonly connection: ConnectionSettings;
  readonly send: SendSettings;
  readonly close: CloseSettings;
}

export const defaultSettings: Settings = {
  connection: {
    maxFrameBytes: 65_536,
    maxMessageBytes: 1_048_576,
    cuts: { type: 'none', bytes: 3 },
    compression: {
      on: false,
      serverContextTakeover: true,
      clientContextTakeover: true,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 15,
      thresholdBytes: 32,
    },
  },
  send: { kind: 'text', text: 'Hello, pipe', size: undefined, count: 1, perSecond: undefined },
  close: { code: 1000, reason: 'done' },
};

/** The seed of random cuts, so that the same settings give the same cuts. */
export const cutSeed = 1;

/** Returns the lengths for `RechunkStream`; `undefined` if chunks are not cut. */
export function cutLengths({ type, bytes }: Cuts): Iterable<number> | undefined {
  if (type === 'none') return undefined;
  return type === 'every' ? every(bytes) : seededLengths(cutSeed, bytes);
}

/** Returns the option `deflate` of both ends. */
export function deflateOption({ on, ...options }: Compression): DeflateOptions | false {
  return on && options;
}

/** Returns the bytes of a binary message: 0, 1, 2 and so on. */
export function countingBytes(byteLength: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: byteLength }, (_, index) => index);
}

/** Returns the text of a message, repeated and cut to a length if there is one. */
export function sizedText(text: string, size: number | undefined): string {
  if (size === undefined || text === '') return text;
  return text.repeat(Math.ceil(size / text.length)).slice(0, size);
}
