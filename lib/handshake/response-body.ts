// The first bytes of the body of a response that opens no WebSocket: RFC 9112 §6.3, 7.1.

import type { ResponseHead } from './head.ts';

/** So much of a body is kept. */
const maxBodyBytes = 4096;

/** A line between chunks that is longer ends the body. */
const maxLineBytes = 256;

const isChunked = /(?:^|,)[ \t]*chunked[ \t]*$/i;

/** Takes what comes behind a response's head, until it has enough. */
export class ResponseBody {
  readonly #body = new Uint8Array(maxBodyBytes);
  readonly #chunked: boolean;
  #length = 0;
  /** Bytes still to come, of the body or of the chunk. */
  #left: number;
  /** What has come of a line between chunks; `undefined`: bytes come. */
  #line: string | undefined;
  #ended = false;

  constructor({ status, version, headers }: ResponseHead) {
    this.#chunked = isChunked.test(headers.get('transfer-encoding') ?? '');
    this.#left = declaredBytes(status, version, headers.get('content-length') ?? '');
    if (this.#chunked && mayHaveBody(status, version)) this.#nextLine();
  }

  /** Whether nothing more is wanted: the body has ended, or is longer than what is kept. */
  get done(): boolean {
    return this.#ended || this.#left === 0 || this.#length === maxBodyBytes;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.done; ) {
      if (this.#line === undefined) at += this.#keep(bytes.subarray(at));
      else this.#readLine(this.#line, bytes[at++]!);
    }
  }

  /** What has come of the body, 4096 bytes at most. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#body.slice(0, this.#length);
  }

  /** Keeps bytes of the body, and gives how many. */
  #keep(bytes: Uint8Array): number {
    const kept = bytes.subarray(0, Math.min(this.#left, maxBodyBytes - this.#length));
    this.#body.set(kept, this.#length);
    this.#length += kept.length;
    this.#left -= kept.length;
    if (this.#chunked && this.#left === 0) this.#nextLine();
    return kept.length;
  }

  /** The length of the next chunk, behind the empty line that ends the one before. No length is the end. */
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

/** How long the body is; without a length that makes sense it goes to the end. */
function declaredBytes(status: number, version: string, contentLength: string): number {
  if (!mayHaveBody(status, version)) return 0;
  return /^\d+$/.test(contentLength) ? Number(contentLength) : Infinity;
}

/** Over HTTP/2 and HTTP/3 frames follow each 2xx. */
function mayHaveBody(status: number, version: string): boolean {
  return status >= (version === '' ? 300 : 200) && status !== 204 && status !== 304;
}
