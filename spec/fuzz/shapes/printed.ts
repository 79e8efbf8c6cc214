// Inputs with their own text for reports of failures.

/** A value with its text. */
export class Printed<T> {
  readonly value: T;
  readonly #print: () => string;

  constructor(value: T, print: () => string) {
    this.value = value;
    this.#print = print;
  }

  toString(): string {
    return this.#print();
  }
}

/** Formats printable ASCII as text, and other bytes as hex. */
export function printBytes(data: Uint8Array): string {
  const printable = data.every(byte => byte >= 32 && byte < 127);
  return printable ? JSON.stringify(String.fromCharCode(...data)) : Buffer.from(data).toString('hex');
}
