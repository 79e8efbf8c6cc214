// The frames that a load sends: encoded before the measurement, and repeated endlessly.

import { messagesOf } from '../corpora.ts';
import { deflateAll, encodeFrame } from './frames.ts';

export interface MessageShape {
  readonly bytes: number;
  readonly type: 'text' | 'binary';
  readonly deflate: boolean;
}

/** Encoded frames in one buffer. */
export class FrameList {
  readonly #bytes: Buffer;
  /** The start of each frame, and the end of the last. */
  readonly #edges: number[] = [0];

  constructor(frames: readonly Buffer[]) {
    this.#bytes = Buffer.concat(frames);
    for (const frame of frames) this.#edges.push(this.#edges.at(-1)! + frame.length);
  }

  get length(): number {
    return this.#edges.length - 1;
  }

  slice(start: number, end: number): Buffer {
    return this.#bytes.subarray(this.#edges[start], this.#edges[end]);
  }
}

/**
 * Frames for the first round, and for every further one. With compression they differ, because messages of later rounds
 * refer to those of the round before.
 */
export interface FrameCycle {
  readonly first: FrameList;
  readonly repeated: FrameList;
}

export interface EchoFrames extends FrameCycle {
  /** The payload of the first message, before compression. */
  readonly sample: Buffer;
}

/** The minimum length of a round. It exceeds the compression window, so that no message refers to its own last round. */
const roundBytes = 65_536;

/** Makes the frames of an echo benchmark. */
export async function makeEchoFrames(shape: MessageShape, masked: boolean): Promise<EchoFrames> {
  const messages = messagesFor(shape);
  return { ...(await frameCycleOf(messages, { ...shape, masked })), sample: Buffer.from(messages[0]!) };
}

export interface FrameCycleOptions extends Omit<MessageShape, 'bytes'> {
  readonly masked: boolean;
}

export async function frameCycleOf(
  messages: readonly Uint8Array[],
  { type, deflate, masked }: FrameCycleOptions,
): Promise<FrameCycle> {
  const opcode = type === 'text' ? 1 : 2;
  const frames = (payloads: readonly Uint8Array[]) =>
    new FrameList(payloads.map(payload => encodeFrame({ opcode, payload, masked, compressed: deflate })));
  if (!deflate) return repeatedFrames(frames(messages));
  const twice = await deflateAll([...messages, ...messages]);
  return { first: frames(twice.slice(0, messages.length)), repeated: frames(twice.slice(messages.length)) };
}

/** Returns a cycle of the same frames in every round. */
export function repeatedFrames(frames: FrameList): FrameCycle {
  return { first: frames, repeated: frames };
}

function messagesFor({ bytes, type, deflate }: MessageShape): Uint8Array[] {
  const count = Math.max(64, Math.ceil(roundBytes / bytes));
  if (deflate) return messagesOf('JSON feed', bytes, count * bytes);
  const message = messageOf({ bytes, type });
  return new Array(count).fill(typeof message === 'string' ? Buffer.from(message) : message);
}

/** Returns the message for uncompressed loads. */
export function messageOf({
  bytes,
  type,
}: Pick<MessageShape, 'bytes' | 'type'>): string | Uint8Array<ArrayBuffer> {
  if (type === 'binary') return new Uint8Array(bytes).map((_, i) => (i * 7) & 255);
  return 'the quick brown fox jumps over the lazy dog; '.repeat(Math.ceil(bytes / 45)).slice(0, bytes);
}

/** Reads a cycle of frames endlessly. */
export class FrameCycleReader {
  readonly #cycle: FrameCycle;
  #list: FrameList;
  #at = 0;

  constructor(cycle: FrameCycle) {
    this.#cycle = cycle;
    this.#list = cycle.first;
  }

  /** Passes the next `count` frames to `write`, in as few calls as possible. */
  take(count: number, write: (frames: Buffer) => void): void {
    let left = count;
    while (left > 0) {
      const end = Math.min(this.#at + left, this.#list.length);
      write(this.#list.slice(this.#at, end));
      left -= end - this.#at;
      this.#at = end;
      if (end === this.#list.length) {
        this.#list = this.#cycle.repeated;
        this.#at = 0;
      }
    }
  }
}
