// What a server decides about a request that asks for a WebSocket, and the socket that follows; the same over every
// version of HTTP. Does not know how a response goes out.

import { described } from '../base/described.ts';
import { callable, type OptionRules, type Settled } from '../base/option-rule.ts';
import { acceptDeflate } from '../deflate/accept-deflate.ts';
import { HandshakeError, type HandshakeErrorCode, tooLate } from '../handshake/handshake-error.ts';
import type { RequestHead, ResponseHead } from '../handshake/head.ts';
import type { HeaderList } from '../handshake/header-fields.ts';
import { type HeadersInput, headersRule } from '../handshake/headers.ts';
import { type OriginCheck, type OriginPolicy, originsRule } from '../handshake/origin-check.ts';
import { type Refusal, type RefusalInit, refusal } from '../handshake/refusal.ts';
import type { ServerOffer } from '../handshake/server-offer.ts';
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
} from './socket-options.ts';

/** What `authorize` may answer: `undefined` admits, a refusal such as `{ status: 401 }` refuses, a context admits. */
export type Authorization<Context = unknown> = RefusalInit | { readonly context: Context } | undefined;

/** The type of `socket.context`, by what `authorize` answers. */
export type ContextOf<Answer> = Answer extends { readonly context: infer Context }
  ? Context
  : Answer extends undefined
    ? undefined
    : never;

/**
 * What a server chooses once it has the request. The functions are asked in this order: `origins`, `authorize`,
 * `protocols`. They may answer later; they have `handshakeTimeoutMs` together, and then the client is refused with 503.
 * Only the documented answers admit: any other, an exception and a rejection refuse with 500, and reject with a
 * TypeError or with what was thrown.
 */
export interface AdmissionOptions<Answer extends Authorization = Authorization>
  extends SocketOptions,
    HeadOptions {
  /**
   * The subprotocol: the first of the client's that is in the list, or what the function chooses among those that are
   * offered; `undefined`: none. Default: none.
   */
  readonly protocols?: ProtocolPolicy | undefined;
  /** Which pages may connect. Default: `'same-origin'`; clients that are no browsers send no Origin and may. */
  readonly origins?: OriginPolicy | undefined;
  /**
   * Decides whether this client may connect: `undefined` admits, a refusal such as `{ status: 401 }` refuses. To hand on
   * what it has found out, such as the user, it admits with `{ context }`: that is `socket.context`.
   */
  readonly authorize?: ((request: RequestHead) => Answer | Promise<Answer>) | undefined;
  /** Further headers of the response that accepts; those of the handshake itself are refused. */
  readonly headers?: HeadersInput | undefined;
}

/** The same, checked. */
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

/** What a server is willing to open. */
export class Admission {
  readonly #options: SettledAdmissionOptions;
  readonly #ownsInput: boolean;

  /** @param ownsInput - whether the chunks of the transport are ours, unless the options say so themselves */
  constructor(options: SettledAdmissionOptions, ownsInput = false) {
    this.#options = options;
    this.#ownsInput = options.ownsInput ?? ownsInput;
  }

  /**
   * Opens the socket, once `send` has sent the response that accepts.
   *
   * @param rest - bytes that were read after the request
   * @throws HandshakeError for a client that is refused, with the response to send; anything else is our fault
   */
  async open(
    exchange: OpeningExchange,
    offer: ServerOffer,
    rest: Uint8Array,
    send: (response: ResponseHead) => void,
  ): Promise<OpenWebSocket> {
    const options = this.#options;
    exchange.check();
    const { context, protocol } = await this.#ask(exchange, offer);
    const settings = options.deflate;
    const accepted = settings && acceptDeflate(offer.extensions, settings);
    const { answer: extensions, agreement } = accepted ?? {};
    const response = offer.accept({ protocol, extensions, headers: options.headers });
    // A client that went away meanwhile has no socket.
    exchange.check();
    send(response);
    const compression = settings && agreement && { settings, agreement };
    const connection = socketConnection('server', options, compression, this.#ownsInput);
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

  /** Asks the application. What has not answered in time is unavailable: 503. */
  async #ask(exchange: OpeningExchange, offer: ServerOffer): Promise<Admitted> {
    const { origins, authorize, protocols } = this.#options;
    try {
      const admits = ask(exchange, () => origins.admits(offer));
      this.#checkOrigin(offer, isPromise(admits) ? await admits : admits);
      const answer = authorize && ask(exchange, () => authorize(offer.request));
      const context = contextOf(offer, isPromise(answer) ? await answer : answer);
      const protocol = ask(exchange, () => protocols(offer.protocols));
      return { context, protocol: isPromise(protocol) ? await protocol : protocol };
    } catch (error) {
      const late = error instanceof HandshakeError && error.code === 'ERR_HANDSHAKE_TIMEOUT';
      throw late ? tooLate('origins, authorize or protocols', offer.reject({ status: 503 })) : error;
    }
  }

  #checkOrigin(offer: ServerOffer, admits: boolean): void {
    if (admits === true) return;
    if (admits !== false) throw new TypeError(`origins must return true or false (got ${described(admits)})`);
    const response = offer.reject({ status: 403, body: 'this origin may not connect\n' });
    const why = `${originInWords(offer.origin)} may not connect: ${this.#options.origins.reason(offer)}`;
    throw refused('ERR_ORIGIN_REFUSED', response, why);
  }
}

/** Returns the context of an answer of `authorize` that admits. */
function contextOf(offer: ServerOffer, answer: Authorization): unknown {
  if (answer === undefined) return undefined;
  if (typeof answer !== 'object' || answer === null) {
    const allowed = 'undefined to admit, { context } to admit, or a refusal such as { status: 401 }';
    throw new TypeError(`authorize must return ${allowed} (got ${described(answer)})`);
  }
  if ('context' in answer && !('status' in answer)) return answer.context;
  const response = offer.reject(answer as RefusalInit);
  throw refused('ERR_UNAUTHORIZED', response, 'authorize does not admit the client');
}

/** What the application has answered. */
interface Admitted {
  readonly context: unknown;
  readonly protocol: string | undefined;
}

/** Returns what a client is told when its opening failed; our own failure is a bare 500. `undefined`: nothing. */
export function answerTo(error: unknown): Refusal | undefined {
  return error instanceof HandshakeError ? error.response : refusal({ status: 500 });
}

/**
 * Asks the application. An answer that comes later is given up when the time is up or the client has gone; one that comes
 * at once costs no turn of the event loop.
 */
function ask<T>(exchange: OpeningExchange, question: () => T | Promise<T>): T | Promise<T> {
  const answer = attempt(question);
  if (isPromise(answer)) return exchange.answer(Promise.resolve(answer).catch(throwOurs));
  exchange.check();
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

/** What the application throws is our failure, even a HandshakeError: that is of a WebSocket that it has dialled. */
function throwOurs(error: unknown): never {
  throw error instanceof HandshakeError ? new Error(error.message, { cause: error }) : error;
}

/** @param why - for our own side only */
function refused(code: HandshakeErrorCode, response: Refusal, why: string): HandshakeError {
  return new HandshakeError(`refused with status ${response.status}: ${why}`, { code, response });
}

/** Describes an Origin, of any length and content, on one line. */
function originInWords(origin: string | undefined): string {
  return origin === undefined ? 'a client without Origin' : `the origin ${described(origin)}`;
}
