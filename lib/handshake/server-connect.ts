// The server's side of the opening handshake over HTTP/2 (RFC 8441) and HTTP/3 (RFC 9220): an extended CONNECT.

import { connectRequest } from './connect-head.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import { HeaderFields, type HeaderList } from './header-fields.ts';
import { isHost } from './headers.ts';
import { type Refusal, type RefusalInit, refuse } from './refusal.ts';
import { type Acceptance, ServerOffer } from './server-offer.ts';

/**
 * One opening handshake, from the headers of a request, pseudo-headers and all. Answer it with `accept` or `reject`;
 * neither sends anything: `connectHeaders` makes of both what goes out. Before, the server has allowed extended CONNECT
 * in its settings.
 */
export class ServerConnect extends ServerOffer {
  override readonly request: RequestHead;

  /** @throws HandshakeError with the refusal to send (400, 405, 501) for a request that opens no WebSocket */
  constructor(fields: HeaderFields | HeaderList) {
    const headers = HeaderFields.from(fields);
    checkRequest(headers);
    super(headers.get(':path')!, authority(headers)!, headers);
    this.request = connectRequest(headers);
  }

  override accept(acceptance: Acceptance = {}): ResponseHead {
    return {
      type: 'response',
      status: 200,
      reason: '',
      version: '',
      headers: HeaderFields.from(this.answer(acceptance)),
    };
  }

  override reject(init: RefusalInit): Refusal {
    if (init.status < 300)
      throw new RangeError(`status must be an integer from 300 to 599 (got ${init.status})`);
    return super.reject(init);
  }
}

function checkRequest(headers: HeaderFields): void {
  if (headers.get(':method') !== 'CONNECT') {
    throw refuse(405, 'the method must be CONNECT', [['Allow', 'CONNECT']]);
  }
  const protocol = headers.get(':protocol') ?? '';
  const laws: readonly (readonly [holds: boolean, fault: string])[] = [
    [protocol !== '', ':protocol is missing'],
    [/^https?$/.test(headers.get(':scheme') ?? ''), ':scheme must be http or https'],
    [/^\/[!"$-~]*$/.test(headers.get(':path') ?? ''), 'malformed :path'],
    [isHost(authority(headers)), 'malformed :authority'],
    [![...headers].some(([name]) => forbidden.test(name)), 'a header of HTTP/1.1 alone'],
  ];
  for (const [holds, fault] of laws) if (!holds) throw refuse(400, fault);
  // RFC 9220 §3: 501 for a :protocol that is unknown.
  if (protocol !== 'websocket') throw refuse(501, ':protocol must be websocket');
  if (headers.get('sec-websocket-version') !== '13') {
    throw refuse(400, 'Sec-WebSocket-Version must be 13', [['Sec-WebSocket-Version', '13']]);
  }
}

/** What belongs to one connection of HTTP/1.1, or would frame a body. */
const forbidden = /^(?:connection|upgrade|keep-alive|proxy-connection|transfer-encoding|content-length)$/i;

function authority(headers: HeaderFields): string | undefined {
  return headers.get(':authority') ?? headers.get('host');
}
