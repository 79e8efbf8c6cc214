// Formats each frame of a socket's `tap` as a line: time, sender, opcode, flags, length, beginning of the payload.

import { onOneLine } from '../base/printable.ts';
import type { Role } from '../base/role.ts';
import type { TappedFrame } from '../connection/frame-observer.ts';
import { isControl, Opcode, opcodeName } from '../frames/opcode.ts';

/** The longest part of a payload that a line shows. */
const shownCharacters = 60;
const shownBytes = 24;

export interface FrameLogOptions {
  /** Whether lines are JSON. */
  readonly json: boolean;
  /** Our role, which determines the sender of each direction. */
  readonly role: Role;
  /** The number of the client, if there may be several. */
  readonly client?: number | undefined;
  /** Returns the elapsed milliseconds, for the first column. */
  readonly elapsedMs: () => number;
}

/** Describes the frames of one socket. Needs payloads: `tapPayloads: true`. */
export class FrameLog {
  readonly #options: FrameLogOptions;
  /** The missing payload bytes of the incoming frame: until then its parts are not new frames. */
  #missingBytes = 0;
  /** Whether the payloads of the message in progress are readable text. */
  readonly #isText = { in: false, out: false };

  constructor(options: FrameLogOptions) {
    this.#options = options;
  }

  /** Returns the line; `undefined` for a later part of a frame. */
  describe(frame: TappedFrame): string | undefined {
    if (!this.#begins(frame)) return undefined;
    const preview = this.#preview(frame);
    return this.#options.json ? this.#asJson(frame, preview) : this.#asText(frame, preview);
  }

  #begins({ direction, payload = '', payloadBytes }: TappedFrame): boolean {
    if (direction === 'out') return true;
    const begins = this.#missingBytes === 0;
    this.#missingBytes = (begins ? payloadBytes : this.#missingBytes) - payload.length;
    return begins;
  }

  #asText({ direction, opcode, fin, rsv1, payloadBytes }: TappedFrame, preview: string): string {
    const { client, elapsedMs } = this.#options;
    const columns = [
      (elapsedMs() / 1000).toFixed(3).padStart(8),
      ...(client === undefined ? [] : [`#${client}`]),
      this.#sender(direction),
      opcodeName(opcode).padEnd(12),
      fin ? 'fin' : '   ',
      rsv1 ? 'rsv1' : '    ',
      `${payloadBytes} bytes`.padStart(13),
      ` ${preview}`,
    ];
    return columns.join(' ').trimEnd();
  }

  #asJson({ direction, opcode, fin, rsv1, payloadBytes }: TappedFrame, preview: string): string {
    const { client, elapsedMs } = this.#options;
    return JSON.stringify({
      type: 'frame',
      ms: Math.round(elapsedMs() * 1000) / 1000,
      client,
      from: this.#sender(direction),
      opcode: opcodeName(opcode),
      fin,
      rsv1,
      payloadBytes,
      preview,
    });
  }

  #sender(direction: 'in' | 'out'): Role {
    return (direction === 'out') === (this.#options.role === 'client') ? 'client' : 'server';
  }

  #preview(frame: TappedFrame): string {
    const { direction, opcode, rsv1, payload = '' } = frame;
    if (opcode === Opcode.Close && typeof payload !== 'string') return closeBody(payload);
    if (opcode === Opcode.Text || opcode === Opcode.Binary) {
      this.#isText[direction] = opcode === Opcode.Text && !rsv1;
    }
    const isText = !isControl(opcode) && this.#isText[direction];
    const whole = frame.payloadBytes === payload.length;
    return typeof payload === 'string' || isText ? quoted(payload, whole) : hex(payload, whole);
  }
}

function closeBody(body: Uint8Array): string {
  if (body.length < 2) return '';
  const reason = new TextDecoder().decode(body.subarray(2));
  return `${body[0]! * 256 + body[1]!}${reason === '' ? '' : ` ${quoted(reason, true)}`}`;
}

function quoted(payload: Uint8Array | string, whole: boolean): string {
  // A character has at most four bytes.
  const text =
    typeof payload === 'string'
      ? payload
      : new TextDecoder().decode(payload.subarray(0, 4 * shownCharacters));
  const shown = text.slice(0, shownCharacters);
  return `${onOneLine(JSON.stringify(shown))}${whole && shown.length === text.length ? '' : ' …'}`;
}

function hex(payload: Uint8Array, whole: boolean): string {
  const bytes = Array.from(payload.subarray(0, shownBytes), byte => byte.toString(16).padStart(2, '0'));
  return `${bytes.join(' ')}${whole && payload.length <= shownBytes ? '' : ' …'}`;
}
