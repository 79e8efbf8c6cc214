// The client's side of the opening handshake over HTTP/2 (RFC 8441) and HTTP/3 (RFC 9220): an extended CONNECT.

import { OptionTable } from '../base/option-table.ts';
import { type Agreement, ClientOffer, type ClientOfferOptions, clientOfferRules } from './client-offer.ts';
import { connectRequest } from './connect-head.ts';
import { failure } from './handshake-error.ts';
import { type HeadInput, headOf, type RequestHead, type ResponseHead } from './head.ts';
import type { HeaderList } from './header-fields.ts';

const clientConnectOptions = /* @__PURE__ */ new OptionTable('ClientConnect', clientOfferRules);

/**
 * One opening handshake: send `headers` on a stream of its own, once the server's settings have allowed extended
 * CONNECT (SETTINGS_ENABLE_CONNECT_PROTOCOL 1), then `check` what `connectResponse` makes of the answer. Frames go in DATA, masked as ever; the end
 * of the stream stands for the end of the TCP connection.
 */
export class ClientConnect extends ClientOffer {
  /** The request, pseudo-headers first, all names in lower case. */
  readonly headers: HeaderList;
  /** The same as a head. */
  override readonly request: RequestHead;

  /**
   * @throws SyntaxError for a URL or subprotocols that the platform refuses, and for more than 32 subprotocols
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
   * What the server agreed to, with any status from 200 to 299.
   *
   * @throws HandshakeError for every other response, with the response in it
   */
  override check(input: HeadInput<ResponseHead>): Agreement {
    const response = headOf(input);
    const { status } = response;
    if (!(status >= 200 && status <= 299)) {
      throw failure(`status ${status} instead of 2xx`, response, 'ERR_UNEXPECTED_STATUS');
    }
    return this.agree(response);
  }
}
