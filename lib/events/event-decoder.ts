// Decodes validated events from message parts: RFC 6455 §5.5.1, 5.6, 8.1, RFC 7692 §6.2. It knows nothing of frames.

import { budgetBytes, sliceBytes } from '../base/budget.ts';
import { CloseCode } from '../base/close-code.ts';
import { type Failed, throwIfFailed } from '../base/failed.ts';
import { callable, flag, limit, oneOf, type Settled, withMethods } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { refuseWhileBusy } from '../base/refuse-while-busy.ts';
import type { Stage } from '../base/stage.ts';
import { violation } from '../base/websocket-error.ts';
import type { Allocate } from '../bytes/byte-collector.ts';
import type { MessageInflater } from '../deflate/codec.ts';
import type { MessagePart } from '../messages/message-part.ts';
import { parseCloseBody } from './close-body.ts';
import { DeliveredMemory, type Delivery, PartDelivery, type Piece, WholeDelivery } from './delivery.ts';
import type { WebSocketEvent } from './event.ts';

/** The options of an {@link EventDecoder}. */
export interface EventDecoderOptions {
  /**
   * `'messages'`: one event for each message. `'parts'`: an event for each part as it arrives, so that a message of any
   * length passes in bounded memory. Default: `'messages'`.
   */
  readonly deliver?: 'messages' | 'parts' | undefined;
  /** Inflates compressed messages, and enforces its own limit. Default: none; compressed messages are rejected with 1002. */
  readonly inflater?: MessageInflater | undefined;
  /**
   * Whether the decoder owns the payloads that are written to it: the caller does not use them or their buffers afterwards.
   * Default: false; then delivered bytes are copied.
   */
  readonly ownsInput?: boolean | undefined;
  /**
   * The most bytes that a delivered array may keep in memory besides its own. If it would keep more, it is copied.
   * `Infinity` with `ownsInput`: all but the smallest arrays are views of their chunks, as in `ws`. This is fastest if you do
   * not hold on to messages. Default: 8,192, and of a chunk no more than the length of the array.
   */
  readonly maxPinnedBytes?: number | undefined;
  /**
   * Whether each array has a buffer of its own: it pins nothing, and may be transferred. Default: false; then several may
   * share a buffer, also with an owned chunk that is still being read.
   */
  readonly ownBuffers?: boolean | undefined;
  /**
   * Supplies the buffers in which large messages are joined, of 16 KiB or more. It must return a new buffer of exactly
   * `byteLength` bytes; they may have any content, because all are overwritten before delivery. Default:
   * `byteLength => new ArrayBuffer(byteLength)`, which fills it with zeros. To avoid that cost on Node, use
   * `byteLength => Buffer.allocUnsafeSlow(byteLength).buffer`.
   */
  readonly allocate?: Allocate | undefined;
}

export type SettledEventDecoderOptions = Settled<
  EventDecoderOptions,
  'inflater' | 'maxPinnedBytes' | 'allocate'
>;

export const eventDecoderOptions: OptionTable<SettledEventDecoderOptions> = /* @__PURE__ */ new OptionTable(
  'EventDecoder',
  () => ({
    deliver: oneOf(['messages', 'parts'], 'messages'),
    inflater: withMethods<MessageInflater>('a MessageInflater', ['write', 'read']),
    ownsInput: flag(false),
    maxPinnedBytes: limit(),
    ownBuffers: flag(false),
    allocate: callable(),
  }),
);

interface Compression {
  readonly inflater: MessageInflater;
  readonly delivery: Delivery;
}

/** A part that is delivered in slices, or is being inflated. */
interface Delivering {
  readonly type: 'delivering';
  readonly part: MessagePart;
  readonly delivery: Delivery;
  readonly inflater: MessageInflater | undefined;
  /** The payload, or a piece of inflated data. */
  bytes: Uint8Array;
  /** The number of bytes that have been delivered. */
  at: number;
}

type State =
  | { readonly type: 'open' }
  | Delivering
  /** All parts of a message have arrived, and it is being joined. */
  | { readonly type: 'finishing'; readonly delivery: Delivery }
  | { readonly type: 'closed' }
  | Failed;

const open: State = { type: 'open' };
const closed: State = { type: 'closed' };
const noBytes = new Uint8Array(0);

/**
 * Decodes events from message parts. UTF-8 is validated as it arrives, so the first invalid byte is rejected.
 *
 * Each `read` works on at most 256 KiB of a message, before and after decompression; then the decoder is busy. Parts longer
 * than 64 KiB that have to be copied or decoded are delivered in slices, as several events with `deliver: 'parts'`.
 *
 * `read` throws {@link WebSocketError} 1007 for invalid text or compressed data, 1002 for an invalid Close body, 1009 for a
 * message that inflates to more than the limit. `close` throws 1006 if the input ended without a Close.
 */
export class EventDecoder implements Stage<MessagePart, WebSocketEvent> {
  readonly #memory: DeliveredMemory;
  readonly #plain: Delivery;
  readonly #compression: Compression | undefined;
  #state: State = open;
  #part: MessagePart | undefined;
  /** The number of bytes that have been delivered since the last event. */
  #spent = 0;
  #busy = false;

