// Bytes on their way to the transport, and those who wait to hear what becomes of them.

import { joinBytes } from '../bytes/chunk-gatherer.ts';

/** Told once, and only one of both, what has become of something that was queued. */
export interface Completion {
  /** The transport has taken its last byte. */
  sent(): void;
  /** It will never leave, or not wholly. */
  lost(error: unknown): void;
}

const none: readonly never[] = [];

/** Bytes for the transport. */
export class Transmission {
  /** In order; none is empty. The bytes must not change. */
  readonly chunks: readonly Uint8Array[];
  readonly byteLength: number;
  #completions: readonly Completion[] | undefined;

  constructor(
    chunks: readonly Uint8Array[],
    byteLength: number,
    completions: readonly Completion[] | undefined,
  ) {
    this.chunks = chunks;
    this.byteLength = byteLength;
    this.#completions = completions;
  }

  /** All bytes as one array; a copy if there are several chunks. */
  get bytes(): Uint8Array {
    return joinBytes(this.chunks);
  }

  /** To be called when the transport has taken the bytes. */
  sent(): void {
    for (const completion of this.#take()) completion.sent();
  }

  /** To be called when the transport has failed before, or nobody waits for it any more. */
  lost(error: unknown): void {
    for (const completion of this.#take()) completion.lost(error);
  }

  #take(): readonly Completion[] {
    const completions = this.#completions;
    this.#completions = undefined;
    return completions ?? none;
  }
}
