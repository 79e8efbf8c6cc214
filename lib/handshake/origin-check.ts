// Which web pages may open a WebSocket here (RFC 6455 §10.2): without a check, every page can, with the cookies of its visitor.

import { described } from '../base/described.ts';
import type { OptionRule } from '../base/option-rule.ts';

/** What a policy looks at: a server's handshake, over any version of HTTP. */
export interface OriginSubject {
  /** The Origin header; absent from clients that are no browsers. */
  readonly origin: string | undefined;
  /** The host that is asked for, with its port where that is not the default. */
  readonly host: string;
}

/**
 * - `'same-origin'`: the origin's host and port are those of the Host header. The schemes are not compared: a server
 *   behind a proxy does not know its own. For a proxy that rewrites Host, list the origins.
 * - a list: origins such as `https://example.com`, compared as parsed origins: case and default port do not matter.
 * - `'any'`: for a service that is meant for every site.
 * - a function: true lets the handshake pass; it decides about absent origins, too.
 *
 * All but the function let pass a request without Origin, since only browsers send it and only browsers must be
 * checked: other clients can send what they like. The origin `null` (sandboxed pages, files) passes `'any'` alone,
 * or a function.
 */
export type OriginPolicy = 'same-origin' | 'any' | readonly string[] | ((subject: OriginSubject) => boolean);

/**
 * The policy as a predicate.
 *
 * @throws TypeError for what is no policy, and for a list with an element that is no origin
 */
export function originCheck(policy: OriginPolicy = 'same-origin'): (subject: OriginSubject) => boolean {
  if (typeof policy === 'function') return policy;
  if (policy === 'any') return () => true;
  if (policy === 'same-origin') return ({ origin, host }) => origin === undefined || isSameHost(origin, host);
  if (!Array.isArray(policy)) {
    throw new TypeError(
      `origins must be 'same-origin', 'any', a list or a function (got ${described(policy)})`,
    );
  }
  const allowed = new Set(
    policy.map((origin: string) => {
      const parsed = parseOrigin(origin);
      if (parsed === undefined) throw new TypeError(`origins: not an origin: ${JSON.stringify(origin)}`);
      return parsed;
    }),
  );
  return ({ origin }) => origin === undefined || allowed.has(parseOrigin(origin) ?? '');
}

/** The option `origins`: {@link originCheck}. A function is called as a method of the options object. */
export const originsRule: OptionRule<(subject: OriginSubject) => boolean> = {
  fallback: originCheck(),
  check: (value, _name, options) => originCheck(value as OriginPolicy).bind(options),
};

/** The host is read as of the origin's own scheme, for its default port. */
function isSameHost(origin: string, host: string): boolean {
  const parsed = parseOrigin(origin);
  return parsed !== undefined && parsed === parseOrigin(`${parsed.slice(0, parsed.indexOf('/'))}//${host}`);
}

/**
 * Scheme, host and port in normal form; `undefined`: not an origin. Not `URL.origin`, which is `null` for browser
 * extensions.
 */
function parseOrigin(origin: string): string | undefined {
  try {
    const { protocol, host } = new URL(origin);
    return /^[^:]+:\/\/[^/?#@\\]+\/?$/.test(origin) ? `${protocol}//${host}` : undefined;
  } catch {
    return undefined;
  }
}
