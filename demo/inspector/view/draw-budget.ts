// Decides which chunks are drawn: all of them, unless they arrive faster than the page can draw.

import type { WireChunk } from '../wire/items.ts';
import { maxPieces } from './lane-layout.ts';

/** The number of pieces that are drawn at once. The budget then grows again by `piecesPerSecond`. */
const burstPieces = 160;
const piecesPerSecond = 100;
/** The smallest budget with which some of the waiting chunks are drawn, if not all can be. */
const leastPieces = 40;
/** The budget below which new boxes are not animated, because moving many boxes is the most expensive part. */
const calmPieces = 90;

/** The average time of a frame above which the page is slow. */
const slowFrameMs = 40;
/** The weight of a new value in the average. */
const weight = 0.2;
/** The longest time of a frame that counts, because a hidden page draws no frames. */
const longestFrameMs = 500;

export interface Drawing {
  readonly skipped: readonly WireChunk[];
  readonly drawn: readonly WireChunk[];
  /** Whether so few chunks arrive that new boxes may be animated. */
  readonly calm: boolean;
}

const piecesOf = ({ pieces }: WireChunk) => Math.min(maxPieces, pieces.length);

export class DrawBudget {
  #pieces = burstPieces;
  #at = 0;

  /** Divides the waiting chunks: the newest are drawn. Returns `undefined` to wait. */
  divide(chunks: readonly WireChunk[], now: number): Drawing | undefined {
    this.#pieces = Math.min(burstPieces, this.#pieces + ((now - this.#at) * piecesPerSecond) / 1000);
    this.#at = now;
    let [first, pieces] = [chunks.length, 0];
    while (first > 0 && pieces + piecesOf(chunks[first - 1]!) <= this.#pieces) {
      first -= 1;
      pieces += piecesOf(chunks[first]!);
    }
    if (first > 0 && this.#pieces < leastPieces) return undefined;
    this.#pieces -= pieces;
    return { skipped: chunks.slice(0, first), drawn: chunks.slice(first), calm: this.#pieces > calmPieces };
  }
}

/** Measures whether the page is fast enough to draw. */
export class Pace {
  #frameMs = 16;
  #at: number | undefined;

  /** Returns true if the page is slow. Call it once for each animation frame. */
  isSlow(now: number): boolean {
    const frameMs = Math.min(longestFrameMs, now - (this.#at ?? now - this.#frameMs));
    this.#at = now;
    this.#frameMs += weight * (frameMs - this.#frameMs);
    return this.#frameMs > slowFrameMs;
  }
}
