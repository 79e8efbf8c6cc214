// The compared implementations that compress or decompress messages, each on one connection with context takeover.

import { Deflate } from 'pako';
import * as ws from 'ws';
import type {
  DeflateCodec,
  InflaterOptions,
  MessageDeflater,
  MessageInflater,
} from '../../../lib/deflate/codec.ts';
import { piecesOf } from '../../support/messages-through.ts';

/** Processes all messages. Done when its promise resolves. */
export type Runner = (messages: Uint8Array[]) => Promise<void> | void;

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

/** Returns a runner for one connection of ws, which does not await each message. */
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

/** Returns a runner for a codec. */
export const compressing =
  (codec: DeflateCodec): Runner =>
  messages =>
    drain(codec.createDeflater(takeover), messages);
export const decompressing =
  (codec: DeflateCodec): Runner =>
  payloads =>
    drain(codec.createInflater(takeover), payloads);

/** Processes messages by one deflater or inflater. */
export function drain(machine: MessageDeflater | MessageInflater, messages: Uint8Array[]): void {
  for (const message of messages) {
    machine.write(message, true);
    for (const _ of piecesOf(machine));
  }
}

/** Compresses with pako, which keeps its window between messages. */
export const pakoStream: Runner = messages => {
  const deflate = new Deflate({ raw: true });
  deflate.onData = () => {};
  for (const message of messages) deflate.push(message, 2);
};
