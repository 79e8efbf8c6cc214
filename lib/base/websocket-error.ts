// The only error that a peer can cause.

import { CloseCode } from './close-code.ts';
import { closeDictionary } from './close-dictionary.ts';
import { domExceptionBase } from './dom-exception.ts';
import { asInterface } from './web-idl.ts';

/** The fields of a {@link WebSocketError} besides its message. */
export interface WebSocketErrorInit {
  /** 1000, or 3000 to 4999. Default: none; 1000 if there is a reason. */
  readonly closeCode?: number | undefined;
  /** The reason as in a Close frame, at most 123 bytes of UTF-8. Default: ''. */
  readonly reason?: string | undefined;
  /** The underlying error, such as one of the transport. */
  readonly cause?: unknown;
}

/** The way in which an open WebSocket failed, for programs. Messages may change, codes do not. */
export type WebSocketErrorCode =
  /** 1002 or 1007: the peer violated a rule of the protocol. */
  | 'ERR_PROTOCOL_VIOLATION'
  /** 1008 or 1009: the peer exceeded a limit, such as `maxMessageBytes`. */
  | 'ERR_LIMIT_EXCEEDED'
  /** 1011: no pong came within `pingTimeoutMs`. */
  | 'ERR_PING_TIMEOUT'
  /** 1008: the peer sent too little of a frame or a message within `frameTimeoutMs`. */
  | 'ERR_FRAME_TIMEOUT'
  /** 1006: the transport took no bytes for `writeTimeoutMs`. */
  | 'ERR_WRITE_TIMEOUT'
  /** 1006: the closing handshake took longer than `closeTimeoutMs`. */
  | 'ERR_CLOSE_TIMEOUT'
  /** 1006: the transport failed, or ended without a Close frame; `cause` is its error, if there is one. */
  | 'ERR_TRANSPORT'
  /** 1006: `terminate` was called. */
  | 'ERR_TERMINATED'
  /** 1011 or 1006: a codec, `allocate` or `randomBytes` failed, or there is no memory; `cause` is the error. */
  | 'ERR_INTERNAL';

/** The argument of {@link WebSocketError.of}. */
export interface AnyWebSocketErrorInit extends Omit<WebSocketErrorInit, 'closeCode'> {
  /** Default: 0, as for every error of the platform. */
  readonly code?: WebSocketErrorCode | undefined;
  /** Any close code, such as 1002, or 1006 for an end without a Close frame. `null`: none; 1000 if there is a reason. */
  readonly closeCode?: number | null | undefined;
}

/** An init that skips validation. Only this module can create one. */
class Unchecked implements AnyWebSocketErrorInit {
  readonly closeCode: number | null | undefined;
  readonly reason: string;
  readonly code: WebSocketErrorCode | undefined;
  declare readonly cause?: unknown;

  constructor({ closeCode, reason = '', code, cause }: AnyWebSocketErrorInit) {
    this.closeCode = closeCode;
    this.code = code;
    this.reason = reason;
    if (cause !== undefined) this.cause = cause;
  }
}

const Base: ErrorConstructor = domExceptionBase(globalThis.DOMException);

/**
 * A protocol violation by the peer, or an end without a closing handshake: the platform's `WebSocketError`, a
 * DOMException by `instanceof`. Browsers define their own `WebSocketError`, so check `error.name`, not `instanceof`.
 */
export class WebSocketError extends Base {
  readonly #closeCode: number | null;
  readonly #reason: string;
  readonly #code: WebSocketErrorCode | 0;

  /**
   * Creates an error with a code and a reason that an application may send.
   *
   * @throws DOMException InvalidAccessError for another code, SyntaxError for a reason of more than 123 bytes
   */
  constructor(message = '', init: WebSocketErrorInit = {}) {
    super(`${message}`, init !== null && 'cause' in Object(init) ? { cause: init.cause } : undefined);
    const fields: Pick<Unchecked, 'closeCode' | 'reason'> & Partial<Unchecked> =
      init instanceof Unchecked ? init : closeDictionary(init);
    const { closeCode, reason } = fields;
    this.#code = fields.code ?? 0;
    this.#reason = reason;
    this.#closeCode = closeCode ?? (reason === '' ? null : CloseCode.NormalClosure);
  }

