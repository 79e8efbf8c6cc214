// A server's answer that opens no WebSocket: an ordinary HTTP response, after which the connection is closed.

import { HandshakeError } from './handshake-error.ts';
import type { ResponseHead } from './head.ts';
import { checkedHeaders, type HeaderList, type HeadersInput, headerValues, isFieldText } from './headers.ts';

/** A response that opened no WebSocket: a head that {@link encodeHead} takes, and a body. */
export interface Refusal extends ResponseHead {
  /** On the server all of it; on the client the first octets, put in by whoever reads the stream. */
  body: Uint8Array<ArrayBuffer>;
}

/** What a server may say besides the status. */
export interface RefusalInit {
  /** 200 to 599: 401 for want of credentials, 3xx with a Location, and so on; 300 at least over HTTP/2 and HTTP/3. */
  readonly status: number;
  /** The reason phrase; by default the usual one. */
  readonly reason?: string | undefined;
  readonly headers?: HeadersInput | undefined;
  /** Text goes as UTF-8, and as `text/plain` unless the headers say otherwise. Empty by default. */
  readonly body?: string | Uint8Array | undefined;
}

const reasons = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [414, 'URI Too Long'],
  [426, 'Upgrade Required'],
  [429, 'Too Many Requests'],
  [431, 'Request Header Fields Too Large'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [503, 'Service Unavailable'],
  [505, 'HTTP Version Not Supported'],
]);

/**
 * The response, with Content-Length and `Connection: close`.
 *
 * @throws RangeError for a status out of range
 * @throws TypeError for a header, reason or body that cannot be sent
 */
export function refusal(init: RefusalInit): Refusal {
  return build(init, checkedHeaders(init.headers));
}

/** The error that refuses a bad request; `headers` are ours, such as Sec-WebSocket-Version. */
export function refuse(
  status: number,
  section: string,
  fault: string,
  headers: HeaderList = [],
): HandshakeError {
  return new HandshakeError(`${section}: ${fault}`, build({ status, body: `${fault}\n` }, headers));
}

function build({ status, reason, body = '' }: RefusalInit, headers: HeaderList): Refusal {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new RangeError(`status must be from 200 to 599, not ${status}`);
  }
  const phrase = reason ?? reasons.get(status) ?? '';
  if (!isFieldText(phrase)) throw new TypeError('reason must be printable Latin-1');
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : copied(body);
  const all: [string, string][] = [...headers.map(([name, value]): [string, string] => [name, value])];
  if (headerValues(headers, 'connection').length === 0) all.push(['Connection', 'close']);
  if (typeof body === 'string' && body !== '' && headerValues(headers, 'content-type').length === 0) {
    all.push(['Content-Type', 'text/plain; charset=utf-8']);
  }
  // RFC 9110 §8.6: a 204 has no Content-Length.
  if (status !== 204) all.push(['Content-Length', `${bytes.length}`]);
  return { type: 'response', status, reason: phrase, version: '1.1', headers: all, body: bytes };
}

function copied(body: Uint8Array): Uint8Array<ArrayBuffer> {
  if (!ArrayBuffer.isView(body)) throw new TypeError('body must be a string or a Uint8Array');
  return new Uint8Array(body);
}
