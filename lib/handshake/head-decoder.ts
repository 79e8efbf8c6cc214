// Decodes the head of one HTTP/1.1 message (RFC 9112 §2 to §5), strictly and with limits, and returns the bytes after it.

import { type Failed, throwIfFailed } from '../base/failed.ts';
import { limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import { asBytes } from '../bytes/as-bytes.ts';
import { ByteCollector } from '../bytes/byte-collector.ts';
import { decodeLatin1 } from '../bytes/latin1.ts';
import type { HandshakeError } from './handshake-error.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import { HeaderFields } from './header-fields.ts';
import { trimWhitespace } from './headers.ts';

/** The limits of a head, all inclusive. A head that exceeds one is rejected with 431, a request line with 414. */
export interface HeadDecoderOptions {
  /** The most bytes of the whole head, with line ends. Default: 65,536. */
  readonly maxHeadBytes?: number | undefined;
  /** The most bytes of one line, without its end. Default: 8192. */
  readonly maxHeadLineBytes?: number | undefined;
  /** The most header lines, without the first line. Default: 128. */
  readonly maxHeadLines?: number | undefined;
  /** The most bytes of a header name. Default: 256. */
  readonly maxHeaderNameBytes?: number | undefined;
}

export const headDecoderOptions: OptionTable<Settled<HeadDecoderOptions>> = /* @__PURE__ */ new OptionTable(
  'HeadDecoder',
  () => ({
    maxHeadBytes: limit(65_536),
    maxHeadLineBytes: limit(8192),
    maxHeadLines: limit(128),
    maxHeaderNameBytes: limit(256),
  }),
);

/** Alternating names and values. */
type Fields = string[];

/** The state while a head is incomplete. */
interface Reading<Head> {
  readonly type: 'reading';
  /** The rest of the chunk. */
  chunk: Uint8Array;
  /** The incomplete line. */
  readonly line: ByteCollector;
  headBytes: number;
  /** The head, after its first line was read. Its headers refer to `fields`. */
  head: Head | undefined;
  readonly fields: Fields;
}

type State<Head> = Reading<Head> | { readonly type: 'done'; readonly rest: Uint8Array<ArrayBuffer> } | Failed;

const lineFeed = 0x0a;
const noBytes = new Uint8Array(0);
const fieldLine = /^([!#$%&'*+\-.^_`|~\w]+):([\t -~\x80-\xff]*)$/;

/**
 * Decodes exactly one head; then {@link HeadDecoder.rest} returns the bytes after it. It keeps copies, never chunks, and
 * processes each byte once, for any cut.
 *
 * It is strict: no line folding, no bare CR or LF, no control characters, no space before a colon.
 *
 * `read` and `close` throw a {@link HandshakeError}.
 */
export abstract class HeadDecoder<Head extends RequestHead | ResponseHead>
  implements Stage<Uint8Array, Head>
{
  readonly #limits: Settled<HeadDecoderOptions>;
  #state: State<Head> = {
    type: 'reading',
    chunk: noBytes,
    line: new ByteCollector(),
    headBytes: 0,
    head: undefined,
    fields: [],
  };

  #begun = false;

  /** Whether empty lines before the first line are ignored. */
  protected abstract readonly skipsEmptyLines: boolean;

  /**
   * @throws TypeError for a limit that is not a number
   * @throws RangeError for a limit that is not a positive integer or `Infinity`
   */
  constructor(options: HeadDecoderOptions = {}) {
    this.#limits = headDecoderOptions.check(options);
  }

  /** @throws TypeError after the head has been read: the caller has to handle the bytes after it */
  write(chunk: Uint8Array): void {
    if (this.#state.type === 'done')
      throw new TypeError('write() was called after the head: the bytes after it are not part of it');
    if (this.#state.type === 'reading') this.#state.chunk = asBytes(chunk);
  }

  read(): Head | undefined {
    const state = this.#state;
    throwIfFailed(state);
    if (state.type === 'done') return undefined;
    while (state.chunk.length > 0) {
      const line = this.#takeLine(state);
      if (line === undefined) return undefined;
      if (line === '' && state.head !== undefined) {
        this.#state = { type: 'done', rest: new Uint8Array(state.chunk) };
        return state.head;
      }
      if (line === '' && this.skipsEmptyLines) continue;
      if (state.head === undefined) state.head = this.#parseFirst(line, state.fields);
      else this.#parseField(line, state.fields);
    }
    return undefined;
  }

  /** @throws HandshakeError if the head is not complete */
  close(): void {
    throwIfFailed(this.#state);
    if (this.#state.type === 'reading') this.#fail(400, 'the connection ended inside the head', true);
  }

  /** Whether the first line has been read, so that the peer is known to use HTTP. */
  get begun(): boolean {
    return this.#begun;
  }

  /**
   * Returns a copy of the bytes after the head in the chunk that ended it; empty until the head has been read.
   */
  rest(): Uint8Array<ArrayBuffer> {
    return this.#state.type === 'done' ? this.#state.rest : new Uint8Array();
  }

  /** Returns the head with this first line and these headers, or `undefined` if the line is malformed. */
  protected abstract parse(line: string, headers: HeaderFields): Head | undefined;

  /**
   * Returns the error for a peer that has sent an invalid head.
   *
   * @param ended - whether the input ended inside the head, rather than being invalid
   */
  protected abstract errorOf(status: number, fault: string, ended: boolean): HandshakeError;

  /** Returns the line that ends in this chunk, without its end; `undefined` if it is not complete. */
  #takeLine(state: Reading<unknown>): string | undefined {
    const end = state.chunk.indexOf(lineFeed) + 1;
    const piece = end > 0 ? state.chunk.subarray(0, end) : state.chunk;
    const endBytes = end > 0 ? 2 : 1;
    state.headBytes += piece.length;
    if (
      state.line.length + piece.length - endBytes > this.#limits.maxHeadLineBytes ||
      state.headBytes > this.#limits.maxHeadBytes
    ) {
      this.#fail(state.head === undefined ? 414 : 431, 'the head is too large');
    }
    state.line.append(piece);
    state.chunk = end === 0 ? noBytes : state.chunk.subarray(end);
    if (end === 0) return undefined;
    const line = decodeLatin1(state.line.take());
    if (!line.endsWith('\r\n')) this.#fail(400, 'a line must end in CR LF');
    return line.slice(0, -2);
  }

  #parseFirst(line: string, fields: Fields): Head {
    const head = this.parse(line, new HeaderFields(fields));
    if (head === undefined) this.#fail(400, 'malformed first line');
    this.#begun = true;
    if (!head.version.startsWith('1.')) this.#fail(505, 'not HTTP/1');
    return head;
  }

  #parseField(line: string, fields: Fields): void {
    const [, name, value] = fieldLine.exec(line) ?? [];
    if (name === undefined) this.#fail(400, 'malformed header line');
    if (name.length > this.#limits.maxHeaderNameBytes) this.#fail(431, 'a header name is too long');
    if (fields.length === 2 * this.#limits.maxHeadLines) this.#fail(431, 'too many header lines');
    fields.push(name, trimWhitespace(value!));
  }

  #fail(status: number, fault: string, ended = false): never {
    const error = this.errorOf(status, fault, ended);
    this.#state = { type: 'failed', error };
    throw error;
  }
}
