// The client's side of the opening handshake over HTTP/1.1 (RFC 6455 §4.1): creates the request and checks the response.

import { callable, required } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { encodeBase64 } from '../bytes/base64.ts';
import { acceptKey } from './accept-key.ts';
import {
  type Agreement,
  ClientOffer,
  type ClientOfferOptions,
  clientOfferRules,
  type SettledClientOffer,
} from './client-offer.ts';
import { failure } from './handshake-error.ts';
import { canUpgrade, type HeadInput, headOf, type RequestHead, type ResponseHead } from './head.ts';
import { HeaderFields } from './header-fields.ts';
import { hasElement } from './headers.ts';

/** The options of a {@link ClientHandshake}. */
export interface ClientHandshakeOptions extends ClientOfferOptions {
  /** A source of strong randomness that returns `n` new bytes for each call, for example by `crypto.getRandomValues`. */
  readonly randomBytes: (n: number) => Uint8Array;
}

type SettledClientHandshakeOptions = SettledClientOffer & Pick<ClientHandshakeOptions, 'randomBytes'>;

export const clientHandshakeOptions: OptionTable<SettledClientHandshakeOptions> =
  /* @__PURE__ */ new OptionTable('ClientHandshake', () => ({
    ...clientOfferRules(),
    randomBytes: required(callable<ClientHandshakeOptions['randomBytes']>()),
  }));

/** A client's opening handshake. Send `request`, and nothing else before `check` has accepted the response. */
export class ClientHandshake extends ClientOffer {
  override readonly request: RequestHead;
  readonly #key: string;

  /**
   * @throws SyntaxError for a URL or subprotocols that the platform rejects, and for more than 32 subprotocols
   * @throws TypeError for headers that cannot be sent or belong to the handshake, and for malformed extensions
   * @throws RangeError for the wrong number of random bytes
   */
  constructor(url: string | { readonly href: string }, options: ClientHandshakeOptions) {
    const checked = clientHandshakeOptions.check(options);
    super(url, checked);
    const nonce = checked.randomBytes(16);
    if (nonce.length !== 16) throw new RangeError(`randomBytes must return 16 bytes (got ${nonce.length})`);
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
   * Returns what the server has agreed to. The bytes after the response's head are frames.
   *
   * @throws HandshakeError for any other response, which it contains (RFC 6455 §4.1, steps 1 to 6)
   */
  override check(input: HeadInput<ResponseHead>): Agreement {
    const response = headOf(input);
    const { status, version, headers } = response;
    if (status !== 101) {
      throw failure(
        `the server answered with status ${status} instead of 101`,
        response,
        'ERR_UNEXPECTED_STATUS',
      );
    }
    const fault = this.#faultOf(version, headers);
    if (fault !== undefined) throw failure(fault, response);
    return this.agree(response);
  }

  #faultOf(version: string, headers: HeaderFields): string | undefined {
    if (!canUpgrade(version)) return `HTTP/${version} cannot upgrade`;
    if (headers.get('upgrade')?.toLowerCase() !== 'websocket') return 'Upgrade must be websocket';
    if (!hasElement(headers, 'connection', 'upgrade')) return 'Connection must contain upgrade';
    const accept = headers.get('sec-websocket-accept');
    return accept === acceptKey(this.#key) ? undefined : 'Sec-WebSocket-Accept does not match the key';
  }
}
