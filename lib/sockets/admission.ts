// Decides about a request for a WebSocket, and creates the socket. The same for every version of HTTP: the caller sends
// the response.

import { described } from '../base/described.ts';
import { callable, type OptionRules, type Settled } from '../base/option-rule.ts';
import { acceptDeflate } from '../deflate/accept-deflate.ts';
import type { ClientRequest } from '../handshake/client-request.ts';
import { HandshakeError, type HandshakeErrorCode, tooLate } from '../handshake/handshake-error.ts';
import type { RequestHead, ResponseHead } from '../handshake/head.ts';
import type { HeaderList } from '../handshake/header-fields.ts';
import { type HeadersInput, headersRule } from '../handshake/headers.ts';
import { type OriginCheck, type OriginPolicy, originsRule } from '../handshake/origin-check.ts';
import { type Refusal, type RefusalInit, refusal } from '../handshake/refusal.ts';
import { type ProtocolChoice, type ProtocolPolicy, protocolChoiceRule } from '../handshake/subprotocols.ts';
import { type HeadOptions, headRules } from './head-options.ts';
import { OpenWebSocket } from './open-websocket.ts';
import type { OpeningExchange } from './opening-exchange.ts';
import {
  deflatingOf,
  type SettledSocketOptions,
  type SocketOptions,
  socketConnection,
  socketRules,
  type TransportMemory,
} from './socket-options.ts';

/** The result of `authorize`: `undefined` or `{ context }` admits, a refusal such as `{ status: 401 }` refuses. */
export type Authorization<Context = unknown> = RefusalInit | { readonly context: Context } | undefined;

/** The type of `socket.context` for a result of `authorize`. */
export type ContextOf<Answer> = Answer extends { readonly context: infer Context }
  ? Context
  : Answer extends undefined
    ? undefined
    : never;

/**
 * The options of a server that decide about a request. The functions are called in this order: `origins`, `authorize`,
 * `protocols`. They may return promises; together they have `handshakeTimeoutMs`, after which the client is refused with
 * 503. Only the documented results admit. Any other result refuses with 500 and rejects with a TypeError; an exception or a
 * rejection refuses with 500 and rejects with the same error.
 */
export interface AdmissionOptions<Answer extends Authorization = Authorization>
  extends SocketOptions,
    HeadOptions {
  /**
   * The supported subprotocols, of which the first that the client lists is chosen; or a function that chooses one of the
   * offered ones, or `undefined` for none. Default: none.
   */
  readonly protocols?: ProtocolPolicy | undefined;
  /** The origins of pages that may connect. Default: `'same-origin'`. Requests without Origin do not come from browsers and may connect. */
  readonly origins?: OriginPolicy | undefined;
  /**
   * Decides whether this client may connect: `undefined` admits, a refusal such as `{ status: 401 }` refuses. `{ context }`
   * admits, too, and becomes `socket.context`: use it for what the function found out, such as the user.
   */
  readonly authorize?: ((request: RequestHead) => Answer | Promise<Answer>) | undefined;
  /** Additional headers of the accepting response. Headers of the handshake itself are rejected. */
  readonly headers?: HeadersInput | undefined;
}

/** {@link AdmissionOptions}, checked and with their defaults. */
export interface SettledAdmissionOptions
  extends SettledSocketOptions,
    Settled<HeadOptions>,
    Settled<
      Omit<AdmissionOptions, keyof SocketOptions | keyof HeadOptions | 'protocols' | 'origins' | 'headers'>,
      'authorize'
    > {
  readonly protocols: ProtocolChoice;
  readonly origins: OriginCheck;
  readonly headers: HeaderList;
}

/** Returns the rules of these options. */
export function admissionRules(): OptionRules<SettledAdmissionOptions> {
  return {
    ...socketRules('server'),
    ...headRules(),
    protocols: protocolChoiceRule,
    origins: originsRule,
    authorize: callable(),
    headers: headersRule,
  };
}

/** The decision of a server about each request. */
export class Admission {
  readonly #options: SettledAdmissionOptions;
  readonly #memory: TransportMemory | undefined;

  /** @param memory - how the memory of the transport may be used */
  constructor(options: SettledAdmissionOptions, memory?: TransportMemory) {
    this.#options = options;
    this.#memory = memory;
  }

