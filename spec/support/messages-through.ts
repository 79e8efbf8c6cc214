// Passes a message through a deflater or an inflater, whole or in parts.

/** A deflater or an inflater. */
interface Machine {
  write(data: Uint8Array, last: boolean): void;
  read(): Uint8Array | undefined;
  readonly busy?: boolean;
}

/** Returns the output for a message in these parts. */
export function through(machine: Machine, ...parts: Uint8Array[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  parts.forEach((part, i) => {
    machine.write(part, i === parts.length - 1);
    for (const piece of piecesOf(machine)) pieces.push(piece.slice());
  });
  return new Uint8Array(Buffer.concat(pieces));
}

/** Yields all output of the machine, also if it is busy in between. Each piece is valid until the next. */
export function* piecesOf(machine: Machine): Generator<Uint8Array> {
  for (let piece = machine.read(); piece !== undefined || machine.busy; piece = machine.read()) {
    if (piece !== undefined) yield piece;
  }
}

/** Cuts `data` into parts of `size` bytes; returns one empty part if it is empty. */
export function cut(data: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += size) parts.push(data.subarray(at, at + size));
  return parts.length > 0 ? parts : [data];
}
