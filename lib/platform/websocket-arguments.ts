// The URL and the subprotocols that a constructor of the platform takes → as the WebSockets standard parses and checks
// them ("getting a URL record", "The WebSocket interface").

import { domException } from '../base/dom-exception.ts';
import type { OptionRule, OptionRules } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { sequence } from '../base/web-idl.ts';
import { checkedProtocols } from '../handshake/subprotocols.ts';
import type { SettledConnectOptions } from '../sockets/proposal.ts';

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

const protocolsRule: OptionRule<readonly string[]> = {
  fallback: [],
  check: (value, name) => checkedProtocols(sequence(name, value)),
};

const deliverRule: OptionRule<'messages'> = {
  fallback: 'messages',
  check() {
    throw new TypeError('deliver must not be given: a WebSocketStream delivers messages');
  },
};

/** Returns the options of a `WebSocketStream` whose opener has these options. */
export function streamOptions<Options extends SettledConnectOptions>(
  rules: () => OptionRules<Options>,
): OptionTable<Options> {
  return new OptionTable<Options>('WebSocketStream', () => ({
    ...rules(),
    protocols: protocolsRule,
    deliver: deliverRule,
  }));
}

/**
 * Checks the options, and returns them with all defaults.
 *
 * @throws DOMException SyntaxError for subprotocols that are no distinct tokens
 * @throws TypeError and RangeError for other options, by name
 */
export function checkOptions<Options extends SettledConnectOptions>(
  table: OptionTable<Options>,
  options: object,
): Options {
  try {
    return table.check(options);
  } catch (error) {
    throw error instanceof SyntaxError ? domException('SyntaxError', error.message) : error;
  }
}
