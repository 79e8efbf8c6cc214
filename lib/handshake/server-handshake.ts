// The server's side of the opening handshake over HTTP/1.1 (RFC 6455 §4.2): checks the request and creates the responses.

import { acceptKey } from './accept-key.ts';
import { type Acceptance, ClientRequest } from './client-request.ts';
import { canUpgrade, type HeadInput, headOf, type RequestHead, type ResponseHead } from './head.ts';
import { HeaderFields } from './header-fields.ts';
import { hasElement, isHost } from './headers.ts';
import { refuse } from './refusal.ts';

/** The base64 of exactly 16 bytes. */
const keyText = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** A target in absolute form (RFC 9112 §3.2.2): scheme and host before the path. */
const absoluteTarget = /^(?:ws|http)s?:\/\/([^/?]*)/i;

/**
 * A server's opening handshake, from a request that was parsed by a `RequestHeadDecoder` or otherwise. Answer it with
 * `accept` or `reject`. Neither sends anything.
 */
export class ServerHandshake extends ClientRequest {
  override readonly request: RequestHead;

  /** @throws HandshakeError with the refusal to send (400, 405, 417, 426, 505) if the request is invalid */
  constructor(input: HeadInput<RequestHead>) {
    const request = headOf(input);
    checkRequest(request);
    super(request.target, hostOf(request)!, request.headers);
    this.request = request;
  }

  /** Whether a `100 Continue` must be sent before the response that accepts (RFC 9110 §7.8). */
  get expectsContinue(): boolean {
    return this.request.headers.get('expect') !== undefined;
  }

  override accept(acceptance: Acceptance = {}): ResponseHead {
    const key = acceptKey(this.request.headers.get('sec-websocket-key')!);
    const raw = ['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Accept', key];
    for (const field of this.answer(acceptance)) raw.push(...field);
    const headers = new HeaderFields(raw);
    return { type: 'response', status: 101, reason: 'Switching Protocols', version: '1.1', headers };
  }
}

function checkRequest(request: RequestHead): void {
  const { method, version, headers } = request;
  if (!version.startsWith('1.')) throw refuse(505, 'the version must be HTTP/1.1');
  if (method !== 'GET') throw refuse(405, 'the method must be GET', [['Allow', 'GET']]);
  const fault = faultOf(request);
  if (fault !== undefined) throw refuse(400, fault);
  // RFC 9110 §10.1.1: 417 for an unknown expectation.
  if ((headers.get('expect') ?? '100-continue').toLowerCase() !== '100-continue') {
    throw refuse(417, 'Expect must be 100-continue');
  }
  if (headers.get('sec-websocket-version') !== '13') {
    // RFC 9110 §15.5.22, §7.8: a 426 has Upgrade, and Upgrade needs its option in Connection.
    throw refuse(426, 'Sec-WebSocket-Version must be 13', [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade, close'],
      ['Sec-WebSocket-Version', '13'],
    ]);
  }
  if (!keyText.test(headers.get('sec-websocket-key') ?? '')) {
    throw refuse(400, 'Sec-WebSocket-Key must be 16 bytes in base64');
  }
}

function faultOf(request: RequestHead): string | undefined {
  const { target, version, headers } = request;
  if (!canUpgrade(version)) return 'the version must be HTTP/1.1';
  // RFC 9112 §3.2: a path or a URL, never with a fragment.
  if (!/^(?:\/|(?:ws|http)s?:\/\/)[!"$-~]*$/i.test(target)) return 'malformed request target';
  if (!isHost(headers.get('host'))) return 'the request must have one valid Host';
  if (!isHost(hostOf(request))) return 'malformed host in the request target';
  if (headers.get('transfer-encoding') !== undefined) return 'the request must have no body';
  if ((headers.get('content-length') ?? '0') !== '0') return 'the request must have no body';
  if (!hasElement(headers, 'upgrade', 'websocket')) return 'Upgrade must contain websocket';
  return hasElement(headers, 'connection', 'upgrade') ? undefined : 'Connection must contain upgrade';
}

/** Returns the host. RFC 9112 §3.2.2: with an absolute target, "MUST ignore the received Host header field (if any)". */
function hostOf({ target, headers }: RequestHead): string | undefined {
  return absoluteTarget.exec(target)?.[1] ?? headers.get('host');
}
