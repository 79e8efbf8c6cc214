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
  admissionRules,
  type Authorization,
  answerTo,
  type ContextOf,
  type SettledAdmissionOptions,
} from './admission.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { OpeningExchange } from './opening-exchange.ts';
import { OpeningLimit } from './opening-limit.ts';

/** The options of {@link acceptWebSocket}. */
export interface AcceptOptions<Answer extends Authorization = Authorization>
  extends AdmissionOptions<Answer> {
  /** The request, where something else has parsed it. Default: it is read from the duplex. */
  readonly request?: HeadInput<RequestHead> | undefined;
  /** The octets that were read behind that request. Default: none. */
  readonly rest?: Uint8Array | undefined;
}

/** The same, checked. */
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
 * Opens a WebSocket as a server, over any duplex of bytes that a client has opened. The duplex stays locked.
 *
 * @throws TypeError and RangeError for bad options, by name; nothing has been sent then
 * @throws HandshakeError for a client that is refused; `response` has what it was told
 */
export async function acceptWebSocket<Answer extends Authorization = Authorization>(
  duplex: ByteDuplex,
  options: AcceptOptions<Answer> = {},
): Promise<OpenWebSocket<ContextOf<Answer>>> {
  return (await accept(duplex, acceptOptions.check(options))) as OpenWebSocket<ContextOf<Answer>>;
}

/** {@link acceptWebSocket} for options that have been checked. */
export async function accept(duplex: ByteDuplex, options: SettledAcceptOptions): Promise<OpenWebSocket> {
  const admission = new Admission(options);
  const exchange = new OpeningExchange(duplex, new OpeningLimit(options));
  try {
    const [request, rest] = await readRequest(exchange, options);
    const offer = new ServerHandshake(request);
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
  { request, rest, maxHeadBytes, maxHeadLineBytes, maxHeadLines }: SettledAcceptOptions,
): Promise<readonly [HeadInput<RequestHead>, Uint8Array]> {
  if (request !== undefined) return [request, rest];
  const decoder = new RequestHeadDecoder({ maxHeadBytes, maxHeadLineBytes, maxHeadLines });
  return [await exchange.readHead(decoder), decoder.rest()];
}

async function refuse(exchange: OpeningExchange, error: unknown): Promise<void> {
  const response = answerTo(error);
  if (response === undefined) return exchange.abandon(error);
  await exchange.refuse(encodeHead(response), response.body);
}
