// A `Buffer` for hosts other than Node, with the members that specs use. As in Node, its `slice` shares memory.

class ByteBuffer extends Uint8Array {
  static override from(source: unknown, ...rest: unknown[]): ByteBuffer {
    const bytes = typeof source === 'string' ? bytesOf(source, rest[0] as string) : source;
    if (bytes instanceof ArrayBuffer) return new ByteBuffer(bytes, ...(rest as number[]));
    return new ByteBuffer(bytes as Uint8Array);
  }

  static alloc(length: number): ByteBuffer {
    return new ByteBuffer(length);
  }

  static concat(pieces: readonly Uint8Array[]): ByteBuffer {
    const all = new ByteBuffer(pieces.reduce((length, piece) => length + piece.length, 0));
    let end = 0;
    for (const piece of pieces) {
      all.set(piece, end);
      end += piece.length;
    }
    return all;
  }

  static compare(a: Uint8Array, b: Uint8Array): number {
    const end = Math.min(a.length, b.length);
    for (let i = 0; i < end; i++) if (a[i] !== b[i]) return Math.sign(a[i]! - b[i]!);
    return Math.sign(a.length - b.length);
  }

  override slice(start?: number, end?: number): this {
    return this.subarray(start, end) as this;
  }

  override toString(encoding = 'utf8'): string {
    if (encoding === 'hex') return Array.from(this, byte => byte.toString(16).padStart(2, '0')).join('');
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this);
  }
}

function bytesOf(text: string, encoding = 'utf8'): Uint8Array {
  if (encoding === 'utf8') return new TextEncoder().encode(text);
  return Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16));
}

const host = globalThis as unknown as { Buffer?: typeof ByteBuffer };
const HostBuffer: typeof ByteBuffer = host.Buffer ?? ByteBuffer;

export { HostBuffer as Buffer };
