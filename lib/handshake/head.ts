// The heads of HTTP/1.1 messages (RFC 9112 §2 to §5), and their encoding.

import { described } from '../base/described.ts';
import { writeLatin1 } from '../bytes/latin1.ts';
import { type HeaderField, HeaderFields } from './header-fields.ts';
import { checkField } from './headers.ts';

/** The head of a request. Strings are Latin-1: one character for each byte. */
export interface RequestHead {
  readonly type: 'request';
  /** The method, case-sensitive, such as `GET`. */
  readonly method: string;
  /** The request target of the request line, such as `/chat?room=1`. */
  readonly target: string;
  /** The version of HTTP, such as `1.1`; empty over HTTP/2 and HTTP/3. */
  readonly version: string;
  readonly headers: HeaderFields;
}

/** The head of a response. Strings are Latin-1: one character for each byte. */
export interface ResponseHead {
  readonly type: 'response';
  readonly status: number;
  /** The reason phrase, possibly empty. */
  readonly reason: string;
  /** The version of HTTP, such as `1.1`; empty over HTTP/2 and HTTP/3. */
  readonly version: string;
  readonly headers: HeaderFields;
}

/** A head whose headers may be pairs. */
export type HeadInput<Head extends RequestHead | ResponseHead> = Omit<Head, 'headers'> & {
  readonly headers: Iterable<HeaderField>;
};

/** Returns the same head, with headers that support lookups. */
export function headOf<Head extends RequestHead | ResponseHead>(input: HeadInput<Head>): Head {
  const headers = HeaderFields.from(input.headers);
  return (headers === input.headers ? input : { ...input, headers }) as Head;
}

/** Whether the version is HTTP/1.1 or a later HTTP/1. Only they can upgrade. */
export function canUpgrade(version: string): boolean {
  return /^1\.[1-9]$/.test(version);
}

/** A response that does not open the WebSocket: a head that `encodeHead` accepts, and a body. */
export interface Refusal extends ResponseHead {
  /** The body: all of it on a server, the first 4096 bytes on a client. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The characters of a reason phrase (RFC 9112 §4). */
export const reasonPhrase: RegExp = /^[\t -~\x80-\xff]*$/;

/** The first line of a head: method, target and version, or version, status and reason. */
export const firstLine: { readonly request: RegExp; readonly response: RegExp } = {
  request: /^([!#$%&'*+\-.^_`|~\w]+) ([!-~]+) HTTP\/(\d\.\d)$/,
  response: /^HTTP\/(\d\.\d) ([1-5]\d\d)(?: ([\t -~\x80-\xff]*))?$/,
};

/**
 * Returns the bytes of a head, with the empty line that ends it.
 *
 * @throws TypeError if the bytes would not decode to the same head, for example because a value contains a CR or LF
 */
export function encodeHead(head: HeadInput<RequestHead> | HeadInput<ResponseHead>): Uint8Array<ArrayBuffer> {
  const first =
    head.type === 'request'
      ? `${head.method} ${head.target} HTTP/${head.version}`
      : `HTTP/${head.version} ${head.status} ${head.reason}`;
  if (!firstLine[head.type].test(first))
    throw new TypeError(`malformed first line of a head (got ${described(first)})`);
  const { raw } = HeaderFields.from(head.headers);
  let byteLength = first.length + 4;
  for (let i = 0; i < raw.length; i += 2) {
    checkField(raw[i]!, raw[i + 1]!);
    byteLength += raw[i]!.length + raw[i + 1]!.length + 4;
  }
  const bytes = new Uint8Array(byteLength);
  let at = writeLatin1('\r\n', bytes, writeLatin1(first, bytes, 0));
  for (let i = 0; i < raw.length; i++) {
    at = writeLatin1(raw[i]!, bytes, at);
    at = writeLatin1(i % 2 === 0 ? ': ' : '\r\n', bytes, at);
  }
  writeLatin1('\r\n', bytes, at);
  return bytes;
}
