// Reads the start of the body of a response that does not open a WebSocket: RFC 9112 §6.3, 7.1.

import type { ResponseHead } from './head.ts';

/** The number of bytes of a body that are kept. */
const maxBodyBytes = 4096;

/** The longest line between chunks. A longer one ends the body. */
const maxLineBytes = 256;

const isChunked = /(?:^|,)[ \t]*chunked[ \t]*$/i;

/** Collects the bytes after a response's head, until it has enough. */
export class ResponseBody {
  readonly #body = new Uint8Array(maxBodyBytes);
  readonly #chunked: boolean;
  #length = 0;
  /** The remaining bytes of the body or the chunk. */
  #left: number;
  /** The incomplete line between chunks; `undefined` inside a chunk. */
  #line: string | undefined;
  #ended = false;

  constructor({ status, version, headers }: ResponseHead) {
    this.#chunked = isChunked.test(headers.get('transfer-encoding') ?? '');
    this.#left = declaredBytes(status, version, headers.get('content-length') ?? '');
    if (this.#chunked && mayHaveBody(status, version)) this.#nextLine();
  }

  /** Whether no more input is needed: the body has ended, or is longer than the kept part. */
  get done(): boolean {
    return this.#ended || this.#left === 0 || this.#length === maxBodyBytes;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.done; ) {
      if (this.#line === undefined) at += this.#keep(bytes.subarray(at));
      else this.#readLine(this.#line, bytes[at++]!);
    }
  }

  /** Returns the start of the body, at most 4096 bytes. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#body.slice(0, this.#length);
  }

  /** Keeps bytes of the body, and returns how many. */
  #keep(bytes: Uint8Array): number {
    const kept = bytes.subarray(0, Math.min(this.#left, maxBodyBytes - this.#length));
    this.#body.set(kept, this.#length);
    this.#length += kept.length;
    this.#left -= kept.length;
    if (this.#chunked && this.#left === 0) this.#nextLine();
    return kept.length;
  }

  /** Reads the length of the next chunk, after the empty line that ends the last one. No length ends the body. */
  #readLine(line: string, byte: number): void {
    if (byte !== 0x0a) {
      this.#line = line + String.fromCharCode(byte);
      this.#ended = line.length === maxLineBytes;
    } else if (line.trim() === '') {
      this.#nextLine();
    } else {
      this.#left = Number.parseInt(line, 16);
      this.#ended = !(this.#left > 0);
      this.#line = undefined;
    }
  }

  #nextLine(): void {
    this.#line = '';
    this.#left = Infinity;
  }
}

/** Returns the length of the body; without a valid length it extends to the end of input. */
function declaredBytes(status: number, version: string, contentLength: string): number {
  if (!mayHaveBody(status, version)) return 0;
  return /^\d+$/.test(contentLength) ? Number(contentLength) : Infinity;
}

/** Whether there may be a body. Over HTTP/2 and HTTP/3, frames follow each 2xx. */
function mayHaveBody(status: number, version: string): boolean {
  return status >= (version === '' ? 300 : 200) && status !== 204 && status !== 304;
}
