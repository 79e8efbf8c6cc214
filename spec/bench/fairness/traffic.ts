// The traffic of hostile peers: few bytes that cost much CPU, or many frames with little or no payload.

import { emptyDynamicBlocks } from '../../support/bits.ts';
import { type FrameCycle, FrameList, frameCycleOf, repeatedFrames } from '../load/frame-cycle.ts';
import { encodeFrame } from '../load/frames.ts';

export interface Traffic {
  readonly title: string;
  readonly cycle: () => Promise<FrameCycle>;
  /** The number of frames in one write. */
  readonly framesPerWrite: number;
}

const mebibyte = 2 ** 20;
const zeros = (length: number) => new Uint8Array(length);
const text = (length: number) => Buffer.from('aé'.repeat(length / 3));

function compressed(type: 'text' | 'binary', message: Uint8Array): Traffic['cycle'] {
  return () => frameCycleOf([message], { type, deflate: true, masked: true });
}

/** Encodes a client's frame. */
const frame = (opcode: number, payload: Uint8Array, fin: boolean, isCompressed = false) =>
  encodeFrame({ opcode, payload, masked: true, fin, compressed: isCompressed });

/** The number of fragments of a message, which ws accepts. */
const fragments = 16_000;

function fragmented(payload: Uint8Array): Traffic['cycle'] {
  return async () => {
    const between = new Array<Buffer>(fragments - 2).fill(frame(0, payload, false));
    return repeatedFrames(new FrameList([frame(2, payload, false), ...between, frame(0, payload, true)]));
  };
}

/**
 * A message of 1,000 dynamic blocks, which is about the limit: `emptyDynamicBlocks` returns eight. The last byte is the one
 * before the four bytes that a compressed message omits (RFC 7692 §7.2.1).
 */
const emptyBlocks = Buffer.concat([...new Array<Uint8Array>(125).fill(emptyDynamicBlocks()), zeros(1)]);

export const traffics: Readonly<Record<string, Traffic>> = {
  zeros: {
    title: 'compressed messages of 1 MiB of zeros',
    cycle: compressed('binary', zeros(mebibyte)),
    framesPerWrite: 60,
  },
  text: {
    title: 'compressed messages of 1 MiB of "aé"',
    cycle: compressed('text', text(mebibyte)),
    framesPerWrite: 60,
  },
  'large-zeros': {
    title: 'compressed messages of 16 MiB of zeros',
    cycle: compressed('binary', zeros(16 * mebibyte)),
    framesPerWrite: 4,
  },
  'large-text': {
    title: 'compressed messages of 16 MiB of "aé"',
    cycle: compressed('text', text(16 * mebibyte)),
    framesPerWrite: 4,
  },
  pings: {
    title: '32,000 pings in a chunk',
    cycle: async () => repeatedFrames(new FrameList(new Array(32_000).fill(frame(9, zeros(0), true)))),
    framesPerWrite: 32_000,
  },
  bytes: { title: 'fragments of one byte', cycle: fragmented(zeros(1)), framesPerWrite: 8000 },
  empty: { title: 'empty fragments', cycle: fragmented(zeros(0)), framesPerWrite: 8000 },
  blocks: {
    title: 'compressed messages of 1,000 empty dynamic blocks',
    cycle: async () => repeatedFrames(new FrameList([frame(2, emptyBlocks, true, true)])),
    framesPerWrite: 1,
  },
};
