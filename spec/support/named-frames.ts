// Valid frames by name, as hex: `fromServer.text('a')` is 810161. A client masks with a key of zeros.

import { hex } from './hex.ts';
import { encodeFrame, type WireFrame } from './wire-frame.ts';

/** Makes the frames of one side. Payloads are texts, encoded as UTF-8. */
export interface NamedFrames {
  text(payload: string, bits?: FrameBits): string;
  binary(payload: string, bits?: FrameBits): string;
  continuation(payload: string, bits?: FrameBits): string;
  ping(payload?: string): string;
  pong(payload?: string): string;
  /** Returns a Close; without a code its body is empty. */
  close(code?: number, reason?: string): string;
}

type FrameBits = Pick<WireFrame, 'fin' | 'rsv'>;

const encoder = new TextEncoder();

function framesWith(key: Uint8Array | undefined): NamedFrames {
  const build =
    (opcode: number) =>
    (payload = '', bits: FrameBits = {}) =>
      hex(encodeFrame({ ...bits, opcode, payload: encoder.encode(payload), key }));
  return {
    text: build(1),
    binary: build(2),
    continuation: build(0),
    ping: build(9),
    pong: build(10),
    close(code, reason = '') {
      const start = code === undefined ? [] : [code >> 8, code & 255];
      const payload = Uint8Array.of(...start, ...encoder.encode(reason));
      return hex(encodeFrame({ opcode: 8, payload, key }));
    },
  };
}

export const fromServer: NamedFrames = framesWith(undefined);
export const fromClient: NamedFrames = framesWith(new Uint8Array(4));
