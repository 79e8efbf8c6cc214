// Parses the URLs of WebSockets: ws: and wss: (RFC 6455 §3), and http: and https: as on the platform.

import { coded } from '../base/coded.ts';
import { encodeBase64 } from '../bytes/base64.ts';
import { encodeLatin1 } from '../bytes/latin1.ts';

/** The address of a WebSocket. */
export interface WebSocketUrl {
  /** Whether the connection uses TLS. */
  readonly secure: boolean;
  /** The host, with its port unless that is the default, as in the Host header. */
  readonly host: string;
  /** The host to look up. IPv6 addresses have no brackets. */
  readonly hostname: string;
  readonly port: number;
  /** The request target: path and query in ASCII. */
  readonly target: string;
  /** The Authorization header for the `user:password@` of the URL, with its bytes unchanged (RFC 7617). */
  readonly authorization: string | undefined;
}

/** A valid URL. The URL parser would repair `ws:///x`, and remove control characters; both are rejected here. */
const wellFormed = /^(?:ws|http)s?:\/\/(?![/\\?#])[ -~\x80-\uffff]+$/i;

/**
 * Parses a `ws:`, `wss:`, `http:` or `https:` URL.
 *
 * @param url - text, or a platform `URL`
 * @throws SyntaxError for any other URL, for one without a host, and for one with a fragment
 */
export function parseWebSocketUrl(url: string | { readonly href: string }): WebSocketUrl {
  const text = typeof url === 'string' ? url : url.href;
  try {
    if (wellFormed.test(text) && !text.includes('#')) return parse(new URL(text));
  } catch {
    // Throw the same error as for other URLs.
  }
  const message = `url ${faultOf(text)} (RFC 6455 §3; got ${JSON.stringify(text)})`;
  throw coded(new SyntaxError(message), 'ERR_INVALID_URL');
}

/** Returns what is wrong with a URL, and what to write instead. */
function faultOf(text: string): string {
  if (/^\s*(?:ws|http)s?:/i.test(text)) {
    return text.includes('#') ? 'must not have a fragment' : 'must be well-formed, and name a host';
  }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return 'must have the scheme ws, wss, http or https';
  // A missing scheme, as in localhost:8080.
  const hint = /^[\w[]/.test(text) ? `, such as ${JSON.stringify(`ws://${text}`)}` : '';
  return `must begin with ws://, wss://, http:// or https://${hint}`;
}

function parse({ protocol, host, hostname, port, pathname, search, username, password }: URL): WebSocketUrl {
  // Valid hosts contain no percent sign. Chromium percent-encodes characters that it should reject, such as spaces.
  if (hostname.includes('%')) throw new SyntaxError();
  const secure = /^(?:wss|https):/.test(protocol);
  const credentials = percentDecoded(`${username}:${password}`);
  return {
    secure,
    host,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 443 : 80)),
    target: pathname + search,
    authorization: credentials === ':' ? undefined : `Basic ${encodeBase64(encodeLatin1(credentials))}`,
  };
}

/** Decodes bytes as characters. An incomplete percent-encoding is kept, as in the URL Standard. */
function percentDecoded(ascii: string): string {
  return ascii.replace(/%([\da-f]{2})/gi, (_, byte) => String.fromCharCode(Number.parseInt(byte, 16)));
}
