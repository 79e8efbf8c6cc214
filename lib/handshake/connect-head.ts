// Converts heads of HTTP/2 and HTTP/3, header lists with pseudo-headers (RFC 9113 §8.3), from and to heads of HTTP/1.1.

import type { HeadInput, RequestHead, ResponseHead } from './head.ts';
import { HeaderFields, type HeaderList } from './header-fields.ts';

/** Returns a request as a head. `:path` and `:authority` become the target and Host. */
export function connectRequest(headers: HeaderFields | HeaderList): RequestHead {
  const all = HeaderFields.from(headers);
  const authority = all.get(':authority');
  const regular = regularFields(all);
  const host = authority === undefined ? [] : [['host', authority] as const];
  return {
    type: 'request',
    method: all.get(':method') ?? '',
    target: all.get(':path') ?? '',
    version: '',
    headers: HeaderFields.from([
      ...host,
      ...regular.filter(([name]) => authority === undefined || name !== 'host'),
    ]),
  };
}

/** Returns a response as a head. Its status is NaN if `:status` is invalid. */
export function connectResponse(headers: HeaderFields | HeaderList): ResponseHead {
  const all = HeaderFields.from(headers);
  const status = all.get(':status') ?? '';
  return {
    type: 'response',
    status: /^\d{3}$/.test(status) ? Number(status) : Number.NaN,
    reason: '',
    version: '',
    headers: HeaderFields.from(regularFields(all)),
  };
}

/** Returns the headers of a response for HTTP/2 and HTTP/3: `:status` first, names in lower case. */
export function connectHeaders({ status, headers }: HeadInput<ResponseHead>): HeaderList {
  const fields = Array.from(headers, ([name, value]) => [name.toLowerCase(), value] as const);
  // RFC 9113 §8.2.2 forbids connection-specific headers.
  return [[':status', `${status}`], ...fields.filter(([name]) => name !== 'connection')];
}

function regularFields(headers: HeaderFields): HeaderList {
  return [...headers].filter(([name]) => !name.startsWith(':'));
}
