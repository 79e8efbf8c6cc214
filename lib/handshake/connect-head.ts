// Heads over HTTP/2 and HTTP/3, header lists with pseudo-headers (RFC 9113 §8.3) ⇄ the same heads as over HTTP/1.1.

import type { RequestHead, ResponseHead } from './head.ts';
import { type HeaderList, headerValue } from './headers.ts';

/** A request as a head: what `:path` and `:authority` say stands in the target and in Host. */
export function connectRequest(headers: HeaderList): RequestHead {
  const authority = headerValue(headers, ':authority');
  const regular = regularFields(headers);
  const host = authority === undefined ? [] : [['host', authority] as const];
  return {
    type: 'request',
    method: headerValue(headers, ':method') ?? '',
    target: headerValue(headers, ':path') ?? '',
    version: '',
    headers: [...host, ...regular.filter(([name]) => host.length === 0 || name !== 'host')],
  };
}

/** A response as a head; its status is NaN when there is no proper one. */
export function connectResponse(headers: HeaderList): ResponseHead {
  const status = headerValue(headers, ':status') ?? '';
  return {
    type: 'response',
    status: /^\d{3}$/.test(status) ? Number(status) : Number.NaN,
    reason: '',
    version: '',
    headers: regularFields(headers),
  };
}

/** The headers of a response as they go over HTTP/2 and HTTP/3: `:status` first, names in lower case. */
export function connectHeaders({ status, headers }: ResponseHead): HeaderList {
  const fields = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  // RFC 9113 §8.2.2: what belongs to one connection MUST NOT be there.
  return [[':status', `${status}`], ...fields.filter(([name]) => name !== 'connection')];
}

function regularFields(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !name.startsWith(':'));
}