  /**
   * Decides about the request, has `send` send the accepting response, and returns the socket.
   *
   * @param rest - the bytes read after the request
   * @throws HandshakeError if the client is refused, with the response to send; any other error is the application's
   */
  async open(
    exchange: OpeningExchange,
    offer: ClientRequest,
    rest: Uint8Array,
    send: (response: ResponseHead) => void,
  ): Promise<OpenWebSocket> {
    const options = this.#options;
    exchange.check();
    // Answers that are not promises are not awaited, because each turn of the microtasks would cost more than the question.
    const { origins, authorize, protocols } = options;
    const admits = ask(exchange, offer, () => origins.admits(offer));
    this.#checkOrigin(offer, isPromise(admits) ? await admits : admits);
    const answer = authorize && ask(exchange, offer, () => authorize(offer.request));
    const context = contextOf(offer, isPromise(answer) ? await answer : answer);
    const chosen = ask(exchange, offer, () => protocols(offer.protocols));
    const protocol = isPromise(chosen) ? await chosen : chosen;
    const settings = options.deflate;
    const accepted = settings && acceptDeflate(offer.extensions, settings);
    const { answer: extensions, agreement } = accepted ?? {};
    const response = offer.accept({ protocol, extensions, headers: options.headers });
    // The client may have gone away meanwhile.
    exchange.check();
    send(response);
    const compression = settings && agreement && { settings, agreement };
    const connection = socketConnection('server', options, compression, this.#memory);
    const opening = {
      protocol: protocol ?? '',
      extensions: extensions ?? '',
      compression: agreement,
      deflating: compression && deflatingOf('server', compression),
      request: offer.request,
      response,
      context,
    };
    return new OpenWebSocket(connection, exchange.handOver(rest), opening, options);
  }

  #checkOrigin(offer: ClientRequest, admits: boolean): void {
    if (admits === true) return;
    if (admits !== false) throw new TypeError(`origins must return true or false (got ${described(admits)})`);
    const response = offer.reject({ status: 403, body: 'this origin may not connect\n' });
    const why = `${originInWords(offer.origin)} may not connect: ${this.#options.origins.reason(offer)}`;
    throw refused('ERR_ORIGIN_REFUSED', response, why);
  }
}

/** Returns the context from an admitting result of `authorize`; throws for any other. */
function contextOf(offer: ClientRequest, answer: Authorization): unknown {
  if (answer === undefined) return undefined;
  if (typeof answer !== 'object' || answer === null) {
    const allowed = 'undefined to admit, { context } to admit, or a refusal such as { status: 401 }';
    throw new TypeError(`authorize must return ${allowed} (got ${described(answer)})`);
  }
  if ('context' in answer && !('status' in answer)) return answer.context;
  const response = offer.reject(answer as RefusalInit);
  throw refused('ERR_UNAUTHORIZED', response, 'authorize does not admit the client');
}

/** Returns the response to send after a failed opening, a bare 500 for our own failure; `undefined` to send none. */
export function answerTo(error: unknown): Refusal | undefined {
  return error instanceof HandshakeError ? error.response : refusal({ status: 500 });
}

/**
 * Calls a function of the application. Refuses with 503 if it takes too long. A promise that it returns is abandoned when the
 * handshake times out or the client has gone away.
 */
function ask<T>(
  exchange: OpeningExchange,
  offer: ClientRequest,
  question: () => T | Promise<T>,
): T | Promise<T> {
  const answer = attempt(question);
  const fail = (error: unknown): never => {
    const late = error instanceof HandshakeError && error.code === 'ERR_HANDSHAKE_TIMEOUT';
    throw late ? tooLate('origins, authorize or protocols', offer.reject({ status: 503 })) : error;
  };
  if (isPromise(answer)) return exchange.answer(Promise.resolve(answer).catch(throwOurs)).catch(fail);
  try {
    exchange.check();
  } catch (error) {
    return fail(error);
  }
  return answer;
}

function attempt<T>(question: () => T): T {
  try {
    return question();
  } catch (error) {
    return throwOurs(error);
  }
}

function isPromise<T>(answer: T | Promise<T>): answer is Promise<T> {
  return typeof (answer as Promise<T> | null | undefined)?.then === 'function';
}

/** Wraps a HandshakeError that the application throws: it belongs to a WebSocket that the application has opened itself. */
function throwOurs(error: unknown): never {
  throw error instanceof HandshakeError ? new Error(error.message, { cause: error }) : error;
}

/** @param why - for the error of our side; the client does not see it */
function refused(code: HandshakeErrorCode, response: Refusal, why: string): HandshakeError {
  return new HandshakeError(`refused with status ${response.status}: ${why}`, { code, response });
}

/** Describes an Origin of any length and content on one line. */
function originInWords(origin: string | undefined): string {
  return origin === undefined ? 'a client without Origin' : `the origin ${described(origin)}`;
}
