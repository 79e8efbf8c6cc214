// Decompresses messages by a function that decompresses streams (RFC 7692 §7.2.2).

import { refuseWhileBusy } from '../base/refuse-while-busy.ts';
import { messageTooBig } from '../base/websocket-error.ts';
import { ByteCollector } from '../bytes/byte-collector.ts';
import { randomBytes } from '../bytes/random-bytes.ts';
import { RecentBytes } from '../bytes/recent-bytes.ts';
import type { InflaterOptions, MessageInflater } from './codec.ts';
import type { InflateFunction } from './deflate-functions.ts';
import { Inflater } from './inflater.ts';
import { storedBlock } from './stored-block.ts';

/** The size of the output pieces of a message, and the most bytes that one call decompresses. */
const pieceBytes = 65_536;

/** The most pieces of the function in one call: each may have taken long without output. */
const maxPieces = 8;

const markBytes = 8;

/** The two lengths of a stored block that contains the mark. */
const markLengths = [markBytes, 0x00, ~markBytes, 0xff];

let end: Uint8Array | undefined;

/**
 * Returns the bytes that are appended to a payload instead of the removed tail. A payload ends with the start of a stored
 * block. The tail would make that block empty; these bytes make it contain a mark that no peer knows. So the output ends with
 * the mark only if the function reached the end of a complete message. A final block follows.
 */
function markedEnd(): Uint8Array {
  end ??= Uint8Array.of(...markLengths, ...randomBytes(markBytes), 0x01, 0x00, 0x00, 0xff, 0xff);
  return end;
}

type State =
  /** The message is not complete. */
  | { readonly type: 'gathering' }
  | { readonly type: 'gathered'; readonly stream: Uint8Array }
  | { readonly type: 'inflating'; readonly stream: Uint8Array; readonly pieces: Iterator<Uint8Array> }
  /** The function has failed or stopped early, so the built-in inflater decompresses the message. */
  | { readonly type: 'fallback'; readonly inflater: MessageInflater; byteLength: number }
  | { readonly type: 'output'; readonly message: Uint8Array; readonly from: number };

const gathering: State = { type: 'gathering' };

/** Returns the memory of an inflater besides a message, in bytes: the window twice. */
export function dictionaryInflaterBytes(windowBits: number): number {
  return 2 ** (windowBits + 1);
}

/** Decompresses messages with a stateless function, which gets the bytes before each message as a dictionary. */
export class DictionaryInflater implements MessageInflater {
  readonly #inflate: InflateFunction;
  readonly #options: InflaterOptions;
  readonly #window: RecentBytes;
  readonly #payload = new ByteCollector();
  /** The output of the function, if it comes in pieces. */
  readonly #inflated = new ByteCollector();
  #state: State = gathering;
  #busy = false;

  constructor(inflate: InflateFunction, options: InflaterOptions) {
    this.#inflate = inflate;
    this.#options = options;
    this.#window = new RecentBytes(2 ** options.windowBits);
  }

  get busy(): boolean {
    return this.#busy;
  }

  write(data: Uint8Array, last: boolean): void {
    refuseWhileBusy(this.#busy, 'write()');
    this.#payload.append(data);
    if (!last || this.#payload.length === 0) return;
    this.#payload.append(markedEnd());
    this.#state = { type: 'gathered', stream: this.#payload.take() };
  }

  read(): Uint8Array | undefined {
    this.#busy = false;
    const state = this.#state;
    switch (state.type) {
      case 'gathering':
        return undefined;
      case 'gathered':
        return this.#begin(state.stream);
      case 'inflating':
        return this.#inflateMore(state);
      case 'fallback':
        return this.#readFallback(state);
      case 'output':
        return this.#output(state.message, state.from);
    }
  }

  #begin(stream: Uint8Array): Uint8Array | undefined {
    const { windowBits, maxMessageBytes } = this.#options;
    const dictionary = this.#window.bytes;
    const maxBytes = maxMessageBytes + markBytes;
    const options = { windowBits, maxBytes, ...(dictionary.length > 0 && { dictionary }) };
    const output = attempt(() => this.#inflate(stream, options));
    if (output === undefined) return this.#fallBack(stream);
    // A message that is output in several pieces must outlive the next call of the function.
    if (output instanceof Uint8Array)
      return this.#end(stream, output.length > pieceBytes ? output.slice() : output);
    this.#state = { type: 'inflating', stream, pieces: output[Symbol.iterator]() };
    return this.#inflateMore(this.#state);
  }

  #inflateMore({ stream, pieces }: State & { type: 'inflating' }): Uint8Array | undefined {
    const enough = this.#inflated.length + pieceBytes;
    for (let i = 0; i < maxPieces && this.#inflated.length < enough; i++) {
      const next = attempt(() => pieces.next());
      if (next === undefined || next.done) return this.#end(stream, this.#inflated.take());
      this.#inflated.append(next.value);
      if (this.#inflated.length - markBytes > this.#options.maxMessageBytes)
        throw messageTooBig(this.#options.maxMessageBytes);
    }
    this.#busy = true;
    return undefined;
  }

  #end(stream: Uint8Array, output: Uint8Array): Uint8Array | undefined {
    const message = withoutMark(output);
    if (message === undefined) return this.#fallBack(stream);
    if (message.length > this.#options.maxMessageBytes) throw messageTooBig(this.#options.maxMessageBytes);
    this.#remember(message);
    return this.#output(message, 0);
  }

  #output(message: Uint8Array, from: number): Uint8Array | undefined {
    const to = Math.min(message.length, from + pieceBytes);
    this.#state = to < message.length ? { type: 'output', message, from: to } : gathering;
    return to > from ? message.subarray(from, to) : undefined;
  }

  #fallBack(stream: Uint8Array): Uint8Array | undefined {
    const { windowBits } = this.#options;
    const inflater = new Inflater({ windowBits, contextTakeover: true, maxMessageBytes: Infinity });
    inflater.write(storedBlock(this.#window.bytes), false);
    while (inflater.read() !== undefined);
    inflater.write(stream.subarray(0, -markedEnd().length), true);
    this.#state = { type: 'fallback', inflater, byteLength: 0 };
    return this.#readFallback(this.#state);
  }

  #readFallback(state: State & { type: 'fallback' }): Uint8Array | undefined {
    const piece = state.inflater.read();
    if (piece === undefined) {
      this.#busy = state.inflater.busy === true;
      if (!this.#busy) this.#state = gathering;
      return undefined;
    }
    state.byteLength += piece.length;
    if (state.byteLength > this.#options.maxMessageBytes) throw messageTooBig(this.#options.maxMessageBytes);
    this.#remember(piece);
    return piece;
  }

  #remember(bytes: Uint8Array): void {
    if (this.#options.contextTakeover) this.#window.append(bytes);
  }
}

/** Returns the result of `work`, or `undefined` if it throws. */
function attempt<Out>(work: () => Out): Out | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Returns the message, or `undefined` if the output does not show that the function reached the end. */
function withoutMark(output: Uint8Array): Uint8Array | undefined {
  const lengths = markedEnd().subarray(0, markLengths.length);
  const mark = markedEnd().subarray(lengths.length, lengths.length + markBytes);
  if (!endsWith(output, mark)) return undefined;
  const message = output.subarray(0, -markBytes);
  // A final stored block of the peer may contain the mark with its lengths.
  return endsWith(message, lengths) ? undefined : message;
}

function endsWith(bytes: Uint8Array, ending: Uint8Array): boolean {
  const at = bytes.length - ending.length;
  return at >= 0 && ending.every((byte, i) => bytes[at + i] === byte);
}
