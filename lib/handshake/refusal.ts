// The response of a server that rejects a WebSocket: an ordinary HTTP response, after which the connection is closed.

import { described } from '../base/described.ts';
import { integer, kind, required, type Settled, text } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { HandshakeError } from './handshake-error.ts';
import { type Refusal, reasonPhrase } from './head.ts';
import { HeaderFields, type HeaderList } from './header-fields.ts';
import { type HeadersInput, headersRule } from './headers.ts';

export type { Refusal };

/** The response with which a server refuses a request. */
export interface RefusalInit {
  /** The status, 200 to 599, such as 401, or 302 with a Location; over HTTP/2 and HTTP/3 at least 300. */
  readonly status: number;
  /** The reason phrase. Default: the usual one for the status. */
  readonly reason?: string | undefined;
  readonly headers?: HeadersInput | undefined;
  /** The body. Text is sent as UTF-8, and as `text/plain` unless the headers have another type. Default: empty. */
  readonly body?: string | Uint8Array | undefined;
}

interface SettledRefusal extends Settled<Omit<RefusalInit, 'headers'>, 'reason'> {
  readonly headers: HeaderList;
}

const refusalOptions = /* @__PURE__ */ new OptionTable<SettledRefusal>('a refusal', () => ({
  status: required(integer(200, 599)),
  reason: text(),
  headers: headersRule,
  body: kind<string | Uint8Array>(
    'a string or a view of bytes',
    value => typeof value === 'string' || ArrayBuffer.isView(value),
    '',
  ),
}));

const reasons: { readonly [status: number]: string } = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  414: 'URI Too Long',
  417: 'Expectation Failed',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
};

/**
 * Returns a response with Content-Length and `Connection: close`.
 *
 * @throws RangeError for a status out of range
 * @throws TypeError for a header or a reason that cannot be sent, and for a body that is neither text nor bytes
 */
export function refusal(init: RefusalInit): Refusal {
  return build(refusalOptions.check(init));
}

/** Returns the error for an invalid request; `headers` are our own, such as Sec-WebSocket-Version. */
export function refuse(status: number, fault: string, headers: HeaderList = []): HandshakeError {
  const response = build({ status, body: `${fault}\n`, headers, reason: undefined });
  return new HandshakeError(`RFC 6455 §4.2: ${fault}`, { code: 'ERR_BAD_REQUEST', response });
}

function build({ status, reason = reasons[status] ?? '', body, headers }: SettledRefusal): Refusal {
  if (!reasonPhrase.test(reason)) {
    throw new TypeError(
      `reason must have no control characters, and none above U+00FF (got ${described(reason)})`,
    );
  }
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
  const fields = [...headers];
  const present = HeaderFields.from(headers);
  if (!present.has('connection')) fields.push(['Connection', 'close']);
  if (typeof body === 'string' && body !== '' && !present.has('content-type')) {
    fields.push(['Content-Type', 'text/plain; charset=utf-8']);
  }
  // RFC 9110 §8.6: a 204 has no Content-Length.
  if (status !== 204) fields.push(['Content-Length', `${bytes.length}`]);
  return {
    type: 'response',
    status,
    reason,
    version: '1.1',
    headers: HeaderFields.from(fields),
    body: bytes,
  };
}
