// Decodes the head of a request on a server (RFC 9112 §3).

import type { HandshakeError } from './handshake-error.ts';
import { firstLine, type RequestHead } from './head.ts';
import { HeadDecoder } from './head-decoder.ts';
import type { HeaderFields } from './header-fields.ts';
import { refuse } from './refusal.ts';

/** Decodes the head of one request. Its {@link HandshakeError} contains the response to send. */
export class RequestHeadDecoder extends HeadDecoder<RequestHead> {
  /** RFC 9112 §2.2: an empty line before a request line is ignored. */
  protected override readonly skipsEmptyLines = true;

  protected override parse(line: string, headers: HeaderFields): RequestHead | undefined {
    const [, method, target, version] = firstLine.request.exec(line) ?? [];
    if (version === undefined) return undefined;
    return { type: 'request', method: method!, target: target!, version, headers };
  }

  protected override errorOf(status: number, fault: string): HandshakeError {
    return refuse(status, fault);
  }
}
