// The opcodes of RFC 6455 §5.2.

/** The kind of a frame. 3 to 7 and 11 to 15 are reserved. */
export const Opcode = {
  Continuation: 0,
  Text: 1,
  Binary: 2,
  Close: 8,
  Ping: 9,
  Pong: 10,
} as const;
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

const names: { readonly [opcode: number]: string } = {
  [Opcode.Continuation]: 'continuation',
  [Opcode.Text]: 'text',
  [Opcode.Binary]: 'binary',
  [Opcode.Close]: 'close',
  [Opcode.Ping]: 'ping',
  [Opcode.Pong]: 'pong',
};

/** Returns the name of an opcode, such as `text`; of a reserved one, such as `opcode 3`. */
export function opcodeName(opcode: number): string {
  return names[opcode] ?? `opcode ${opcode}`;
}

/** Whether the opcode is Close, Ping or Pong, or is reserved for further control frames. */
export function isControl(opcode: number): boolean {
  return opcode >= 8;
}
