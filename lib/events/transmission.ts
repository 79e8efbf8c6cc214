// Bytes on their way to the transport, and the completions that depend on them.

import { joinBytes } from '../bytes/chunk-gatherer.ts';

/** The callbacks of a queued item. Exactly one of them is called, once. */
export interface Completion {
  /**
   * Called when the transport has accepted its last byte.
   *
   * @param copied - whether the transport does not use the bytes any more
   */
  sent(copied: boolean): void;
  /** Called if it cannot be sent, or not completely. */
  lost(error: unknown): void;
}

const none: readonly never[] = [];

/** Bytes for the transport. */
export class Transmission {
  /** The chunks in order. None is empty, and their bytes must not change. */
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

  /**
   * Reports that the transport has accepted the bytes.
   *
   * @param copied - whether neither the transport nor the caller uses the chunks any more. Their memory is then used again
   */
  sent(copied = false): void {
    const completions = this.#take();
    for (let i = 0; i < completions.length; i++) completions[i]!.sent(copied);
  }

  /** Reports that the transport has failed before it accepted the bytes, or was abandoned. */
  lost(error: unknown): void {
    for (const completion of this.#take()) completion.lost(error);
  }

  #take(): readonly Completion[] {
    const completions = this.#completions;
    this.#completions = undefined;
    return completions ?? none;
  }
}
