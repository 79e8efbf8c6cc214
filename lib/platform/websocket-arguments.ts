// The URL and the subprotocols that a constructor of the platform takes → as the WebSockets standard parses and checks
// them ("getting a URL record", "The WebSocket interface").

import { domException } from '../base/dom-exception.ts';
import { checkedTarget } from '../sockets/dial-websocket.ts';
import type { ConnectOptions } from '../sockets/proposal.ts';

/**
 * Parses the URL of a WebSocket, against the location of the page or worker if there is one, and returns it with `ws:` or
 * `wss:`.
 *
 * @throws DOMException SyntaxError for a URL that cannot be parsed, for another scheme, and for a fragment
 */
export function webSocketUrl(url: string): string {
  const { protocol, href } = parsed(url);
  if (!/^(?:ws|http)s?:$/.test(protocol))
    throw syntaxError(url, 'must have the scheme ws, wss, http or https');
  // The serialization has no other.
  if (href.includes('#')) throw syntaxError(url, 'must not have a fragment');
  return href.replace(/^http/, 'ws');
}

function parsed(url: string): URL {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  try {
    return new URL(url, location?.href);
  } catch {
    throw syntaxError(url, 'must be an absolute URL, such as wss://example.com/');
  }
}

function syntaxError(url: string, fault: string): Error {
  return domException('SyntaxError', `url ${fault} (got ${JSON.stringify(url)})`);
}

/**
 * Checks everything that is asked for before anything is opened.
 *
 * @throws DOMException SyntaxError for subprotocols that are no distinct tokens
 * @throws TypeError and RangeError for other options, by name
 */
export function checkOptions(url: string, options: ConnectOptions): void {
  try {
    checkedTarget(url, options);
  } catch (error) {
    throw error instanceof SyntaxError ? domException('SyntaxError', error.message) : error;
  }
}
