// The server's side of the handshake that all versions of HTTP share: a client's request, and the fields of the answer (RFC
// 6455 §4.2, RFC 8441 §5).

import { described } from '../base/described.ts';
import { type Settled, text } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { checkedExtensions, type Extension, headerExtensions, isSelection } from './extensions.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import type { HeaderFields, HeaderList } from './header-fields.ts';
import { type HeadersInput, headersRule } from './headers.ts';
import { type Refusal, type RefusalInit, refusal, refuse } from './refusal.ts';
import { offeredProtocols } from './subprotocols.ts';

/** The options of `accept`: the server's choices. */
export interface Acceptance {
  /** One of the offered subprotocols. Default: none. */
  readonly protocol?: string | undefined;
  /** A selection of the offered extensions, as the value of Sec-WebSocket-Extensions. Default: none. */
  readonly extensions?: string | undefined;
  /** Additional headers, such as Set-Cookie. Headers that belong to the handshake itself are rejected. */
  readonly headers?: HeadersInput | undefined;
}

interface SettledAcceptance extends Settled<Omit<Acceptance, 'headers'>, 'protocol' | 'extensions'> {
  readonly headers: HeaderList;
}

const acceptanceOptions = /* @__PURE__ */ new OptionTable<SettledAcceptance>('accept', () => ({
  protocol: text(),
  extensions: text(),
  headers: headersRule,
}));

/** A client's request: the part of a server's handshake that all versions of HTTP share. */
export abstract class ClientRequest {
  /** The head of the request. */
  abstract readonly request: RequestHead;
  /** The request target as the client sent it, such as `/chat?room=1`. Nothing is decoded or resolved. */
  readonly target: string;
  /** The requested host, with its port unless that is the default. */
  readonly host: string;
  /** The Origin header. Only browsers send one. */
  readonly origin: string | undefined;
  /** The offered subprotocols, the preferred first. */
  readonly protocols: readonly string[];
  /** The offered extensions, the preferred first. */
  readonly extensions: readonly Extension[];

  /** @throws HandshakeError with the refusal to send, if the fields are invalid */
  constructor(target: string, host: string, headers: HeaderFields) {
    const [origin, ...more] = headers.getAll('origin');
    const protocols = offeredProtocols(headers);
    const extensions = headerExtensions(headers);
    if (more.length > 0) throw refuse(400, 'more than one Origin');
    if (protocols === undefined) throw refuse(400, 'malformed Sec-WebSocket-Protocol');
    if (extensions === undefined) throw refuse(400, 'malformed Sec-WebSocket-Extensions');
    this.target = target;
    this.host = host;
    this.origin = origin;
    this.protocols = protocols;
    this.extensions = extensions;
  }

  /**
   * Returns the response that opens the WebSocket. Frames follow it.
   *
   * @throws RangeError for a subprotocol or an extension that was not offered
   * @throws TypeError for malformed extensions, and headers that cannot be sent or belong to the handshake
   */
  abstract accept(acceptance?: Acceptance): ResponseHead;

  /**
   * Returns a response that does not open the WebSocket. Close the connection after it, or the stream over HTTP/2 and HTTP/3.
   *
   * @throws RangeError for a status that is not from 200 to 599; over HTTP/2 and HTTP/3, where each 2xx opens the
   * WebSocket, not from 300 to 599
   * @throws TypeError for a header, reason or body that cannot be sent
   */
  reject(init: RefusalInit): Refusal {
    return refusal(init);
  }

  /** Returns the fields of the answer that all versions of HTTP share. */
  protected answer(acceptance: Acceptance): HeaderList {
    const { protocol, extensions, headers } = acceptanceOptions.check(acceptance);
    const fields: [name: string, value: string][] = [];
    if (protocol !== undefined) {
      if (!this.protocols.includes(protocol)) {
        throw new RangeError(`protocol must be one of those offered (got ${described(protocol)})`);
      }
      fields.push(['Sec-WebSocket-Protocol', protocol]);
    }
    if (extensions !== undefined) {
      const chosen = checkedExtensions(extensions);
      if (!isSelection(chosen, this.extensions)) {
        throw new RangeError(
          `extensions must be among those offered, each once (got ${described(extensions)})`,
        );
      }
      fields.push(['Sec-WebSocket-Extensions', extensions]);
    }
    return [...fields, ...headers];
  }
}
