// The server's side of a WebSocket over a duplex: RFC 6455 §4.2.

import { kind, object, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { encodeHead, type HeadInput, type RequestHead, type ResponseHead } from '../handshake/head.ts';
import { HeaderFields } from '../handshake/header-fields.ts';
import { RequestHeadDecoder } from '../handshake/request-head-decoder.ts';
import { ServerHandshake } from '../handshake/server-handshake.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import {
  Admission,
  type AdmissionOptions,
  type Authorization,
  admissionRules,
  answerTo,
  type ContextOf,
  type SettledAdmissionOptions,
} from './admission.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { OpeningExchange } from './opening-exchange.ts';
import { OpeningLimit } from './opening-limit.ts';
import type { TransportMemory } from './socket-options.ts';

/** The options of {@link acceptWebSocket}. */
export interface AcceptOptions<Answer extends Authorization = Authorization>
  extends AdmissionOptions<Answer> {
  /** The request, if something else has parsed it. Default: it is read from the duplex. */
  readonly request?: HeadInput<RequestHead> | undefined;
  /** The bytes that were read after that request. Default: none. */
  readonly rest?: Uint8Array | undefined;
}

/** {@link AcceptOptions}, checked and with their defaults. */
export interface SettledAcceptOptions
  extends SettledAdmissionOptions,
    Settled<Omit<AcceptOptions, keyof AdmissionOptions>, 'request'> {}

const acceptOptions = /* @__PURE__ */ new OptionTable<SettledAcceptOptions>('acceptWebSocket', () => ({
  ...admissionRules(),
  request: object(),
  rest: kind<Uint8Array>('a Uint8Array', ArrayBuffer.isView, new Uint8Array(0)),
}));

const proceed: ResponseHead = {
  type: 'response',
  status: 100,
  reason: 'Continue',
  version: '1.1',
  headers: new HeaderFields(),
};

/**
 * Opens a WebSocket as a server over a duplex of bytes that a client has opened. The duplex stays locked.
 *
 * @throws TypeError and RangeError for invalid options, before anything is sent; the message names the option
 * @throws HandshakeError if the client is refused; `response` is the response that was sent
 */
export async function acceptWebSocket<Answer extends Authorization = Authorization>(
  duplex: ByteDuplex,
  options: AcceptOptions<Answer> = {},
): Promise<OpenWebSocket<ContextOf<Answer>>> {
  const checked = acceptOptions.check(options);
  return (await accept(duplex, checked, checked)) as OpenWebSocket<ContextOf<Answer>>;
}

/** A request that something else has parsed, if any, and the bytes read after it. */
export interface GivenRequest {
  readonly request: HeadInput<RequestHead> | undefined;
  readonly rest: Uint8Array;
}

/**
 * {@link acceptWebSocket} with options that are already checked.
 *
 * @param memory - how the memory of the duplex may be used
 */
export async function accept(
  duplex: ByteDuplex,
  options: SettledAdmissionOptions,
  given: GivenRequest,
  memory?: TransportMemory,
): Promise<OpenWebSocket> {
  const exchange = new OpeningExchange(duplex, new OpeningLimit(options));
  try {
    const { request, rest } = given.request === undefined ? await readRequest(exchange, options) : given;
    const offer = new ServerHandshake(request!);
    const admission = new Admission(options, memory);
    return await admission.open(exchange, offer, rest, response => {
      // RFC 9110 §7.8: "MUST send a 100 (Continue) response before sending a 101".
      if (offer.expectsContinue) exchange.send(encodeHead(proceed));
      exchange.send(encodeHead(response));
    });
  } catch (error) {
    if (options.signal?.aborted) exchange.abandon(error);
    else await refuse(exchange, error);
    throw error;
  }
}

async function readRequest(
  exchange: OpeningExchange,
  { maxHeadBytes, maxHeadLineBytes, maxHeadLines }: SettledAdmissionOptions,
): Promise<GivenRequest> {
  const decoder = new RequestHeadDecoder({ maxHeadBytes, maxHeadLineBytes, maxHeadLines });
  return { request: await exchange.readHead(decoder), rest: decoder.rest() };
}

async function refuse(exchange: OpeningExchange, error: unknown): Promise<void> {
  const response = answerTo(error);
  if (response === undefined) return exchange.abandon(error);
  await exchange.refuse(encodeHead(response), response.body);
}
