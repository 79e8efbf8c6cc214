// Compresses message parts: RFC 7692 §6.1, 7.2.1. Other parts pass through.

import { type Failed, throwIfFailed } from '../base/failed.ts';
import type { Stage } from '../base/stage.ts';
import { encodeText } from '../bytes/encode-text.ts';
import { Slab } from '../bytes/slab.ts';
import type { MessageDeflater } from '../deflate/codec.ts';
import { shouldCompress } from '../deflate/should-compress.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import type { CompressionChoice } from './accept-event.ts';

/** The compressor of a connection, and when to use it. */
export interface OutgoingCompression {
  readonly deflater: MessageDeflater;
  /** The length from which messages are compressed unless they choose for themselves; `undefined`: by default. */
  readonly thresholdBytes: number | undefined;
  /** Whether our messages may refer to earlier ones, which makes compression worthwhile for small messages. */
  readonly contextTakeover: boolean;
}

const never: CompressionChoice = () => false;

/** Returns the function that decides whether to compress a message. */
export function compressionChoice(compression: OutgoingCompression | undefined): CompressionChoice {
  if (compression === undefined) return never;
  const { thresholdBytes, contextTakeover } = compression;
  return (byteLength, choice) => shouldCompress(byteLength, choice, thresholdBytes, contextTakeover);
}

type State =
  | { readonly type: 'idle' }
  | { readonly type: 'passing'; readonly part: OutgoingPart }
  /** `piece` is held back until it is known whether it is the last. */
  | { readonly type: 'deflating'; readonly part: OutgoingPart; piece: Uint8Array | undefined }
  | Failed;

const idle: State = { type: 'idle' };
const noBytes = new Uint8Array(0);

/** Compresses piece by piece as it is read, so that no call takes longer than one block of the compressor. */
export class PartDeflater implements Stage<OutgoingPart, OutgoingPart> {
  readonly #deflater: MessageDeflater;
  readonly #slab = new Slab();
  #state: State = idle;
  /** Whether the first part of the message has yet to be output. */
  #first = false;

  constructor(deflater: MessageDeflater) {
    this.#deflater = deflater;
  }

  write(part: OutgoingPart): void {
    this.#orFail(() => this.#begin(part));
  }

  read(): OutgoingPart | undefined {
    return this.#orFail(() => this.#next());
  }

  close(): void {
    this.#orFail(() => {});
  }

  /** Runs a step. If it throws, all later steps throw the same error: nothing may follow a message that was lost. */
  #orFail<T>(step: () => T): T {
    throwIfFailed(this.#state);
    try {
      return step();
    } catch (error) {
      this.#state = { type: 'failed', error };
      throw error;
    }
  }

  #begin(part: OutgoingPart): void {
    if (part.deflated) this.#deflater.reset();
    if (!part.compressed || part.deflated) {
      this.#state = { type: 'passing', part };
      return;
    }
    const { payload } = part;
    this.#deflater.write(typeof payload === 'string' ? encodeText(payload) : payload, part.last);
    this.#first ||= part.first;
    // A message needs a last part even if the deflater outputs nothing more.
    this.#state = { type: 'deflating', part, piece: this.#nextPiece() ?? (part.last ? noBytes : undefined) };
  }

  #next(): OutgoingPart | undefined {
    const state = this.#state;
    if (state.type === 'deflating') return this.#deflate(state);
    this.#state = idle;
    return state.type === 'passing' ? state.part : undefined;
  }

  #deflate(state: State & { type: 'deflating' }): OutgoingPart | undefined {
    const payload = state.piece;
    if (payload === undefined) {
      this.#state = idle;
      return undefined;
    }
    state.piece = this.#nextPiece();
    const first = this.#first;
    this.#first = false;
    const last = state.part.last && state.piece === undefined;
    return { type: state.part.type, compressed: true, first, last, payload };
  }

  /** Copies the next piece, because a deflater reuses its output memory, and frames keep it for a while. */
  #nextPiece(): Uint8Array | undefined {
    const piece = this.#deflater.read();
    return piece && this.#slab.copy(piece);
  }
}
