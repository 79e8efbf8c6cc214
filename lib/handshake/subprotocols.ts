// Sec-WebSocket-Protocol (RFC 6455 §4.1, §11.3.4): distinct tokens, the preferred first.

import { type HeaderList, headerElements, headerValue, isToken } from './headers.ts';

const maxProtocols = 32;

/**
 * The subprotocols that a client offers.
 *
 * @throws TypeError for what is no string
 * @throws SyntaxError unless they are distinct tokens, as on the platform
 * @throws RangeError for more than 32
 */
export function checkedProtocols(protocols: string | readonly string[] = []): readonly string[] {
  const list = typeof protocols === 'string' ? [protocols] : [...protocols];
  for (const protocol of list) {
    if (typeof protocol !== 'string') throw new TypeError('protocols must be strings');
    if (!isToken(protocol)) throw new SyntaxError(`not a subprotocol: ${JSON.stringify(protocol)}`);
  }
  if (new Set(list).size < list.length) throw new SyntaxError('protocols must be distinct');
  if (list.length > maxProtocols) throw new RangeError(`protocols must be at most ${maxProtocols}`);
  return list;
}

/**
 * The subprotocols that a request offers, none when the header is absent; `undefined`: not a list of 1 to 32
 * distinct tokens. Empty elements are skipped (RFC 9110 §5.6.1).
 */
export function offeredProtocols(headers: HeaderList): readonly string[] | undefined {
  if (headerValue(headers, 'sec-websocket-protocol') === undefined) return [];
  const list = headerElements(headers, 'sec-websocket-protocol');
  const valid = list.length > 0 && list.length <= maxProtocols && list.every(isToken);
  return valid && new Set(list).size === list.length ? list : undefined;
}
