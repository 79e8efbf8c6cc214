// Bytes → the head of a response (RFC 9112 §4), on a client. Apart from that of a request: a client that is bundled needs
// none of a server's answers.

import { failure, type HandshakeError } from './handshake-error.ts';
import { firstLine, type ResponseHead } from './head.ts';
import { HeadDecoder } from './head-decoder.ts';
import type { HeaderFields } from './header-fields.ts';

/** Yields the head of one response. */
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
