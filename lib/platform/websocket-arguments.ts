// Parses and checks the arguments of the platform's constructors as the WebSockets standard demands ("get a URL record", "The
// WebSocket interface").

import { domException } from '../base/dom-exception.ts';
import type { OptionRule, OptionRules } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { sequence } from '../base/web-idl.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import { checkedProtocols } from '../handshake/subprotocols.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import type { ConnectOptions, SettledConnectOptions } from '../sockets/proposal.ts';

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
  // A serialized URL contains `#` only before a fragment.
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
    throw new TypeError('deliver must not be given: the platform interfaces deliver whole messages');
  },
};

/** Returns the option table of a platform class with an opener that has these options. */
export function platformOptions<Options extends SettledConnectOptions>(
  owner: 'WebSocketStream' | 'WebSocket',
  rules: () => OptionRules<Options>,
): OptionTable<Options> {
  // WebIDL reads the members of a dictionary in the order of their names.
  const own = { protocols: protocolsRule, deliver: deliverRule };
  return new OptionTable<Options>(owner, () => ({ ...own, ...rules(), ...own }));
}

/**
 * Checks the options and returns them with their defaults.
 *
 * @throws DOMException SyntaxError for subprotocols that are not distinct tokens
 * @throws TypeError and RangeError for other invalid options; the message names the option
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

/** Opens a WebSocket with these options until their signal aborts. */
export type WebSocketOpener = (url: string, options: ConnectOptions) => Promise<OpenWebSocket>;

/**
 * Opens a WebSocket as the platform does: fails if the server chooses none of the offered subprotocols, unless
 * `requireProtocol` is false. The caller's opener need not check that.
 *
 * @throws HandshakeError in that case, and the errors of the opener
 */
export async function openExactly(
  open: WebSocketOpener,
  url: string,
  options: ConnectOptions,
): Promise<OpenWebSocket> {
  const socket = await open(url, options);
  if (socket.protocol !== '' || options.protocols?.length === 0 || options.requireProtocol === false)
    return socket;
  socket.terminate();
  throw new HandshakeError('the server chose none of the offered subprotocols', { code: 'ERR_NO_PROTOCOL' });
}
