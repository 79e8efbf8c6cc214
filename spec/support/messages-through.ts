// One message through a deflater or an inflater, whole or in parts.

/** A deflater or an inflater. */
interface Machine {
  write(data: Uint8Array, last: boolean): void;
  read(): Uint8Array | undefined;
  readonly busy?: boolean;
}

/** The message that comes out for one that goes in as these parts. */
export function through(machine: Machine, ...parts: Uint8Array[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  parts.forEach((part, i) => {
    machine.write(part, i === parts.length - 1);
    for (const piece of piecesOf(machine)) pieces.push(piece.slice());
  });
  return new Uint8Array(Buffer.concat(pieces));
}

/** What the machine has to read, to its end: a busy one is read on at once. Each piece is lent until the next. */
export function* piecesOf(machine: Machine): Generator<Uint8Array> {
  for (let piece = machine.read(); piece !== undefined || machine.busy; piece = machine.read()) {
    if (piece !== undefined) yield piece;
  }
}

/** The octets of hexadecimal digits; spaces are passed over. */
export function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
}

/** The octets of a text. */
export function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** `data` cut into parts of `size` octets; one empty part when there are none. */
export function cut(data: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += size) parts.push(data.subarray(at, at + size));
  return parts.length > 0 ? parts : [data];
}
