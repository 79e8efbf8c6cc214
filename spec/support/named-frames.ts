// Frames by name, as hex: `fromServer.text('a')` is 810161. wire-frame.ts encodes them, independently of lib.

import { fromHex, hex } from './hex.ts';
import { utf8 } from './utf8.ts';
import { encodeFrame, type WireFrame } from './wire-frame.ts';

/** Bytes, or a text that is encoded as UTF-8. */
export type Payload = string | Uint8Array;

/** Fields of a header (RFC 6455 §5.2) that differ from those of a whole, valid frame. */
export interface HeaderFields extends Pick<WireFrame, 'fin' | 'lengthBytes' | 'declared'> {
  readonly rsv1?: boolean;
  readonly rsv2?: boolean;
  readonly rsv3?: boolean;
}

type Build = (payload?: Payload, fields?: HeaderFields) => string;

/** Makes the frames of one side. */
export interface NamedFrames {
  readonly text: Build;
  readonly binary: Build;
  readonly continuation: Build;
  readonly ping: Build;
  readonly pong: Build;
  /** Returns a Close; without a code its body is empty. */
  close(code?: number, reason?: Payload, fields?: HeaderFields): string;
  /** Returns a frame with any opcode, also a reserved one. */
  frame(opcode: number, payload?: Payload, fields?: HeaderFields): string;
}

/** The masking key of the examples in §5.7. */
export const exampleKey: Uint8Array<ArrayBuffer> = fromHex('37fa213d');

const bytesOf = (payload: Payload): Uint8Array => (typeof payload === 'string' ? utf8(payload) : payload);

/** Returns the body of a Close (§5.5.1), as hex. */
export function closeBody(code: number, reason: Payload = ''): string {
  return hex(Uint8Array.of(code >> 8, code & 255, ...bytesOf(reason)));
}

/** Returns a text as UTF-8, as hex. */
export function utf8Hex(text: string): string {
  return hex(utf8(text));
}

/** Returns frames that are masked by the key, or unmasked. */
export function framesWith(key: Uint8Array | undefined): NamedFrames {
  const frame: NamedFrames['frame'] = (opcode, payload = '', fields = {}) => {
    const { rsv1, rsv2, rsv3, ...others } = fields;
    const rsv = (rsv1 ? 4 : 0) | (rsv2 ? 2 : 0) | (rsv3 ? 1 : 0);
    return hex(encodeFrame({ ...others, rsv, opcode, payload: bytesOf(payload), key }));
  };
  const build =
    (opcode: number): Build =>
    (payload, fields) =>
      frame(opcode, payload, fields);
  return {
    continuation: build(0),
    text: build(1),
    binary: build(2),
    ping: build(9),
    pong: build(10),
    close: (code, reason, fields) =>
      frame(8, code === undefined ? '' : fromHex(closeBody(code, reason)), fields),
    frame,
  };
}

/** Frames of a server, which are not masked. */
export const fromServer: NamedFrames = framesWith(undefined);

/** Frames of a client with a key of zeros, so that payloads can be read in the hex. */
export const fromClient: NamedFrames = framesWith(new Uint8Array(4));

/** Frames of a client with the masking key of the examples. */
export const fromMaskingClient: NamedFrames = framesWith(exampleKey);
