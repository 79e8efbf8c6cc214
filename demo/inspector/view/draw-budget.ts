// Decides which chunks are drawn: all of them, unless they come faster than boxes can be drawn or read.

import type { WireChunk } from '../wire/items.ts';
import { maxPieces } from './strip.ts';

/** A burst of so many pieces is drawn as it is; afterwards the budget grows again. */
const burstPieces = 160;
const piecesPerSecond = 100;
/** If not everything can be drawn, wait until it is worth it. */
const leastPieces = 40;
/** With less than this left, boxes appear where they stay: to move many of them costs more than all the rest. */
const calmPieces = 90;

/** A page whose frames take longer on average has more to do than it can draw. */
const slowFrameMs = 40;
/** The weight of a new value in the average. */
const weight = 0.2;
/** A hidden page has no frames: that says nothing. */
const longestFrameMs = 500;

export interface Drawing {
  readonly skipped: readonly WireChunk[];
  readonly drawn: readonly WireChunk[];
  /** Whether so little comes that it may move. */
  readonly calm: boolean;
}

const piecesOf = ({ pieces }: WireChunk) => Math.min(maxPieces, pieces.length);

export class DrawBudget {
  #pieces = burstPieces;
  #at = 0;

  /** Divides the chunks that wait, the newest being drawn; undefined: later. */
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

/** Watches whether the page keeps up with drawing. */
export class Pace {
  #frameMs = 16;
  #at: number | undefined;

  /** To be asked once per animation frame. */
  isSlow(now: number): boolean {
    const frameMs = Math.min(longestFrameMs, now - (this.#at ?? now - this.#frameMs));
    this.#at = now;
    this.#frameMs += weight * (frameMs - this.#frameMs);
    return this.#frameMs > slowFrameMs;
  }
}
