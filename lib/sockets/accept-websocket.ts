// The server's side of a WebSocket over a duplex: RFC 6455 §4.2.

import { acceptDeflate } from '../deflate/accept-deflate.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import { encodeHead, type RequestHead } from '../handshake/head.ts';
import { HeadDecoder } from '../handshake/head-decoder.ts';
import type { HeadersInput } from '../handshake/headers.ts';
import { type OriginPolicy, originCheck } from '../handshake/origin-check.ts';
import { type Refusal, type RefusalInit, refusal } from '../handshake/refusal.ts';
import { ServerHandshake } from '../handshake/server-handshake.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { OpenWebSocket } from './open-websocket.ts';
import { OpeningExchange } from './opening-exchange.ts';
import { compressionSettings, deflatingOf, type SocketOptions, socketConnection } from './socket-options.ts';

export interface AcceptOptions extends SocketOptions {
  /**
   * The subprotocol: the first of the client's that is in the list, or what the function chooses among those that are
   * offered; `undefined`: none. Default: none.
   */
  readonly protocols?: readonly string[] | ((offered: readonly string[]) => string | undefined) | undefined;
  /** Which pages may connect. Default: `'same-origin'`; clients that are no browsers send no Origin and may. */
  readonly origins?: OriginPolicy | undefined;
  /** Decides whether this client may connect: what it returns, if anything, is the response that refuses. */
  readonly authorize?:
    | ((request: RequestHead) => RefusalInit | undefined | Promise<RefusalInit | undefined>)
    | undefined;
  /** Further headers of the response that accepts; those of the handshake itself are refused. */
  readonly headers?: HeadersInput | undefined;
  /** The request, where something else has parsed it. Default: it is read from the duplex. */
  readonly request?: RequestHead | undefined;
  /** The octets that were read behind that request. Default: none. */
  readonly rest?: Uint8Array | undefined;
}

const noBytes = new Uint8Array(0);

/**
 * A WebSocket as a server, over any duplex of octets that a client has opened. The duplex stays locked.
 *
 * @throws TypeError and RangeError for bad options, by name; nothing has been sent then
 * @throws HandshakeError for a client that is refused; `response` has what it was told
 */
export async function acceptWebSocket(
  duplex: ByteDuplex,
  options: AcceptOptions = {},
): Promise<OpenWebSocket> {
  const mayConnect = originCheck(options.origins);
  const settings = compressionSettings('server', options);
  // Bad options are refused before anything is written; the connection begins when the handshake is done.
  socketConnection('server', options);
  const exchange = new OpeningExchange(duplex, options);
  try {
    const [request, rest] = await readRequest(exchange, options);
    const handshake = new ServerHandshake(request);
    if (!mayConnect(handshake))
      throw refused(refusal({ status: 403, body: 'this origin may not connect\n' }));
    const init = await exchange.inTime(Promise.resolve(options.authorize?.(request)));
    if (init !== undefined) throw refused(refusal(init));
    const protocol = chooseProtocol(handshake.protocols, options.protocols);
    const accepted = settings && acceptDeflate(handshake.extensions, settings);
    const { answer: extensions, agreement } = accepted ?? {};
    const response = handshake.accept({ protocol, extensions, headers: options.headers });
    exchange.send(encodeHead(response));
    const compression = settings && agreement && { settings, agreement };
    const connection = socketConnection('server', options, compression);
    return new OpenWebSocket(
      connection,
      exchange.handOver(rest),
      {
        protocol: protocol ?? '',
        extensions: extensions ?? '',
        compression: agreement,
        deflating: compression && deflatingOf('server', compression),
        request,
        response,
      },
      options,
    );
  } catch (error) {
    if (options.signal?.aborted) exchange.abandon(error);
    else await refuse(exchange, error);
    throw error;
  }
}

async function readRequest(
  exchange: OpeningExchange,
  { request, rest }: AcceptOptions,
): Promise<readonly [RequestHead, Uint8Array]> {
  if (request !== undefined) return [request, rest ?? noBytes];
  const decoder = new HeadDecoder({ kind: 'request' });
  return [await exchange.readHead(decoder), decoder.rest()];
}

function chooseProtocol(
  offered: readonly string[],
  protocols: AcceptOptions['protocols'],
): string | undefined {
  if (typeof protocols === 'function') return protocols(offered);
  return offered.find(protocol => protocols?.includes(protocol));
}

function refused(response: Refusal): HandshakeError {
  return new HandshakeError(`refused with status ${response.status}`, response);
}

/** Tells the client why; a failure of ours is none of its business, and gets 500. */
async function refuse(exchange: OpeningExchange, error: unknown): Promise<void> {
  const response = error instanceof HandshakeError ? error.response : refusal({ status: 500 });
  if (response === undefined) return exchange.abandon(error);
  await exchange.refuse(encodeHead(response), response.body);
}
