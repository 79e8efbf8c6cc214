// The heads of HTTP/1.1 messages (RFC 9112 §2 to §5) as values, and their bytes.

import { encodeLatin1 } from '../bytes/latin1.ts';
import { type HeaderField, HeaderFields } from './header-fields.ts';
import { checkField } from './headers.ts';

/** The head of a request. Strings are Latin-1: a character a byte. */
export interface RequestHead {
  readonly type: 'request';
  /** With its case, such as `GET`. */
  readonly method: string;
  /** The request target as it stands in the request line, such as `/chat?room=1`. */
  readonly target: string;
  /** Of HTTP, such as `1.1`; empty over HTTP/2 and HTTP/3. */
  readonly version: string;
  readonly headers: HeaderFields;
}

/** The head of a response. Strings are Latin-1: a character a byte. */
export interface ResponseHead {
  readonly type: 'response';
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly reason: string;
  /** Of HTTP, such as `1.1`; empty over HTTP/2 and HTTP/3. */
  readonly version: string;
  readonly headers: HeaderFields;
}

/** A head whose headers may be pairs. */
export type HeadInput<Head extends RequestHead | ResponseHead> = Omit<Head, 'headers'> & {
  readonly headers: Iterable<HeaderField>;
};

/** Returns the same head, with headers that can be looked up. */
export function headOf<Head extends RequestHead | ResponseHead>(input: HeadInput<Head>): Head {
  const headers = HeaderFields.from(input.headers);
  return (headers === input.headers ? input : { ...input, headers }) as Head;
}

/** Whether this is HTTP/1.1, or a later version of HTTP/1. Only they can upgrade. */
export function canUpgrade(version: string): boolean {
  return /^1\.[1-9]$/.test(version);
}

/** A response that opened no WebSocket: a head that `encodeHead` takes, and a body. */
export interface Refusal extends ResponseHead {
  /** On the server all of it; on the client the first 4096 bytes. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What a reason phrase may hold (RFC 9112 §4). */
export const reasonPhrase: RegExp = /^[\t -~\x80-\xff]*$/;

/** The first line of a head: method, target and version, or version, status and reason. */
export const firstLine: { readonly request: RegExp; readonly response: RegExp } = {
  request: /^([!#$%&'*+\-.^_`|~\w]+) ([!-~]+) HTTP\/(\d\.\d)$/,
  response: /^HTTP\/(\d\.\d) ([1-5]\d\d)(?: ([\t -~\x80-\xff]*))?$/,
};

/**
 * The bytes of a head, with the empty line that ends it.
 *
 * @throws TypeError when a part of it could not be read back as what it is, such as a CR or LF in a value
 */
export function encodeHead(head: HeadInput<RequestHead> | HeadInput<ResponseHead>): Uint8Array<ArrayBuffer> {
  const first =
    head.type === 'request'
      ? `${head.method} ${head.target} HTTP/${head.version}`
      : `HTTP/${head.version} ${head.status} ${head.reason}`;
  if (!firstLine[head.type].test(first))
    throw new TypeError(`malformed first line: ${JSON.stringify(first)}`);
  let lines = '';
  for (const [name, value] of head.headers) {
    checkField(name, value);
    lines += `${name}: ${value}\r\n`;
  }
  return encodeLatin1(`${first}\r\n${lines}\r\n`);
}
