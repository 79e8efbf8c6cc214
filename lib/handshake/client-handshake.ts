// The client's side of the opening handshake over HTTP/1.1 (RFC 6455 §4.1): the request to send, and the law of the response.

import { callable, required } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { encodeBase64 } from '../bytes/base64.ts';
import { acceptKey } from './accept-key.ts';
import { type Agreement, ClientOffer, type ClientOfferOptions, clientOfferRules } from './client-offer.ts';
import { failure } from './handshake-error.ts';
import { canUpgrade, type HeadInput, headOf, type RequestHead, type ResponseHead } from './head.ts';
import { HeaderFields } from './header-fields.ts';
import { hasElement } from './headers.ts';

/** The options of a {@link ClientHandshake}. */
export interface ClientHandshakeOptions extends ClientOfferOptions {
  /** `n` bytes of strong randomness, new ones at each call, such as from `crypto.getRandomValues`. */
  readonly randomBytes: (n: number) => Uint8Array;
}

const clientHandshakeOptions = /* @__PURE__ */ new OptionTable('ClientHandshake', () => ({
  ...clientOfferRules(),
  randomBytes: required(callable<ClientHandshakeOptions['randomBytes']>()),
}));

/** One opening handshake: send `request`, then `check` what comes. Send nothing before that. */
export class ClientHandshake extends ClientOffer {
  override readonly request: RequestHead;
  readonly #key: string;

  /**
   * @throws SyntaxError for a URL or subprotocols that the platform refuses, and for more than 32 subprotocols
   * @throws TypeError for headers that cannot be sent or belong to the handshake, and for malformed extensions
   * @throws RangeError for another number of random bytes
   */
  constructor(url: string | { readonly href: string }, options: ClientHandshakeOptions) {
    const checked = clientHandshakeOptions.check(options);
    super(url, checked);
    const nonce = checked.randomBytes(16);
    if (nonce.length !== 16) throw new RangeError('randomBytes must give as many bytes as it was asked for');
    this.#key = encodeBase64(nonce);
    this.request = {
      type: 'request',
      method: 'GET',
      target: this.url.target,
      version: '1.1',
      headers: HeaderFields.from([
        ['Host', this.host],
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Key', this.#key],
        ...this.fields,
      ]),
    };
  }

  /**
   * What the server agreed to. The bytes behind the response's head are frames.
   *
   * @throws HandshakeError for every other response, with the response in it (RFC 6455 §4.1, steps 1 to 6)
   */
  override check(input: HeadInput<ResponseHead>): Agreement {
    const response = headOf(input);
    const { status, version, headers } = response;
    if (status !== 101) throw failure(`status ${status} instead of 101`, response, 'ERR_UNEXPECTED_STATUS');
    const fault = this.#faultOf(version, headers);
    if (fault !== undefined) throw failure(fault, response);
    return this.agree(response);
  }

  #faultOf(version: string, headers: HeaderFields): string | undefined {
    if (!canUpgrade(version)) return `HTTP/${version} cannot upgrade`;
    if (headers.get('upgrade')?.toLowerCase() !== 'websocket') return 'Upgrade is not websocket';
    if (!hasElement(headers, 'connection', 'upgrade')) return 'Connection lacks upgrade';
    const accept = headers.get('sec-websocket-accept');
    return accept === acceptKey(this.#key) ? undefined : 'Sec-WebSocket-Accept does not answer the key';
  }
}
