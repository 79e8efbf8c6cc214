// ws: and wss: URLs (RFC 6455 §3), and http: and https: in their place, as on the platform → what a dialler and a handshake need.

import { encodeBase64 } from '../bytes/base64.ts';

/** Where a WebSocket is. */
export interface WebSocketUrl {
  /** Whether TLS comes first. */
  readonly secure: boolean;
  /** Host and, where it is not the default, port, as in the Host header. */
  readonly host: string;
  /** The host to look up: IPv6 addresses without their brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Path and query, in ASCII: the request target. */
  readonly target: string;
  /** The Authorization header for the `user:password@` of the URL, in UTF-8 (RFC 7617). */
  readonly authorization: string | undefined;
}

/** `ws:///x` and control characters, which the URL parser takes by mending or dropping them, are errors here. */
const wellFormed = /^(?:ws|http)s?:\/\/(?![/\\?#])[ -~\x80-\uffff]+$/i;

/**
 * The parts of a `ws:`, `wss:`, `http:` or `https:` URL.
 *
 * @param url - text, or a platform `URL`
 * @throws SyntaxError for any other URL, for one without a host, and for one with a fragment
 */
export function parseWebSocketUrl(url: string | { readonly href: string }): WebSocketUrl {
  const text = typeof url === 'string' ? url : url.href;
  if (!wellFormed.test(text)) throw new SyntaxError(`not a ws: or wss: URL: ${JSON.stringify(text)}`);
  const { protocol, host, hostname, port, pathname, search, username, password, href } = parse(text);
  if (href.includes('#')) throw new SyntaxError('a WebSocket URL must have no fragment (RFC 6455 §3)');
  const secure = /^(?:wss|https):$/.test(protocol);
  return {
    secure,
    host,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    target: pathname + search,
    authorization: username || password ? basic(username, password) : undefined,
  };
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch (cause) {
    throw new SyntaxError(`not a valid URL: ${JSON.stringify(text)}`, { cause });
  }
}

function basic(username: string, password: string): string {
  try {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${encodeBase64(new TextEncoder().encode(credentials))}`;
  } catch (cause) {
    throw new SyntaxError('user and password of a URL must be percent-encoded UTF-8', { cause });
  }
}
