// ws: and wss: URLs (RFC 6455 §3), and http: and https: in their place, as on the platform → what a dialler and a handshake need.

import { coded } from '../base/coded.ts';
import { encodeBase64 } from '../bytes/base64.ts';
import { encodeLatin1 } from '../bytes/latin1.ts';

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
  /** The Authorization header for the `user:password@` of the URL, its bytes as they are (RFC 7617). */
  readonly authorization: string | undefined;
}

/** `ws:///x` and control characters, which the URL parser mends or drops, are errors here. */
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
    // A URL that cannot be parsed: the same error as for the others.
  }
  const message = `url ${faultOf(text)} (RFC 6455 §3; got ${JSON.stringify(text)})`;
  throw coded(new SyntaxError(message), 'ERR_INVALID_URL');
}

/** Says what is wrong with a URL, and what to write instead. */
function faultOf(text: string): string {
  if (/^\s*(?:ws|http)s?:/i.test(text)) {
    return text.includes('#') ? 'must not have a fragment' : 'must be well-formed, and name a host';
  }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return 'must have the scheme ws, wss, http or https';
  // Such as localhost:8080.
  const hint = /^[\w[]/.test(text) ? `, such as ${JSON.stringify(`ws://${text}`)}` : '';
  return `must begin with ws://, wss://, http:// or https://${hint}`;
}

function parse({ protocol, host, hostname, port, pathname, search, username, password }: URL): WebSocketUrl {
  // No host has it, but Chromium makes one of what it should refuse, such as a space.
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

/** Bytes as characters. A percent sign that begins no byte stands for itself, as the URL Standard says. */
function percentDecoded(ascii: string): string {
  return ascii.replace(/%([\da-f]{2})/gi, (_, byte) => String.fromCharCode(Number.parseInt(byte, 16)));
}
