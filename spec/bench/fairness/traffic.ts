// The traffic of hostile peers: few bytes that cause much work, or many frames without content.

import { emptyDynamicBlocks } from '../../support/bits.ts';
import { encodeFrame } from '../load/frames.ts';
import { type Reel, reelOf, reelOfFrames, Strip } from '../load/reel.ts';

export interface Traffic {
  readonly title: string;
  readonly reel: () => Promise<Reel>;
  /** Frames that go out in one write. */
  readonly framesPerWrite: number;
}

const mebibyte = 2 ** 20;
const zeros = (length: number) => new Uint8Array(length);
const text = (length: number) => Buffer.from('aé'.repeat(length / 3));

function compressed(type: 'text' | 'binary', message: Uint8Array): Traffic['reel'] {
  return () => reelOf([message], { type, deflate: true, masked: true });
}

/** Frames of clients. */
const frame = (opcode: number, payload: Uint8Array, fin: boolean, isCompressed = false) =>
  encodeFrame({ opcode, payload, masked: true, fin, compressed: isCompressed });

/** As many as ws takes. */
const fragments = 16_000;

function fragmented(payload: Uint8Array): Traffic['reel'] {
  return async () => {
    const between = new Array<Buffer>(fragments - 2).fill(frame(0, payload, false));
    return reelOfFrames(new Strip([frame(2, payload, false), ...between, frame(0, payload, true)]));
  };
}

/** A message may have about a thousand. They are eight each; the tail that a message is left without begins with a byte. */
const emptyBlocks = Buffer.concat([...new Array<Uint8Array>(125).fill(emptyDynamicBlocks()), zeros(1)]);

export const traffics: Readonly<Record<string, Traffic>> = {
  zeros: {
    title: 'compressed messages of 1 MiB of zeros',
    reel: compressed('binary', zeros(mebibyte)),
    framesPerWrite: 60,
  },
  text: {
    title: 'compressed messages of 1 MiB of "aé"',
    reel: compressed('text', text(mebibyte)),
    framesPerWrite: 60,
  },
  'large-zeros': {
    title: 'compressed messages of 16 MiB of zeros',
    reel: compressed('binary', zeros(16 * mebibyte)),
    framesPerWrite: 4,
  },
  'large-text': {
    title: 'compressed messages of 16 MiB of "aé"',
    reel: compressed('text', text(16 * mebibyte)),
    framesPerWrite: 4,
  },
  pings: {
    title: '32,000 pings in a chunk',
    reel: async () => reelOfFrames(new Strip(new Array(32_000).fill(frame(9, zeros(0), true)))),
    framesPerWrite: 32_000,
  },
  bytes: { title: 'fragments of one byte', reel: fragmented(zeros(1)), framesPerWrite: 8000 },
  empty: { title: 'empty fragments', reel: fragmented(zeros(0)), framesPerWrite: 8000 },
  blocks: {
    title: 'compressed messages of 1,000 empty dynamic blocks',
    reel: async () => reelOfFrames(new Strip([frame(2, emptyBlocks, true, true)])),
    framesPerWrite: 1,
  },
};
