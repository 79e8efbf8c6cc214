// What a client asks for, and how it judges the answer, whatever the version of HTTP (RFC 6455 §4.1, RFC 8441 §5).

import { type OptionRules, type Settled, text } from '../base/option-rule.ts';
import { checkedExtensions, type Extension, headerExtensions, isSelection } from './extensions.ts';
import { failure } from './handshake-error.ts';
import type { HeadInput, RequestHead, ResponseHead } from './head.ts';
import { HeaderFields, type HeaderList } from './header-fields.ts';
import { checkField, type HeadersInput, headersRule } from './headers.ts';
import { offeredProtocolsRule } from './subprotocols.ts';
import { parseWebSocketUrl, type WebSocketUrl } from './websocket-url.ts';

/** What a client may ask for. */
export interface ClientOfferOptions {
  /** Subprotocols, the preferred first: distinct tokens, at most 32. */
  readonly protocols?: string | readonly string[] | undefined;
  /**
   * Further headers. `Host` replaces that of the URL, `Authorization` the user and password of the URL; what
   * belongs to the handshake itself is refused.
   */
  readonly headers?: HeadersInput | undefined;
  /** The Origin header, such as `https://example.com`; browsers alone must send one. */
  readonly origin?: string | undefined;
  /** The extensions that are offered, as the value of Sec-WebSocket-Extensions. */
  readonly extensions?: string | undefined;
}

/** The same, checked. */
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

/** What both sides have agreed upon. */
export interface Agreement {
  /** The subprotocol; empty: none. */
  readonly protocol: string;
  /** The extensions that are in use, in the order of the pipe. Whoever offered them judges their parameters. */
  readonly extensions: readonly Extension[];
}

/** The part of a client's handshake that all versions of HTTP share. */
export abstract class ClientOffer {
  /** The request to send. */
  abstract readonly request: RequestHead;
  /** Where to dial. */
  readonly url: WebSocketUrl;
  /** The host that is asked for, with its port where that is not the default: of the headers, or of the URL. */
  readonly host: string;
  /** The subprotocols that are offered. */
  readonly protocols: readonly string[];
  /** The extensions that are offered. */
  readonly extensions: readonly Extension[];
  /** The fields that all versions of HTTP share. */
  protected readonly fields: HeaderList;

  /**
   * @throws SyntaxError for a URL or subprotocols that the platform refuses, and for more than 32 subprotocols
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
   * What the server agreed to.
   *
   * @throws HandshakeError for a response that opens no WebSocket, with the response in it
   */
  abstract check(response: HeadInput<ResponseHead>): Agreement;

  /** What the answer agrees to, or the error of an answer that goes beyond the offer (RFC 6455 §4.1, steps 5 and 6). */
  protected agree(response: ResponseHead): Agreement {
    const protocols = response.headers.getAll('sec-websocket-protocol');
    const [protocol = ''] = protocols;
    if (protocols.length > 1 || (protocols.length === 1 && !this.protocols.includes(protocol))) {
      throw failure('a subprotocol that was not offered', response);
    }
    const extensions = headerExtensions(response.headers);
    if (extensions === undefined) throw failure('malformed Sec-WebSocket-Extensions', response);
    if (!isSelection(extensions, this.extensions)) {
      throw failure('an extension that was not offered, or one twice', response);
    }
    return { protocol, extensions };
  }
}

/** The one value of this header, or of the option that stands for it. */
function single(headers: HeaderFields, name: string, option?: string): string | undefined {
  const values = headers.getAll(name);
  if (option !== undefined) {
    checkField(name, option);
    values.push(option);
  }
  if (values.length > 1) throw new TypeError(`the header ${name} is given twice`);
  return values[0];
}
