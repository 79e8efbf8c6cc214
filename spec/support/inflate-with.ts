// An inflater for the reference decoder.

import type { MessageInflater } from '../../lib/deflate/codec.ts';
import type { Inflate } from './reference-decoder.ts';

/** Yields the output of the inflater, piece by piece. */
export function inflateWith(inflater: MessageInflater): Inflate {
  return function* (payload, last) {
    inflater.write(payload, last);
    for (let piece = inflater.read(); piece !== undefined || inflater.busy; piece = inflater.read()) {
      if (piece !== undefined) yield piece.slice();
    }
  };
}