  constructor(options: EventDecoderOptions = {}) {
    const settled = eventDecoderOptions.check(options);
    const { deliver, inflater, ownsInput, ownBuffers, allocate } = settled;
    const maxPinnedBytes = ownBuffers ? 0 : settled.maxPinnedBytes;
    this.#memory = new DeliveredMemory(ownsInput, maxPinnedBytes);
    const deliveryIn = (memory: DeliveredMemory) =>
      deliver === 'parts' ? new PartDelivery(memory) : new WholeDelivery(memory, allocate);
    this.#plain = deliveryIn(this.#memory);
    // The inflater reuses its output memory, so its output is always copied.
    this.#compression = inflater && {
      inflater,
      delivery: deliveryIn(new DeliveredMemory(false, maxPinnedBytes)),
    };
  }

  get busy(): boolean {
    return this.#busy;
  }

  write(part: MessagePart): void {
    refuseWhileBusy(this.#busy, 'write()');
    this.#part = part;
  }

  read(): WebSocketEvent | undefined {
    this.#busy = false;
    try {
      return this.#next();
    } catch (error) {
      this.#state = { type: 'failed', error };
      this.#part = undefined;
      throw error;
    }
  }

  close(): void {
    refuseWhileBusy(this.#busy, 'close()');
    const state = this.#state;
    throwIfFailed(state);
    if (state.type === 'closed') return;
    const error = violation(
      CloseCode.AbnormalClosure,
      'RFC 6455 §7.1.5',
      'input ended without a Close frame',
    );
    this.#state = { type: 'failed', error };
    throw error;
  }

  #next(): WebSocketEvent | undefined {
    const state = this.#state;
    if (state.type === 'delivering') return this.#deliver(state);
    if (state.type === 'finishing') return this.#finish(state.delivery);
    throwIfFailed(state);
    const part = this.#part;
    this.#part = undefined;
    if (part === undefined || state.type === 'closed') return undefined;
    if (part.type !== 'text' && part.type !== 'binary') return this.#control(part.type, part.payload);
    if (part.compressed) return this.#beginInflating(part);
    const { type, payload, first, last, declaredBytes } = part;
    const piece: Piece = { type, bytes: payload, first, last, expectedBytes: declaredBytes };
    if (payload.length > sliceBytes && !this.#plain.keeps(piece)) {
      return this.#begin(part, this.#plain, undefined, payload);
    }
    return this.#delivered(this.#plain, piece) ?? this.#pause(this.#plain);
  }

  #control(type: 'ping' | 'pong' | 'close', payload: Uint8Array): WebSocketEvent {
    if (type !== 'close') return { type, data: this.#memory.isolate(payload) };
    this.#state = closed;
    return parseCloseBody(payload);
  }

  #beginInflating(part: MessagePart): WebSocketEvent | undefined {
    if (this.#compression === undefined) {
      throw violation(CloseCode.ProtocolError, 'RFC 6455 §5.2', 'compressed message without an extension');
    }
    const { inflater, delivery } = this.#compression;
    inflater.write(part.payload, part.last);
    return this.#begin(part, delivery, inflater, noBytes);
  }

  #begin(
    part: MessagePart,
    delivery: Delivery,
    inflater: MessageInflater | undefined,
    bytes: Uint8Array,
  ): WebSocketEvent | undefined {
    this.#state = { type: 'delivering', part, delivery, inflater, bytes, at: 0 };
    return this.#deliver(this.#state);
  }

  #deliver(state: Delivering): WebSocketEvent | undefined {
    for (;;) {
      if (this.#spent > budgetBytes - sliceBytes) return this.#rest();
      if (state.at === state.bytes.length) {
        const bytes = state.inflater?.read();
        if (bytes === undefined) return state.inflater?.busy ? this.#rest() : this.#endPart(state);
        state.bytes = bytes;
        state.at = 0;
      }
      const event = this.#delivered(state.delivery, nextSlice(state));
      if (event !== undefined) return event;
    }
  }

  #endPart({ part, delivery, inflater }: Delivering): WebSocketEvent | undefined {
    this.#state = open;
    if (inflater !== undefined && part.last) {
      const type = part.type as 'text' | 'binary';
      const end = { type, bytes: noBytes, first: false, last: true, expectedBytes: 0 };
      const event = this.#delivered(delivery, end);
      if (event !== undefined) return event;
    }
    return this.#pause(delivery);
  }

  #finish(delivery: Delivery): WebSocketEvent | undefined {
    const event = delivery.finish();
    if (event === undefined) return this.#rest();
    this.#state = open;
    return event;
  }

  #delivered(delivery: Delivery, piece: Piece): WebSocketEvent | undefined {
    const event = delivery.deliver(piece);
    this.#spent = event === undefined ? this.#spent + piece.bytes.length : 0;
    return event;
  }

  /** Ends the work on a part that has produced no event. */
  #pause(delivery: Delivery): undefined {
    if (delivery.unfinished) this.#state = { type: 'finishing', delivery };
    if (delivery.unfinished || this.#spent > budgetBytes - sliceBytes) this.#rest();
  }

  #rest(): undefined {
    this.#spent = 0;
    this.#busy = true;
  }
}

function nextSlice(state: Delivering): Piece {
  const { part, inflater, bytes, at } = state;
  const end = Math.min(bytes.length, at + sliceBytes);
  const plain = inflater === undefined;
  state.at = end;
  return {
    type: part.type as 'text' | 'binary',
    bytes: end - at === bytes.length ? bytes : bytes.subarray(at, end),
    // The last piece of a compressed message is known only at its end.
    first: plain && part.first && at === 0,
    last: plain && part.last && end === bytes.length,
    expectedBytes: plain ? part.declaredBytes : 0,
  };
}
