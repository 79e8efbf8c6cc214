// Decodes the head of a response on a client (RFC 9112 §4). It is separate from that of a request, so that a bundled client
// does not include the responses of a server.

import { failure, type HandshakeError } from './handshake-error.ts';
import { firstLine, type ResponseHead } from './head.ts';
import { HeadDecoder } from './head-decoder.ts';
import type { HeaderFields } from './header-fields.ts';

/** Decodes the head of one response. */
export class ResponseHeadDecoder extends HeadDecoder<ResponseHead> {
  protected override readonly skipsEmptyLines = false;

  protected override parse(line: string, headers: HeaderFields): ResponseHead | undefined {
    const [, version, status, reason = ''] = firstLine.response.exec(line) ?? [];
    if (version === undefined) return undefined;
    return { type: 'response', status: Number(status), reason, version, headers };
  }

  protected override errorOf(_status: number, fault: string, ended: boolean): HandshakeError {
    return failure(fault, undefined, ended ? 'ERR_TRANSPORT' : 'ERR_BAD_RESPONSE');
  }
}
