// The client's side of the opening handshake over HTTP/2 (RFC 8441) and HTTP/3 (RFC 9220): an extended CONNECT.

import { OptionTable } from '../base/option-table.ts';
import { type Agreement, ClientOffer, type ClientOfferOptions, clientOfferRules } from './client-offer.ts';
import { connectRequest } from './connect-head.ts';
import { failure } from './handshake-error.ts';
import { type HeadInput, headOf, type RequestHead, type ResponseHead } from './head.ts';
import type { HeaderList } from './header-fields.ts';

const clientConnectOptions = /* @__PURE__ */ new OptionTable('ClientConnect', clientOfferRules);

/**
 * A client's opening handshake. Send `headers` on a stream of its own, after the server's settings have allowed extended
 * CONNECT (SETTINGS_ENABLE_CONNECT_PROTOCOL 1), then pass the result of `connectResponse` to `check`. Frames go in DATA,
 * masked as over HTTP/1.1. The end of the stream replaces the end of the TCP connection.
 */
export class ClientConnect extends ClientOffer {
  /** The request, pseudo-headers first, all names in lower case. */
  readonly headers: HeaderList;
  /** The same headers as a head. */
  override readonly request: RequestHead;

  /**
   * @throws SyntaxError for a URL or subprotocols that the platform rejects, and for more than 32 subprotocols
   * @throws TypeError for headers that cannot be sent or belong to the handshake, and for malformed extensions
   */
  constructor(url: string | { readonly href: string }, options: ClientOfferOptions = {}) {
    super(url, clientConnectOptions.check(options));
    this.headers = [
      [':method', 'CONNECT'],
      [':protocol', 'websocket'],
      [':scheme', this.url.secure ? 'https' : 'http'],
      [':path', this.url.target],
      [':authority', this.host],
      ...this.fields.map(([name, value]) => [name.toLowerCase(), value] as const),
    ];
    this.request = connectRequest(this.headers);
  }

  /**
   * Returns what the server has agreed to, with any status from 200 to 299.
   *
   * @throws HandshakeError for any other response, which it contains
   */
  override check(input: HeadInput<ResponseHead>): Agreement {
    const response = headOf(input);
    const { status } = response;
    if (!(status >= 200 && status <= 299)) {
      throw failure(
        `the server answered with status ${status} instead of 2xx`,
        response,
        'ERR_UNEXPECTED_STATUS',
      );
    }
    return this.agree(response);
  }
}
