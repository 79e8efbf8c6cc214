// The server's side of the opening handshake over HTTP/2 (RFC 8441) and HTTP/3 (RFC 9220): an extended CONNECT.

import { type HeaderList, headerValue, isHost } from './headers.ts';
import { type Refusal, type RefusalInit, refusal, refuse } from './refusal.ts';
import { type Acceptance, ServerOffer } from './server-offer.ts';

/** A response over HTTP/2 or HTTP/3: its headers, `:status` first, and its body. */
export interface ConnectRefusal {
  readonly headers: HeaderList;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * One opening handshake, from the headers of a request, pseudo-headers and all. Answer it with `accept` or `reject`;
 * neither sends anything. Before, the server has allowed extended CONNECT in its settings.
 */
export class ServerConnect extends ServerOffer {
  /** @throws HandshakeError for a request that opens no WebSocket; send what {@link connectRefusal} makes of it */
  constructor(headers: HeaderList) {
    checkRequest(headers);
    super(headerValue(headers, ':path')!, authority(headers)!, headers);
  }

  /**
   * The headers of the response that opens the WebSocket.
   *
   * @throws RangeError for a subprotocol or an extension that was not offered
   * @throws TypeError for malformed extensions, and headers that cannot be sent or belong to the handshake
   */
  accept(acceptance: Acceptance = {}): HeaderList {
    return [[':status', '200'], ...lowerCase(this.answer(acceptance))];
  }

  /**
   * A response that opens nothing; end the stream behind it.
   *
   * @throws RangeError for a status that is not from 300 to 599: here each 2xx opens the WebSocket
   * @throws TypeError for a header or body that cannot be sent
   */
  reject(init: RefusalInit): ConnectRefusal {
    if (init.status < 300) throw new RangeError(`status must be from 300 to 599, not ${init.status}`);
    return connectRefusal(refusal(init));
  }
}

/** The refusal of a {@link HandshakeError} as it goes over HTTP/2 and HTTP/3. */
export function connectRefusal({ status, headers, body }: Refusal): ConnectRefusal {
  const regular = lowerCase(headers).filter(([name]) => name !== 'connection');
  return { headers: [[':status', `${status}`], ...regular], body };
}

function checkRequest(headers: HeaderList): void {
  if (headerValue(headers, ':method') !== 'CONNECT') {
    throw refuse(405, 'the method must be CONNECT', [['Allow', 'CONNECT']]);
  }
  const protocol = headerValue(headers, ':protocol') ?? '';
  const laws: readonly (readonly [holds: boolean, fault: string])[] = [
    [protocol !== '', ':protocol is missing'],
    [/^https?$/.test(headerValue(headers, ':scheme') ?? ''), ':scheme must be http or https'],
    [/^\/[!-~]*$/.test(headerValue(headers, ':path') ?? ''), 'malformed :path'],
    [isHost(authority(headers)), 'malformed :authority'],
    [!headers.some(([name]) => forbidden.test(name)), 'a header of HTTP/1.1 alone'],
  ];
  for (const [holds, fault] of laws) if (!holds) throw refuse(400, fault);
  // RFC 9220 §3: 501 for a :protocol that is unknown.
  if (protocol !== 'websocket') throw refuse(501, ':protocol must be websocket');
  if (headerValue(headers, 'sec-websocket-version') !== '13') {
    throw refuse(400, 'Sec-WebSocket-Version must be 13', [['Sec-WebSocket-Version', '13']]);
  }
}

/** What belongs to one connection of HTTP/1.1, or would frame a body. */
const forbidden = /^(?:connection|upgrade|keep-alive|proxy-connection|transfer-encoding|content-length)$/i;

function authority(headers: HeaderList): string | undefined {
  return headerValue(headers, ':authority') ?? headerValue(headers, 'host');
}

function lowerCase(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) => [name.toLowerCase(), value]);
}
