// Who compresses and decompresses streams of messages, each on one connection with takeover: we and our peers.

import zlib from 'node:zlib';
import { inflateSync } from 'fflate';
import { Deflate, Inflate } from 'pako';
import * as ws from 'ws';
import type { InflaterOptions } from '../../../lib/deflate/codec.ts';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import { Inflater } from '../../../lib/deflate/inflater.ts';

/** Puts all messages through; done when its promise settles. */
export type Runner = (messages: Uint8Array[]) => Promise<void> | void;

export const tail: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0xff);
export const takeover: InflaterOptions = { windowBits: 15, contextTakeover: true, maxMessageBytes: Infinity };

interface PerMessageDeflate {
  accept(offers: object[]): object;
  compress(data: Uint8Array, fin: boolean, callback: (error: Error | null, result: Uint8Array) => void): void;
  decompress(
    data: Uint8Array,
    fin: boolean,
    callback: (error: Error | null, result: Uint8Array) => void,
  ): void;
  cleanup(): void;
}

/** All messages through one connection of ws, handed over without waiting. */
export const wsRunner =
  (method: 'compress' | 'decompress'): Runner =>
  messages =>
    new Promise<void>((resolve, reject) => {
      const { PerMessageDeflate } = ws as unknown as {
        PerMessageDeflate: new (options: object) => PerMessageDeflate;
      };
      const extension = new PerMessageDeflate({ isServer: true, maxPayload: 2 ** 28 });
      extension.accept([{ client_max_window_bits: [true] }]);
      let left = messages.length;
      for (const message of messages) {
        extension[method](message, true, error => {
          if (error) reject(error);
          if (--left === 0) {
            extension.cleanup();
            resolve();
          }
        });
      }
    });

/** The same with a stream of node:zlib. */
export const zlibRunner =
  (make: () => zlib.DeflateRaw | zlib.InflateRaw, end: Uint8Array): Runner =>
  async messages => {
    const stream = make();
    stream.on('data', () => {});
    for (const message of messages) {
      stream.write(message);
      if (end.length > 0) stream.write(end);
      stream.flush(zlib.constants.Z_SYNC_FLUSH);
    }
    await new Promise<void>(resolve => stream.flush(zlib.constants.Z_SYNC_FLUSH, resolve));
    stream.close();
  };

export const oursOut: Runner = messages => drain(new Deflater(takeover), messages);
export const oursIn: Runner = payloads => drain(new Inflater(takeover), payloads);

/** Puts all messages through one machine. */
export function drain(machine: Deflater | Inflater, messages: Uint8Array[]): void {
  for (const message of messages) {
    machine.write(message, true);
    while (machine.read() !== undefined || ('busy' in machine && machine.busy));
  }
}

export const pakoOut: Runner = messages => {
  const deflate = new Deflate({ raw: true });
  deflate.onData = () => {};
  for (const message of messages) deflate.push(message, 2);
};
export const pakoIn: Runner = payloads => {
  const inflate = new Inflate({ raw: true });
  inflate.onData = () => {};
  for (const payload of payloads) {
    inflate.push(payload, 2);
    inflate.push(tail, 2);
  }
};

/** One call of fflate for each message, the last 32 KiB as its dictionary, everything allocated before. */
export const fflateIn: Runner = payloads => {
  const arena = new Uint8Array(2 ** 19);
  const input = new Uint8Array(2 ** 17);
  const end = Uint8Array.of(...tail, 1, 0, 0, 0xff, 0xff);
  let to = 0;
  for (const payload of payloads) {
    if (arena.length - to < 2 ** 17) {
      arena.copyWithin(0, to - 32_768, to);
      to = 32_768;
    }
    input.set(payload);
    input.set(end, payload.length);
    const dictionary = arena.subarray(Math.max(0, to - 32_768), to);
    const data = input.subarray(0, payload.length + end.length);
    to += inflateSync(data, { out: arena.subarray(to), dictionary }).length;
  }
};
