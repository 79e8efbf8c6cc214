// Reads the fields of a frame header (RFC 6455 §5.2) for display, even if the decoder refuses the header.

/** The fields of a complete header. */
export interface HeaderFields {
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly rsv2: boolean;
  readonly rsv3: boolean;
  readonly opcode: number;
  readonly masked: boolean;
  /** The seven bits of length: up to 125 they are the length, 126 and 127 mean that a longer field follows. */
  readonly length7: number;
  /** The two or eight bytes of a longer length; empty if there is none. */
  readonly extendedLength: Uint8Array;
  /** The four bytes of the masking key; empty in an unmasked frame. */
  readonly maskingKey: Uint8Array;
  readonly payloadBytes: number;
}

/** Returns the length of the header that begins with these bytes, as far as they determine it. */
export function headerLength(start: ArrayLike<number>): number {
  if (start.length < 2) return 2;
  return 2 + extendedBytes(start[1]!) + (start[1]! >= 0x80 ? 4 : 0);
}

/** Reads a header of the length that {@link headerLength} gives. */
export function headerFields(header: Uint8Array): HeaderFields {
  const [first, second] = header as unknown as [number, number];
  const length7 = second & 0x7f;
  const lengthEnd = 2 + extendedBytes(second);
  const extendedLength = header.slice(2, lengthEnd);
  return {
    fin: first >= 0x80,
    rsv1: (first & 0x40) !== 0,
    rsv2: (first & 0x20) !== 0,
    rsv3: (first & 0x10) !== 0,
    opcode: first & 0x0f,
    masked: second >= 0x80,
    length7,
    extendedLength,
    maskingKey: header.slice(lengthEnd),
    payloadBytes: length7 < 126 ? length7 : extendedLength.reduce((sum, byte) => sum * 256 + byte, 0),
  };
}

function extendedBytes(second: number): 0 | 2 | 8 {
  const length7 = second & 0x7f;
  if (length7 < 126) return 0;
  return length7 === 126 ? 2 : 8;
}

const names: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

/** Returns the name of an opcode, such as `text`. */
export function opcodeName(opcode: number): string {
  return names[opcode] ?? `reserved ${opcode}`;
}
