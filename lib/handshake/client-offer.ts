// The client's side of the handshake that all versions of HTTP share: the offer, and the check of the answer (RFC 6455 §4.1,
// RFC 8441 §5).

import { type OptionRules, type Settled, text } from '../base/option-rule.ts';
import { checkedExtensions, type Extension, headerExtensions, isSelection } from './extensions.ts';
import { failure } from './handshake-error.ts';
import type { HeadInput, RequestHead, ResponseHead } from './head.ts';
import { HeaderFields, type HeaderList } from './header-fields.ts';
import { checkField, type HeadersInput, headersRule } from './headers.ts';
import { offeredProtocolsRule } from './subprotocols.ts';
import { parseWebSocketUrl, type WebSocketUrl } from './websocket-url.ts';

/** The options of a client's handshake. */
export interface ClientOfferOptions {
  /** The subprotocols to offer, the preferred first: distinct tokens, at most 32. */
  readonly protocols?: string | readonly string[] | undefined;
  /**
   * Additional headers. `Host` replaces that of the URL, `Authorization` the user and password of the URL. Headers that
   * belong to the handshake itself are rejected.
   */
  readonly headers?: HeadersInput | undefined;
  /** The Origin header, such as `https://example.com`. Only browsers must send one. */
  readonly origin?: string | undefined;
  /** The extensions to offer, as the value of Sec-WebSocket-Extensions. */
  readonly extensions?: string | undefined;
}

/** The same options after the check. */
export interface SettledClientOffer
  extends Settled<Omit<ClientOfferOptions, 'protocols' | 'headers'>, 'origin' | 'extensions'> {
  readonly protocols: readonly string[];
  readonly headers: HeaderList;
}

/** Returns the rules of these options. */
export function clientOfferRules(): OptionRules<SettledClientOffer> {
  return {
    protocols: offeredProtocolsRule,
    headers: headersRule,
    origin: text(),
    extensions: text(),
  };
}

/** The result of an opening handshake. */
export interface Agreement {
  /** The subprotocol; empty if there is none. */
  readonly protocol: string;
  /** The extensions in use, in the order of the pipeline. Their parameters are checked by the code that offered them. */
  readonly extensions: readonly Extension[];
}

/** The part of a client's handshake that all versions of HTTP share. */
export abstract class ClientOffer {
  /** The request to send. */
  abstract readonly request: RequestHead;
  /** The parsed URL, with the address to connect to. */
  readonly url: WebSocketUrl;
  /** The requested host of the headers or the URL, with its port unless that is the default. */
  readonly host: string;
  /** The offered subprotocols. */
  readonly protocols: readonly string[];
  /** The offered extensions. */
  readonly extensions: readonly Extension[];
  /** The fields that all versions of HTTP share. */
  protected readonly fields: HeaderList;

  /**
   * @throws SyntaxError for a URL or subprotocols that the platform rejects, and for more than 32 subprotocols
   * @throws TypeError for headers that cannot be sent or belong to the handshake, and for malformed extensions
   */
  constructor(url: string | { readonly href: string }, options: SettledClientOffer) {
    const headers = HeaderFields.from(options.headers);
    this.url = parseWebSocketUrl(url);
    this.host = single(headers, 'Host') ?? this.url.host;
    this.protocols = options.protocols;
    this.extensions = checkedExtensions(options.extensions);
    const origin = single(headers, 'Origin', options.origin);
    const authorization = single(headers, 'Authorization') ?? this.url.authorization;
    const fields: [name: string, value: string | undefined][] = [
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Protocol', this.protocols.join(', ') || undefined],
      ['Sec-WebSocket-Extensions', options.extensions],
      ['Origin', origin],
      ['Authorization', authorization],
    ];
    const own = fields.filter((field): field is [string, string] => field[1] !== undefined);
    this.fields = [
      ...own,
      ...options.headers.filter(([name]) => !/^(?:host|origin|authorization)$/i.test(name)),
    ];
  }

  /**
   * Returns what the server has agreed to.
   *
   * @throws HandshakeError for a response that does not open the WebSocket, which it contains
   */
  abstract check(response: HeadInput<ResponseHead>): Agreement;

  /** Returns what the answer agrees to, or throws if it does not match the offer (RFC 6455 §4.1, steps 5 and 6). */
  protected agree(response: ResponseHead): Agreement {
    const protocols = response.headers.getAll('sec-websocket-protocol');
    const [protocol = ''] = protocols;
    if (protocols.length > 1 || (protocols.length === 1 && !this.protocols.includes(protocol))) {
      throw failure('the server selected a subprotocol that was not offered', response);
    }
    const extensions = headerExtensions(response.headers);
    if (extensions === undefined) throw failure('malformed Sec-WebSocket-Extensions', response);
    if (!isSelection(extensions, this.extensions)) {
      throw failure('the server selected an extension that was not offered, or selected one twice', response);
    }
    return { protocol, extensions };
  }
}

/** Returns the only value of this header, or of the option that replaces it. */
function single(headers: HeaderFields, name: string, option?: string): string | undefined {
  const values = headers.getAll(name);
  if (option !== undefined) {
    checkField(name, option);
    values.push(option);
  }
  if (values.length > 1) throw new TypeError(`headers must have ${name} once (got ${values.length})`);
  return values[0];
}
