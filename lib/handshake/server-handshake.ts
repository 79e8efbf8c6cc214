// The server's side of the opening handshake over HTTP/1.1 (RFC 6455 §4.2): the law of the request, and the responses.

import { acceptKey } from './accept-key.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import { hasElement, headerValue, isHost } from './headers.ts';
import { refuse } from './refusal.ts';
import { type Acceptance, ServerOffer } from './server-offer.ts';

/** Base64 of exactly 16 octets. */
const keyText = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/**
 * One opening handshake, from a request that a `RequestHeadDecoder` or anything else has parsed. Answer it with
 * `accept` or `reject`; neither sends anything.
 */
export class ServerHandshake extends ServerOffer {
  override readonly request: RequestHead;

  /** @throws HandshakeError with the refusal to send (400, 405, 426) for a request that opens no WebSocket */
  constructor(request: RequestHead) {
    checkRequest(request);
    super(request.target, headerValue(request.headers, 'host')!, request.headers);
    this.request = request;
  }

  override accept(acceptance: Acceptance = {}): ResponseHead {
    const fields = this.answer(acceptance);
    return {
      type: 'response',
      status: 101,
      reason: 'Switching Protocols',
      version: '1.1',
      headers: [
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Accept', acceptKey(headerValue(this.request.headers, 'sec-websocket-key')!)],
        ...fields,
      ],
    };
  }
}

function checkRequest({ method, target, version, headers }: RequestHead): void {
  if (method !== 'GET') throw refuse(405, 'the method must be GET', [['Allow', 'GET']]);
  const laws: readonly (readonly [holds: boolean, fault: string])[] = [
    [version >= '1.1', 'HTTP/1.1 is needed'],
    // RFC 9112 §3.2: a path or a URL, and never a fragment.
    [/^(?:\/|(?:ws|http)s?:\/\/)[!"$-~]*$/i.test(target), 'malformed request target'],
    [isHost(headerValue(headers, 'host')), 'exactly one Host is needed'],
    [headerValue(headers, 'transfer-encoding') === undefined, 'the request must have no body'],
    [(headerValue(headers, 'content-length') ?? '0') === '0', 'the request must have no body'],
    [hasElement(headers, 'upgrade', 'websocket'), 'Upgrade lacks websocket'],
    [hasElement(headers, 'connection', 'upgrade'), 'Connection lacks upgrade'],
  ];
  for (const [holds, fault] of laws) if (!holds) throw refuse(400, fault);
  if (headerValue(headers, 'sec-websocket-version') !== '13') {
    // RFC 9110 §15.5.22, §7.8: a 426 has Upgrade, and Upgrade needs its option in Connection.
    throw refuse(426, 'Sec-WebSocket-Version must be 13', [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade, close'],
      ['Sec-WebSocket-Version', '13'],
    ]);
  }
  if (!keyText.test(headerValue(headers, 'sec-websocket-key') ?? '')) {
    throw refuse(400, 'Sec-WebSocket-Key must be 16 octets in base64');
  }
}
