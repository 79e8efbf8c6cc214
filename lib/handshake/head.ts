// The heads of HTTP/1.1 messages (RFC 9112 §2 to §5) as values, and their octets.

import { encodeLatin1 } from '../bytes/latin1.ts';
import { checkField, type HeaderList, isFieldText, isToken } from './headers.ts';

/** The head of a request. Strings are Latin-1: a character an octet. */
export interface RequestHead {
  readonly type: 'request';
  /** With its case, such as `GET`. */
  readonly method: string;
  /** The request target as it stands in the request line, such as `/chat?room=1`. */
  readonly target: string;
  /** Of HTTP, such as `1.1`. */
  readonly version: string;
  readonly headers: HeaderList;
}

/** The head of a response. Strings are Latin-1: a character an octet. */
export interface ResponseHead {
  readonly type: 'response';
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly reason: string;
  /** Of HTTP, such as `1.1`; empty over HTTP/2 and HTTP/3. */
  readonly version: string;
  readonly headers: HeaderList;
}

/**
 * The octets of a head, with the empty line that ends it.
 *
 * @throws TypeError when a part of it could not be read back as what it is, such as a CR or LF in a value
 */
export function encodeHead(head: RequestHead | ResponseHead): Uint8Array<ArrayBuffer> {
  let text = `${startLine(head)}\r\n`;
  for (const [name, value] of head.headers) {
    checkField(name, value);
    text += `${name}: ${value}\r\n`;
  }
  return encodeLatin1(`${text}\r\n`);
}

function startLine(head: RequestHead | ResponseHead): string {
  if (!/^1\.\d$/.test(head.version)) throw new TypeError('version must be that of HTTP/1');
  if (head.type === 'request') {
    if (!isToken(head.method)) throw new TypeError('method must be a token');
    if (!/^[!-~]+$/.test(head.target)) throw new TypeError('target must be visible ASCII');
    return `${head.method} ${head.target} HTTP/${head.version}`;
  }
  if (!/^[1-5]\d\d$/.test(`${head.status}`)) throw new TypeError('status must be from 100 to 599');
  if (!isFieldText(head.reason)) throw new TypeError('reason must be printable Latin-1');
  return `HTTP/${head.version} ${head.status} ${head.reason}`;
}
