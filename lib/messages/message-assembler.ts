// Assembles message parts from frames: fragmentation, RFC 6455 §5.4. It does not interpret payloads.

import { CloseCode } from '../base/close-code.ts';
import { type Failed, throwIfFailed } from '../base/failed.ts';
import { limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import { violation } from '../base/websocket-error.ts';
import type { FramePart } from '../frames/frame-part.ts';
import { isControl, Opcode } from '../frames/opcode.ts';
import type { MessagePart, MessageType } from './message-part.ts';

/** The options of a {@link MessageAssembler}. */
export interface MessageAssemblerOptions {
  /**
   * The most payload bytes of one message, as its frames carry them. A longer message is rejected with 1009 as soon as a
   * header declares too much. A compressed message may have 0.1 % and 1 KiB more, for the headers of stored blocks.
   * Default: Infinity.
   */
  readonly maxMessageBytes?: number | undefined;
  /** The most frames of one message, including empty ones. One more is rejected with 1008. Default: 262,144. */
  readonly maxFragments?: number | undefined;
}

export const messageAssemblerOptions: OptionTable<Settled<MessageAssemblerOptions>> =
  /* @__PURE__ */ new OptionTable('MessageAssembler', () => ({
    maxMessageBytes: limit(Infinity),
    maxFragments: limit(262_144),
  }));

interface OpenMessage {
  readonly type: 'text' | 'binary';
  readonly compressed: boolean;
  readonly declaredBytes: number;
  readonly fragments: number;
}

type State =
  | { readonly type: 'between' }
  | { readonly type: 'inside'; readonly message: OpenMessage }
  | { readonly type: 'closed' }
  | Failed;

const between: State = { type: 'between' };
const closed: State = { type: 'closed' };

/**
 * Assembles messages from the parts of their frames, with control frames between them. Empty continuations that do not end
 * a message are counted and dropped. A Close also ends an open message; everything after it is dropped (RFC 6455 §5.5.1).
 *
 * `read` throws {@link WebSocketError} 1002 for a frame out of order, and 1009 or 1008 if a limit is exceeded, all as soon
 * as the frame's header has arrived. `close` throws 1006 if the input ended inside a message.
 */
export class MessageAssembler implements Stage<FramePart, MessagePart> {
  readonly #maxMessageBytes: number;
  readonly #maxFragments: number;
  #state: State = between;
  #frame: FramePart | undefined;

  constructor(options: MessageAssemblerOptions = {}) {
    const { maxMessageBytes, maxFragments } = messageAssemblerOptions.check(options);
    this.#maxMessageBytes = maxMessageBytes;
    this.#maxFragments = maxFragments;
  }

  write(frame: FramePart): void {
    this.#frame = frame;
  }

  read(): MessagePart | undefined {
    const state = this.#state;
    throwIfFailed(state);
    const frame = this.#frame;
    this.#frame = undefined;
    if (frame === undefined || state.type === 'closed') return undefined;
    if (!isControl(frame.opcode)) return this.#dataPart(frame);
    if (frame.opcode === Opcode.Close) this.#state = closed;
    return controlPart(frame);
  }

  close(): void {
    throwIfFailed(this.#state);
    if (this.#state.type === 'inside') {
      this.#fail(violation(CloseCode.AbnormalClosure, 'RFC 6455 §7.2.1', 'input ended inside a message'));
    }
  }

  #dataPart(frame: FramePart): MessagePart | undefined {
    const message = frame.first
      ? this.#beginFrame(frame)
      : (this.#state as State & { type: 'inside' }).message;
    const first = frame.first && frame.opcode !== Opcode.Continuation;
    const last = frame.last && frame.fin;
    this.#state = last ? between : { type: 'inside', message };
    if (frame.payload.length === 0 && !first && !last) return undefined;
    const { type, compressed, declaredBytes } = message;
    return { type, compressed, first, last, payload: frame.payload, declaredBytes };
  }

  #beginFrame(frame: FramePart): OpenMessage {
    const open = this.#state.type === 'inside' ? this.#state.message : undefined;
    if (frame.opcode === Opcode.Continuation && open === undefined) {
      return this.#fail(
        violation(CloseCode.ProtocolError, 'RFC 6455 §5.4', 'continuation outside a message'),
      );
    }
    if (frame.opcode !== Opcode.Continuation && open !== undefined) {
      return this.#fail(violation(CloseCode.ProtocolError, 'RFC 6455 §5.4', 'new message inside a message'));
    }
    const message = extend(open, frame);
    this.#checkLimits(message);
    return message;
  }

  #checkLimits(message: OpenMessage): void {
    const { declaredBytes, fragments } = message;
    const allowed = message.compressed ? withStoredOverhead(this.#maxMessageBytes) : this.#maxMessageBytes;
    if (declaredBytes > Math.min(allowed, Number.MAX_SAFE_INTEGER)) {
      const detail = `${declaredBytes} bytes, maxMessageBytes: ${this.#maxMessageBytes}`;
      this.#fail(violation(CloseCode.MessageTooBig, 'RFC 6455 §10.4', 'message too big', detail));
    }
    if (fragments > this.#maxFragments) {
      const detail = `maxFragments: ${this.#maxFragments}`;
      this.#fail(violation(CloseCode.PolicyViolation, 'RFC 6455 §10.4', 'too many fragments', detail));
    }
  }

  #fail(error: unknown): never {
    this.#state = { type: 'failed', error };
    throw error;
  }
}

/** Returns the message with one more frame. */
function extend(open: OpenMessage | undefined, frame: FramePart): OpenMessage {
  return {
    type: open?.type ?? (frame.opcode === Opcode.Text ? 'text' : 'binary'),
    compressed: open?.compressed ?? frame.rsv1,
    declaredBytes: (open?.declaredBytes ?? 0) + frame.payloadBytes,
    fragments: (open?.fragments ?? 0) + 1,
  };
}

/** Returns the most compressed bytes of a message that inflates to `bytes` (RFC 7692 §7.2.3.6). */
function withStoredOverhead(bytes: number): number {
  return bytes + Math.ceil(bytes / 1000) + 1024;
}

function controlPart(frame: FramePart): MessagePart {
  const { payload, payloadBytes } = frame;
  return {
    type: controlType(frame.opcode),
    compressed: false,
    first: true,
    last: true,
    payload,
    declaredBytes: payloadBytes,
  };
}

function controlType(opcode: Opcode): MessageType {
  if (opcode === Opcode.Ping) return 'ping';
  return opcode === Opcode.Pong ? 'pong' : 'close';
}
