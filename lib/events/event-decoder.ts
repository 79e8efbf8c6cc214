// Message parts in, validated events out: RFC 6455 §5.5.1, 5.6, 8.1, RFC 7692 §6.2. Knows nothing of frames.

import { CloseCode } from '../base/close-code.ts';
import { callable, flag, limit, oneOf, type Settled, withMethods } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import { violation } from '../base/websocket-error.ts';
import type { Allocate } from '../bytes/byte-collector.ts';
import type { MessageInflater } from '../deflate/codec.ts';
import type { MessagePart } from '../messages/message-part.ts';
import { parseCloseBody } from './close-body.ts';
import { DeliveredMemory, type Delivery, PartDelivery, WholeDelivery } from './delivery.ts';
import type { WebSocketEvent } from './event.ts';

export interface EventDecoderOptions {
  /**
   * `'messages'`: one event a message. `'parts'`: an event for each part as it arrives, so that a message of any
   * length passes in bounded memory. Default: `'messages'`.
   */
  readonly deliver?: 'messages' | 'parts' | undefined;
  /** Inflates compressed messages; it enforces its own limit. Without one a compressed message is refused with 1002. */
  readonly inflater?: MessageInflater | undefined;
  /**
   * Whether the payloads written are ours to keep: nobody else uses them, or their buffers, any more. Default: false;
   * then what is delivered is copied.
   */
  readonly ownsInput?: boolean | undefined;
  /**
   * Octets that an array which is delivered may keep in memory besides its own; what would pin more is copied.
   * `Infinity`, where the payloads are ours: it is a view of its chunk (but for the smallest), as `ws` has it, the
   * quickest way for whoever lets go of messages soon. Default: 8,192, and of a chunk no more than its own length.
   */
  readonly maxPinnedBytes?: number | undefined;
  /**
   * Whether each array has a buffer of its own: nothing is pinned, and it may be transferred. Default: false; then
   * several may share one, with a chunk of ours that is still being read, too.
   */
  readonly ownBuffers?: boolean | undefined;
  /**
   * Makes the buffers into which large messages are joined, of 16 KiB or more: each a fresh one of `byteLength` octets,
   * whatever they are; none is delivered that was not overwritten. Default: `byteLength => new ArrayBuffer(byteLength)`,
   * which fills it with zeros first. Node's `Buffer.allocUnsafeSlow(byteLength).buffer` leaves that out.
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

type State =
  | { readonly type: 'open' }
  | ({ readonly type: 'inflating'; readonly part: MessagePart } & Compression)
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly error: unknown };

const open: State = { type: 'open' };
const closed: State = { type: 'closed' };
const noBytes = new Uint8Array(0);

/**
 * Events from message parts. UTF-8 is checked as the octets come: the earliest bad one fails.
 *
 * `read` throws {@link WebSocketError} 1007 for bad text or bad compression, 1002 for a bad Close body, 1009 for a
 * message that inflates beyond the limit. `close` throws 1006 when the input ended without a Close.
 */
export class EventDecoder implements Stage<MessagePart, WebSocketEvent> {
  readonly #memory: DeliveredMemory;
  readonly #plain: Delivery;
  readonly #compression: Compression | undefined;
  #state: State = open;
  #part: MessagePart | undefined;

  constructor(options: EventDecoderOptions = {}) {
    const settled = eventDecoderOptions.check(options);
    const { deliver, inflater, ownsInput, ownBuffers } = settled;
    const allocate = settled.allocate && checkedAllocate(settled.allocate);
    const maxPinnedBytes = ownBuffers ? 0 : settled.maxPinnedBytes;
    this.#memory = new DeliveredMemory(ownsInput, maxPinnedBytes);
    const deliveryIn = (memory: DeliveredMemory) =>
      deliver === 'parts' ? new PartDelivery(memory) : new WholeDelivery(memory, allocate);
    this.#plain = deliveryIn(this.#memory);
    // What an inflater gives is lent, so it is always copied.
    this.#compression = inflater && {
      inflater,
      delivery: deliveryIn(new DeliveredMemory(false, maxPinnedBytes)),
    };
  }

  write(part: MessagePart): void {
    this.#part = part;
  }

  read(): WebSocketEvent | undefined {
    try {
      return this.#next();
    } catch (error) {
      this.#state = { type: 'failed', error };
      this.#part = undefined;
      throw error;
    }
  }

  close(): void {
    const state = this.#state;
    if (state.type === 'failed') throw state.error;
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
    if (state.type === 'inflating') return this.#inflate(state);
    if (state.type === 'failed') throw state.error;
    const part = this.#part;
    this.#part = undefined;
    if (part === undefined || state.type === 'closed') return undefined;
    if (part.type !== 'text' && part.type !== 'binary') return this.#control(part.type, part.payload);
    if (part.compressed) return this.#beginInflating(part);
    const { type, payload, first, last, declaredBytes } = part;
    return this.#plain.deliver({ type, bytes: payload, first, last, expectedBytes: declaredBytes });
  }

  #control(type: 'ping' | 'pong' | 'close', payload: Uint8Array): WebSocketEvent {
    if (type !== 'close') return { type, data: this.#memory.alone(payload) };
    this.#state = closed;
    return parseCloseBody(payload);
  }

  #beginInflating(part: MessagePart): WebSocketEvent | undefined {
    if (this.#compression === undefined) {
      throw violation(CloseCode.ProtocolError, 'RFC 6455 §5.2', 'compressed message without an extension');
    }
    this.#compression.inflater.write(part.payload, part.last);
    this.#state = { type: 'inflating', part, ...this.#compression };
    return this.#inflate(this.#state);
  }

  #inflate({ part, inflater, delivery }: State & { type: 'inflating' }): WebSocketEvent | undefined {
    const type = part.type as 'text' | 'binary';
    for (let bytes = inflater.read(); bytes !== undefined; bytes = inflater.read()) {
      const event = delivery.deliver({ type, bytes, first: false, last: false, expectedBytes: 0 });
      if (event !== undefined) return event;
    }
    this.#state = open;
    if (!part.last) return undefined;
    return delivery.deliver({ type, bytes: noBytes, first: false, last: true, expectedBytes: 0 });
  }
}

/** Returns a function that throws TypeError when `allocate` gives another buffer than it was asked for. */
function checkedAllocate(allocate: Allocate): Allocate {
  return byteLength => {
    const buffer = allocate(byteLength);
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return buffer;
    throw new TypeError(`allocate must give an ArrayBuffer of ${byteLength} octets`);
  };
}