  /**
   * Creates an error with any code, such as 1008 on a server. The constructor takes only the codes that the platform lets
   * an application send. The error has no stack: capturing one costs more than everything else.
   */
  static of(message: string, init: AnyWebSocketErrorInit = {}): WebSocketError {
    return withoutStack(() => new WebSocketError(message, unchecked(init)));
  }

  /** `'WebSocketError'`. */
  override get name(): string {
    return 'WebSocketError';
  }

  /**
   * The way in which a WebSocket failed, such as `'ERR_PING_TIMEOUT'`; not a close code. 0, the legacy code of a
   * DOMException, if an application or the platform's interface created the error.
   */
  get code(): WebSocketErrorCode | number | string {
    return this.#code;
  }

  /** The close code of this error, such as 1002; `null`: none. */
  get closeCode(): number | null {
    return this.#closeCode;
  }

  /** The reason that was sent or received with the code. */
  get reason(): string {
    return this.#reason;
  }
}

asInterface('WebSocketError', WebSocketError);

/** Returns an Error with own fields, because the consoles of Node, Bun and Deno print only own properties. */
function withOwnFields(this: WebSocketError, _depth: number, options: object, inspect: Inspect): string {
  const { code, closeCode, reason, cause, stack } = this;
  const shown = Object.assign(new Error(), this, code === 0 ? {} : { code }, { closeCode, reason });
  Object.defineProperty(shown, 'stack', { value: stack });
  if (cause !== undefined) Object.defineProperty(shown, 'cause', { value: cause });
  return inspect(shown, options);
}

type Inspect = (value: unknown, options: object) => string;

Object.defineProperty(WebSocketError.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value: withOwnFields,
  configurable: true,
});

/** Returns an init for the constructor that takes any code. For subclasses. */
export function unchecked(init: AnyWebSocketErrorInit): WebSocketErrorInit {
  return new Unchecked(init) as WebSocketErrorInit;
}

/**
 * Returns the error for a peer that violated `section`, such as `'RFC 6455 §5.4'`.
 *
 * @param reason - the violation; it is sent to the peer in our Close frame, so it is constant ASCII under 124 bytes. With
 * 1006 nothing is sent, and only the message has the reason
 * @param detail - numbers for our own side only
 */
export function violation(
  closeCode: number,
  section: string,
  reason: string,
  detail = '',
  code: WebSocketErrorCode = codeOf(closeCode),
): WebSocketError {
  const message = `${section}: ${reason}${detail && ` (${detail})`}`;
  return WebSocketError.of(message, {
    closeCode,
    reason: closeCode === CloseCode.AbnormalClosure ? '' : reason,
    code,
  });
}

function codeOf(closeCode: number): WebSocketErrorCode {
  if (closeCode === CloseCode.AbnormalClosure) return 'ERR_TRANSPORT';
  const isLimit = closeCode === CloseCode.PolicyViolation || closeCode === CloseCode.MessageTooBig;
  return isLimit ? 'ERR_LIMIT_EXCEEDED' : 'ERR_PROTOCOL_VIOLATION';
}

/** Returns the error for a message that is longer than `maxMessageBytes`. */
export function messageTooBig(maxMessageBytes: number): WebSocketError {
  const detail = `maxMessageBytes: ${maxMessageBytes}`;
  return violation(CloseCode.MessageTooBig, 'RFC 6455 §10.4', 'message too big', detail);
}

/** Runs the function with stack capturing turned off, on engines that allow it. */
function withoutStack<Out>(make: () => Out): Out {
  const { stackTraceLimit } = Error;
  if (typeof stackTraceLimit !== 'number') return make();
  // Reflect.set instead of an assignment, because Error may be frozen.
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}
