// The tester's end of one connection: records events, and answers pings and the endpoint's Close. It sends invalid frames
// unchanged.

import { CloseCode, isWireCloseCode } from '../../lib/base/close-code.ts';
import { type Bytes, join } from './bytes.ts';
import type { Role } from './case.ts';
import { Compression } from './compression.ts';
import { close, pong } from './frame.ts';
import { type Frame, FrameReader } from './frame-reader.ts';
import { MessageReader } from './message-reader.ts';
import { deflateElements, direction } from './negotiation.ts';
import { Outgoing } from './outgoing.ts';
import type { Wire } from './wire.ts';

/** A Close frame that the endpoint sent. */
export interface ReceivedClose {
  readonly code: number | undefined;
  readonly reason: string;
}

const nothing: Bytes = new Uint8Array(0);

export class Tester {
  readonly role: Role;
  /** The recorded events in order. */
  readonly events: string[] = [];
  /** The masking key of every frame. */
  readonly keys: (number | undefined)[] = [];
  readonly messages: MessageReader = new MessageReader();
  /** The endpoint's request or response of the opening handshake. */
  head: string | undefined;
  received: ReceivedClose | undefined;
  ended: 'fin' | 'reset' | undefined;
  /** The first violation by the endpoint. */
  fault: string | undefined;
  readonly #wire: Wire;
  readonly #ignores: (event: string) => boolean;
  readonly #outgoing: Outgoing;
  readonly #frames: FrameReader;
  readonly #pendingPongs: Bytes[] = [];
  #waiting: (() => void)[] = [];
  #unread: Bytes = nothing;
  #open = false;
  #finished = false;

  /** @param ignores - returns true for events that are not recorded */
  constructor(wire: Wire, role: Role, ignores: (event: string) => boolean = () => false) {
    this.role = role;
    this.#ignores = ignores;
    this.#wire = wire;
    this.#outgoing = new Outgoing(role);
    this.#frames = new FrameReader(role === 'server');
    wire.listen({
      data: bytes => {
        this.#data(bytes);
        this.#wake();
      },
      end: how => {
        this.ended ??= how;
        if (how === 'fin') this.#finish();
        this.#wake();
      },
    });
  }

  /** Whether the endpoint has sent a Close, disconnected, or violated the protocol. */
  get over(): boolean {
    return this.received !== undefined || this.ended !== undefined || this.fault !== undefined;
  }

  /** Whether the tester has sent a Close. */
  get closing(): boolean {
    return this.#outgoing.closed;
  }

  /** Whether the last frame of the endpoint is incomplete. */
  get insideFrame(): boolean {
    return this.#frames.inside;
  }

  /** Reads further bytes as frames, with permessage-deflate if it was negotiated. */
  open(extensions: string | undefined): void {
    const [parameters] = deflateElements(extensions);
    if (parameters !== undefined) {
      const [ours, theirs] =
        this.role === 'client' ? (['client', 'server'] as const) : (['server', 'client'] as const);
      this.messages.compression = new Compression(direction(parameters, ours), direction(parameters, theirs));
    }
    this.#open = true;
    const early = this.#unread;
    this.#unread = nothing;
    if (early.length > 0 && this.role === 'server') this.fault = 'frames before the response';
    this.#data(early);
  }

  record(event: string): void {
    if (!this.#ignores(event)) this.events.push(event);
  }

  /** Returns the bytes to send for frames, and then for pending pongs. */
  encode(frames: Uint8Array): Bytes {
    const bytes = this.#outgoing.push(frames);
    if (this.#pendingPongs.length === 0 || this.closing || !this.#outgoing.atBoundary) return bytes;
    return join([bytes, this.#outgoing.push(join(this.#pendingPongs.splice(0)))]);
  }

  /** Writes bytes unchanged. */
  write(bytes: Bytes): Promise<void> {
    return this.#wire.write(bytes);
  }

  /** Sends frames, in chunks of any length. */
  send(frames: Uint8Array): Promise<void> {
    return this.write(this.encode(frames));
  }

  end(how: 'fin' | 'drop'): void {
    if (how === 'fin') this.#wire.end();
    else this.#wire.drop();
  }

  reading(on: boolean): void {
    if (on) this.#wire.resume();
    else this.#wire.pause();
  }

  /** Waits for the condition. Returns false if it is not true after `ms` milliseconds. */
  async until(condition: () => boolean, ms: number): Promise<boolean> {
    const deadline = performance.now() + ms;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return true;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #data(bytes: Uint8Array): void {
    if (this.fault !== undefined) return;
    try {
      if (!this.#open) this.#headData(bytes);
      else for (const frame of this.#frames.read(bytes)) this.#frame(frame);
    } catch (error) {
      this.fault = (error as Error).message;
    }
  }

  #headData(bytes: Uint8Array): void {
    this.#unread = join([this.#unread, bytes]);
    if (this.head !== undefined) return;
    const all = Buffer.from(this.#unread).toString('latin1');
    const end = all.indexOf('\r\n\r\n');
    if (end < 0) return;
    this.head = all.slice(0, end);
    this.#unread = this.#unread.slice(end + 4);
  }

  #frame(frame: Frame): void {
    if (this.received !== undefined) throw new Error('a frame after the Close');
    this.keys.push(frame.key);
    if (frame.opcode === 9) {
      this.#pendingPongs.push(pong(frame.payload));
      if (this.#outgoing.atBoundary) void this.send(nothing);
      return;
    }
    const event = frame.opcode === 8 ? this.#closed(frame.payload) : this.messages.read(frame);
    if (event !== undefined) this.record(event);
  }

  #closed(body: Bytes): undefined {
    if (body.length === 1) throw new Error('a Close of one byte');
    const code = body.length === 0 ? undefined : body[0]! * 256 + body[1]!;
    if (code !== undefined && !isWireCloseCode(code)) throw new Error(`a Close with ${code}`);
    this.received = { code, reason: new TextDecoder('utf-8', { fatal: true }).decode(body.subarray(2)) };
    if (!this.closing) void this.send(close(code ?? CloseCode.NormalClosure));
    if (this.role === 'server') this.#finish();
  }

  /** Ends the tester's direction: a server after both Close frames, a client after the server has ended. */
  #finish(): void {
    if (!this.#finished) this.#wire.end();
    this.#finished = true;
  }
}
