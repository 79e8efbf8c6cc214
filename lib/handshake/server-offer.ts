// What a request asks for, and the fields that answer it, whatever the version of HTTP (RFC 6455 §4.2, RFC 8441 §5).

import { type Settled, text } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { checkedExtensions, type Extension, headerExtensions, isSelection } from './extensions.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import type { HeaderFields, HeaderList } from './header-fields.ts';
import { type HeadersInput, headersRule } from './headers.ts';
import { type Refusal, type RefusalInit, refusal, refuse } from './refusal.ts';
import { offeredProtocols } from './subprotocols.ts';

/** What the server chooses. */
export interface Acceptance {
  /** One of the offered subprotocols; absent: none. */
  readonly protocol?: string | undefined;
  /** Extensions among the offered ones, as the value of Sec-WebSocket-Extensions; absent: none. */
  readonly extensions?: string | undefined;
  /** Further headers, such as Set-Cookie; what belongs to the handshake itself is refused. */
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

/** The part of a server's handshake that all versions of HTTP share. */
export abstract class ServerOffer {
  /** The request that came. */
  abstract readonly request: RequestHead;
  /** The request target, such as `/chat?room=1`. As the client sent it: nothing is decoded or resolved. */
  readonly target: string;
  /** The host that is asked for, with its port where that is not the default. */
  readonly host: string;
  /** The Origin header; absent from clients that are no browsers. */
  readonly origin: string | undefined;
  /** The offered subprotocols, the preferred first. */
  readonly protocols: readonly string[];
  /** The offered extensions, the preferred first. */
  readonly extensions: readonly Extension[];

  /** @throws HandshakeError with the refusal to send, when the fields break the law */
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
   * The response that opens the WebSocket; what follows it are frames.
   *
   * @throws RangeError for a subprotocol or an extension that was not offered
   * @throws TypeError for malformed extensions, and headers that cannot be sent or belong to the handshake
   */
  abstract accept(acceptance?: Acceptance): ResponseHead;

  /**
   * A response that opens nothing; close the connection, or over HTTP/2 and HTTP/3 the stream, behind it.
   *
   * @throws RangeError for a status that is not from 200 to 599; over HTTP/2 and HTTP/3, where each 2xx opens the
   * WebSocket, not from 300 to 599
   * @throws TypeError for a header, reason or body that cannot be sent
   */
  reject(init: RefusalInit): Refusal {
    return refusal(init);
  }

  /** The fields of the answer that all versions of HTTP share. */
  protected answer(acceptance: Acceptance): HeaderList {
    const { protocol, extensions, headers } = acceptanceOptions.check(acceptance);
    const fields: [name: string, value: string][] = [];
    if (protocol !== undefined) {
      if (!this.protocols.includes(protocol)) throw new RangeError('protocol must be one of the offered');
      fields.push(['Sec-WebSocket-Protocol', protocol]);
    }
    if (extensions !== undefined) {
      const chosen = checkedExtensions(extensions);
      if (!isSelection(chosen, this.extensions)) {
        throw new RangeError('extensions must be among the offered, each once');
      }
      fields.push(['Sec-WebSocket-Extensions', extensions]);
    }
    return [...fields, ...headers];
  }
}
