// The compressed payloads of messages in, the messages out, by a function that decompresses streams (RFC 7692 §7.2.2).

import { refuseWhileBusy } from '../base/refuse-while-busy.ts';
import { messageTooBig } from '../base/websocket-error.ts';
import { ByteCollector } from '../bytes/byte-collector.ts';
import { randomBytes } from '../bytes/random-bytes.ts';
import { RecentBytes } from '../bytes/recent-bytes.ts';
import type { InflaterOptions, MessageInflater } from './codec.ts';
import type { InflateFunction } from './deflate-functions.ts';
import { Inflater } from './inflater.ts';
import { storedBlock } from './stored-block.ts';

/** A message is given out in pieces of at most so many bytes, and so many are decompressed in a call. */
const pieceBytes = 65_536;

/** One call takes at most this many pieces of the function: each may have cost much and given nothing. */
const maxPieces = 8;

const markBytes = 8;

/** The lengths of a stored block that holds the mark. */
const markLengths = [markBytes, 0x00, ~markBytes, 0xff];

let end: Uint8Array | undefined;

/**
 * Returns what is put after a payload in place of the tail that was taken off. A payload ends with the head of a stored
 * block. The tail would make that block empty, this makes it hold a mark that no peer knows: so the output ends with the
 * mark only if the function came to the end of a message that is complete. A final block follows.
 */
function markedEnd(): Uint8Array {
  end ??= Uint8Array.of(...markLengths, ...randomBytes(markBytes), 0x01, 0x00, 0x00, 0xff, 0xff);
  return end;
}

type State =
  /** The message has not come to its end. */
  | { readonly type: 'gathering' }
  | { readonly type: 'gathered'; readonly stream: Uint8Array }
  | { readonly type: 'inflating'; readonly stream: Uint8Array; readonly pieces: Iterator<Uint8Array> }
  /** The function has failed, or has stopped early: the built-in inflater decides. */
  | { readonly type: 'judging'; readonly inflater: MessageInflater; byteLength: number }
  | { readonly type: 'giving'; readonly message: Uint8Array; readonly from: number };

const gathering: State = { type: 'gathering' };

/** Returns how much memory an inflater holds besides a message: the window twice. */
export function dictionaryInflaterBytes(windowBits: number): number {
  return 2 ** (windowBits + 1);
}

/** Decompresses messages with a function that knows nothing of them: it is told the bytes before each. */
export class DictionaryInflater implements MessageInflater {
  readonly #inflate: InflateFunction;
  readonly #options: InflaterOptions;
  readonly #window: RecentBytes;
  readonly #payload = new ByteCollector();
  /** The output that has come in pieces. */
  readonly #output = new ByteCollector();
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
      case 'judging':
        return this.#judgeMore(state);
      case 'giving':
        return this.#give(state.message, state.from);
    }
  }

  #begin(stream: Uint8Array): Uint8Array | undefined {
    const { windowBits, maxMessageBytes } = this.#options;
    const dictionary = this.#window.bytes;
    const maxBytes = maxMessageBytes + markBytes;
    const options = { windowBits, maxBytes, ...(dictionary.length > 0 && { dictionary }) };
    const output = attempt(() => this.#inflate(stream, options));
    if (output === undefined) return this.#judge(stream);
    // What is given out in several pieces must outlive the next call of the function.
    if (output instanceof Uint8Array)
      return this.#end(stream, output.length > pieceBytes ? output.slice() : output);
    this.#state = { type: 'inflating', stream, pieces: output[Symbol.iterator]() };
    return this.#inflateMore(this.#state);
  }

  #inflateMore({ stream, pieces }: State & { type: 'inflating' }): Uint8Array | undefined {
    const enough = this.#output.length + pieceBytes;
    for (let i = 0; i < maxPieces && this.#output.length < enough; i++) {
      const next = attempt(() => pieces.next());
      if (next === undefined || next.done) return this.#end(stream, this.#output.take());
      this.#output.append(next.value);
      if (this.#output.length - markBytes > this.#options.maxMessageBytes)
        throw messageTooBig(this.#options.maxMessageBytes);
    }
    this.#busy = true;
    return undefined;
  }

  #end(stream: Uint8Array, output: Uint8Array): Uint8Array | undefined {
    const message = withoutMark(output);
    if (message === undefined) return this.#judge(stream);
    if (message.length > this.#options.maxMessageBytes) throw messageTooBig(this.#options.maxMessageBytes);
    this.#remember(message);
    return this.#give(message, 0);
  }

  #give(message: Uint8Array, from: number): Uint8Array | undefined {
    const to = Math.min(message.length, from + pieceBytes);
    this.#state = to < message.length ? { type: 'giving', message, from: to } : gathering;
    return to > from ? message.subarray(from, to) : undefined;
  }

  #judge(stream: Uint8Array): Uint8Array | undefined {
    const { windowBits } = this.#options;
    const inflater = new Inflater({ windowBits, contextTakeover: true, maxMessageBytes: Infinity });
    inflater.write(storedBlock(this.#window.bytes), false);
    while (inflater.read() !== undefined);
    inflater.write(stream.subarray(0, -markedEnd().length), true);
    this.#state = { type: 'judging', inflater, byteLength: 0 };
    return this.#judgeMore(this.#state);
  }

  #judgeMore(state: State & { type: 'judging' }): Uint8Array | undefined {
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

/** Returns `undefined` for work that throws. */
function attempt<Out>(work: () => Out): Out | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Returns the message, or `undefined` if the output does not show that the function came to the end. */
function withoutMark(output: Uint8Array): Uint8Array | undefined {
  const lengths = markedEnd().subarray(0, markLengths.length);
  const mark = markedEnd().subarray(lengths.length, lengths.length + markBytes);
  if (!endsWith(output, mark)) return undefined;
  const message = output.subarray(0, -markBytes);
  // A final stored block of the peer may have swallowed the mark with its lengths.
  return endsWith(message, lengths) ? undefined : message;
}

function endsWith(bytes: Uint8Array, ending: Uint8Array): boolean {
  const at = bytes.length - ending.length;
  return at >= 0 && ending.every((byte, i) => bytes[at + i] === byte);
}
