// The server's side of the opening handshake over HTTP/2 (RFC 8441) and HTTP/3 (RFC 9220): an extended CONNECT.

import { type Acceptance, ClientRequest } from './client-request.ts';
import { connectRequest } from './connect-head.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import { HeaderFields, type HeaderList } from './header-fields.ts';
import { isHost } from './headers.ts';
import { type Refusal, type RefusalInit, refuse } from './refusal.ts';

/**
 * A server's opening handshake, from the headers of a request with its pseudo-headers. Answer it with `accept` or `reject`.
 * Neither sends anything: `connectHeaders` converts their result for sending. The server must have allowed extended CONNECT in
 * its settings before.
 */
export class ServerConnect extends ClientRequest {
  override readonly request: RequestHead;

  /** @throws HandshakeError with the refusal to send (400, 405, 501) if the request is not a valid WebSocket request */
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
  const rules: readonly (readonly [holds: boolean, fault: string])[] = [
    [protocol !== '', ':protocol is missing'],
    [/^https?$/.test(headers.get(':scheme') ?? ''), ':scheme must be http or https'],
    [/^\/[!"$-~]*$/.test(headers.get(':path') ?? ''), 'malformed :path'],
    [isHost(authority(headers)), 'malformed :authority'],
    [![...headers].some(([name]) => forbidden.test(name)), 'a header that only HTTP/1.1 allows'],
  ];
  for (const [holds, fault] of rules) if (!holds) throw refuse(400, fault);
  // RFC 9220 §3: 501 for an unknown :protocol.
  if (protocol !== 'websocket') throw refuse(501, ':protocol must be websocket');
  if (headers.get('sec-websocket-version') !== '13') {
    throw refuse(400, 'Sec-WebSocket-Version must be 13', [['Sec-WebSocket-Version', '13']]);
  }
}

/** The headers that belong to a connection of HTTP/1.1, or frame a body. */
const forbidden = /^(?:connection|upgrade|keep-alive|proxy-connection|transfer-encoding|content-length)$/i;

function authority(headers: HeaderFields): string | undefined {
  return headers.get(':authority') ?? headers.get('host');
}
