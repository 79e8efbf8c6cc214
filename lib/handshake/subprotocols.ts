// Sec-WebSocket-Protocol (RFC 6455 §4.1, §11.3.4): distinct tokens, the preferred first.

import { described } from '../base/described.ts';
import type { OptionRule } from '../base/option-rule.ts';
import type { HeaderFields } from './header-fields.ts';
import { headerElements, isToken } from './headers.ts';

const maxProtocols = 32;

/**
 * Returns the subprotocols that a client offers as a list.
 *
 * @throws SyntaxError unless they are at most 32 distinct tokens, as on the platform
 * @throws TypeError for anything but a string or a list
 */
export function checkedProtocols(protocols: string | Iterable<string> = []): readonly string[] {
  if (typeof protocols !== 'string' && typeof protocols?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`protocols must be a string or a list of strings (got ${described(protocols)})`);
  }
  const list = typeof protocols === 'string' ? [protocols] : [...protocols];
  if (!areProtocols(list)) {
    throw new SyntaxError(
      `protocols must be at most ${maxProtocols} distinct tokens (got ${JSON.stringify(list)})`,
    );
  }
  return list;
}

/** The rule of a client's option `protocols`: {@link checkedProtocols}. */
export const offeredProtocolsRule: OptionRule<readonly string[]> = {
  fallback: [],
  check: value => checkedProtocols(value as string | Iterable<string>),
};

/** A function that selects one of the offered subprotocols, or `undefined` for none, directly or by a promise. */
export type ProtocolChoice = (offered: readonly string[]) => string | undefined | Promise<string | undefined>;

/** A server's selection of a subprotocol: the first of the client's that is in the list, or the result of the function. */
export type ProtocolPolicy = readonly string[] | ProtocolChoice;

/**
 * Returns the policy as a function.
 *
 * @throws TypeError for anything but a function or a list of distinct tokens
 */
export function protocolChoice(protocols: ProtocolPolicy = []): ProtocolChoice {
  if (typeof protocols === 'function') return protocols;
  if (!Array.isArray(protocols) || !areDistinctTokens(protocols)) {
    const got = Array.isArray(protocols) ? JSON.stringify(protocols) : described(protocols);
    throw new TypeError(`protocols must be a list of distinct tokens, or a function (got ${got})`);
  }
  const known = new Set(protocols);
  return offered => offered.find(protocol => known.has(protocol));
}

/** The rule of a server's option `protocols`: {@link protocolChoice}. A function is called as a method of the options. */
export const protocolChoiceRule: OptionRule<ProtocolChoice> = {
  fallback: protocolChoice(),
  check: (value, _name, options) => protocolChoice(value as ProtocolPolicy).bind(options),
};

/**
 * Returns the subprotocols that a request offers, none if the header is absent; `undefined` if it is not a list of 1 to 32
 * distinct tokens. Empty elements are skipped (RFC 9110 §5.6.1).
 */
export function offeredProtocols(headers: HeaderFields): readonly string[] | undefined {
  if (!headers.has('sec-websocket-protocol')) return [];
  const list = headerElements(headers, 'sec-websocket-protocol');
  return list.length === 0 || !areProtocols(list) ? undefined : list;
}

function areProtocols(list: readonly string[]): boolean {
  return list.length <= maxProtocols && areDistinctTokens(list);
}

function areDistinctTokens(list: readonly string[]): boolean {
  return list.every(isToken) && (list.length < 2 || new Set(list).size === list.length);
}
