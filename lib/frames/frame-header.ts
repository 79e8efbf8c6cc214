// Parses a frame header when it is complete, and checks it: RFC 6455 §5.2. The rules about headers are one pure function of
// the header and the connection's settings.

import { CloseCode } from '../base/close-code.ts';
import { violation } from '../base/websocket-error.ts';
import { readKey } from '../bytes/mask.ts';
import { isControl, Opcode } from './opcode.ts';

/** The longest header: two bytes, eight of length, four of masking key. */
export const maxHeaderBytes = 14;

/** The longest payload of a control frame (RFC 6455 §5.5). */
export const maxControlBytes = 125;

export interface FrameHeader {
  readonly fin: boolean;
  /** The three reserved bits: 4 is RSV1, 2 is RSV2, 1 is RSV3. */
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** The key as {@link readKey} returns it; 0 in an unmasked frame. */
  readonly maskingKey: number;
  /** The length of the payload in bytes. It is rounded from 2^53 on. */
  readonly payloadBytes: number;
  /** The length of the header itself in bytes. */
  readonly headerBytes: number;
  /** Whether the length is in its shortest form, with the highest bit of 64 clear. */
  readonly canonical: boolean;
}

/** The rules for frame headers on one connection. */
export interface FrameRules {
  /** Whether incoming frames must be masked: true on a server. */
  readonly masked: boolean;
  /** Whether RSV1 may be set, because permessage-deflate was negotiated. */
  readonly rsv1: boolean;
  readonly maxFrameBytes: number;
}

/** Returns the header that starts at `start`, or `undefined` if it is not complete before `end`. */
export function parseFrameHeader(bytes: Uint8Array, start: number, end: number): FrameHeader | undefined {
  if (end - start < 2) return undefined;
  const byte0 = bytes[start]!;
  const byte1 = bytes[start + 1]!;
  const length7 = byte1 & 0x7f;
  const masked = byte1 >= 0x80;
  const lengthBytes = length7 < 126 ? 0 : length7 === 126 ? 2 : 8;
  const headerBytes = 2 + lengthBytes + (masked ? 4 : 0);
  if (end - start < headerBytes) return undefined;
  const payloadBytes = lengthBytes === 0 ? length7 : readLength(bytes, start + 2, lengthBytes);
  const shortest = payloadBytes > (lengthBytes === 2 ? 125 : 0xffff);
  return {
    fin: byte0 >= 0x80,
    rsv: (byte0 >> 4) & 7,
    opcode: byte0 & 15,
    masked,
    maskingKey: masked ? readKey(bytes, start + headerBytes - 4) : 0,
    payloadBytes,
    headerBytes,
    canonical: lengthBytes === 0 || (shortest && (lengthBytes === 2 || bytes[start + 2]! < 0x80)),
  };
}

/** Reads a big-endian number, without shifts because they are limited to 32 bits. */
function readLength(bytes: Uint8Array, start: number, count: number): number {
  let length = 0;
  for (let i = start; i < start + count; i++) length = length * 256 + bytes[i]!;
  return length;
}

/**
 * Rejects a header that violates a rule, before any payload has arrived.
 *
 * @throws WebSocketError 1002; 1009 for a payload longer than `maxFrameBytes`
 */
export function checkFrameHeader(header: FrameHeader, rules: FrameRules): void {
  const fault = protocolFault(header, rules);
  if (fault !== undefined) throw violation(CloseCode.ProtocolError, fault[0], fault[1]);
  if (header.payloadBytes > rules.maxFrameBytes) {
    throw violation(
      CloseCode.MessageTooBig,
      'RFC 6455 §10.4',
      'frame too big',
      `${header.payloadBytes} bytes, maxFrameBytes: ${rules.maxFrameBytes}`,
    );
  }
}

type Fault = readonly [section: string, reason: string];

function protocolFault(header: FrameHeader, rules: FrameRules): Fault | undefined {
  const { opcode, rsv } = header;
  if ((rsv & 3) !== 0) return ['RFC 6455 §5.2', 'RSV2 or RSV3 set'];
  if (rsv !== 0 && !rules.rsv1) return ['RFC 6455 §5.2', 'RSV1 set without an extension'];
  if (rsv !== 0 && opcode !== Opcode.Text && opcode !== Opcode.Binary) {
    return ['RFC 7692 §6', 'RSV1 set on a frame that begins no message'];
  }
  if (opcode > 10 || (opcode > 2 && opcode < 8)) return ['RFC 6455 §5.2', 'reserved opcode'];
  if (header.masked !== rules.masked) {
    return ['RFC 6455 §5.1', rules.masked ? 'unmasked frame from a client' : 'masked frame from a server'];
  }
  if (isControl(opcode)) {
    if (!header.fin) return ['RFC 6455 §5.5', 'fragmented control frame'];
    if (header.payloadBytes > maxControlBytes) return ['RFC 6455 §5.5', 'control frame too long'];
  }
  return header.canonical ? undefined : ['RFC 6455 §5.2', 'length not in its shortest form'];
}
