// Decides which web pages may open a WebSocket (RFC 6455 §10.2): without a check every page can, with its visitor's cookies.

import { described } from '../base/described.ts';
import type { OptionRule } from '../base/option-rule.ts';

/** The part of a server's handshake that a policy depends on, over any version of HTTP. */
export interface OriginSubject {
  /** The Origin header. Only browsers send one. */
  readonly origin: string | undefined;
  /** The requested host, with its port unless that is the default. */
  readonly host: string;
}

/**
 * - `'same-origin'`: an origin of http or https with the host and port of the request. Schemes are not compared, because a
 *   server behind a proxy does not know its own. If a proxy rewrites Host, list the origins.
 * - a list: origins such as `https://example.com`, compared as parsed origins, so case and default port do not matter.
 *   `https://*.example.com` matches every origin with exactly one additional label.
 * - `'any'`: for a service that is meant for every site.
 * - a function: `true` allows, `false` rejects, directly or by a promise; any other value, and an error, rejects with 500. It
 *   also decides about requests without an origin.
 *
 * All but the function allow a request without Origin, because only browsers send it and only browsers must be checked:
 * other clients can send any origin. The origin `null` (sandboxed pages, files) is allowed only by `'any'` or a function.
 */
export type OriginPolicy =
  | 'same-origin'
  | 'any'
  | readonly string[]
  | ((subject: OriginSubject) => boolean | Promise<boolean>);

/** A policy as a function, and the reason of its rejections. */
export interface OriginCheck {
  /** Whether the page may connect. The result of a user's function is not validated: only `true` allows. */
  admits(subject: OriginSubject): boolean | Promise<boolean>;
  /** Returns why a page was rejected, for the server's own log. */
  reason(subject: OriginSubject): string;
}

/**
 * Returns the policy as a check. A function is called as a method of `options`.
 *
 * @throws TypeError for anything but a policy, and for a list with an element that is not an origin
 */
export function originCheck(policy: OriginPolicy = 'same-origin', options: object = {}): OriginCheck {
  if (typeof policy === 'function') {
    return { admits: policy.bind(options), reason: () => 'the function `origins` does not allow it' };
  }
  if (policy === 'any') return { admits: () => true, reason: () => '' };
  if (policy === 'same-origin') return sameOrigin;
  if (!Array.isArray(policy)) {
    throw new TypeError(
      `origins must be 'same-origin', 'any', a list or a function (got ${described(policy)})`,
    );
  }
  const { exact, wildcards } = parsedList(policy);
  return {
    admits: ({ origin }) => {
      if (origin === undefined) return true;
      const parsed = parseOrigin(origin);
      return parsed !== undefined && (exact.has(parsed) || wildcards.some(matches => matches(parsed)));
    },
    reason: () => 'it is not in the list `origins`',
  };
}

/** The most characters of a peer's text in messages. */
const maxShown = 100;

const sameOrigin: OriginCheck = {
  admits: ({ origin, host }) => origin === undefined || isSameHost(origin, host),
  reason: ({ host }) =>
    `the host of the request is ${JSON.stringify(host.slice(0, maxShown))}, and \`origins\` is 'same-origin'`,
};

/** The rule of the option `origins`: {@link originCheck}. */
export const originsRule: OptionRule<OriginCheck> = {
  fallback: sameOrigin,
  check: (value, _name, options) => originCheck(value as OriginPolicy, options),
};

/** Compares origin and host. The host is parsed with the origin's own scheme, for its default port. */
function isSameHost(origin: string, host: string): boolean {
  const parsed = parseOrigin(origin);
  if (parsed === undefined || !/^https?:/.test(parsed)) return false;
  return parsed === parseOrigin(`${parsed.slice(0, parsed.indexOf('/'))}//${host}`);
}

interface OriginList {
  readonly exact: ReadonlySet<string>;
  readonly wildcards: readonly ((origin: string) => boolean)[];
}

function parsedList(origins: readonly string[]): OriginList {
  const exact = new Set<string>();
  const wildcards: ((origin: string) => boolean)[] = [];
  for (const origin of origins) {
    const text = typeof origin === 'string' ? origin.replaceAll('*', standIn) : origin;
    const parsed = parseOrigin(text)?.replaceAll(standIn, '*');
    if (parsed === undefined || !/^[^*]*$|^[^*]*:\/\/\*\.[^*]+$/.test(parsed)) throw notAnOrigin(origin);
    if (parsed.includes('*')) wildcards.push(wildcard(parsed));
    else exact.add(parsed);
  }
  return { exact, wildcards };
}

function notAnOrigin(origin: unknown): TypeError {
  const hint = origin === '*' ? "; to allow every origin, use 'any' without a list" : '';
  return new TypeError(
    `origins must hold origins such as "https://example.com" or "https://*.example.com" (got ${described(origin)}${hint})`,
  );
}

/** A label that replaces an asterisk while a URL is parsed, because browsers encode or reject asterisks. */
const standIn = 'asterisk--label';

/** Returns whether an origin matches `https://*.example.com`, with one label in place of the asterisk. */
function wildcard(pattern: string): (origin: string) => boolean {
  const [scheme, rest] = pattern.split('*') as [string, string];
  return origin => {
    if (!origin.startsWith(scheme) || !origin.endsWith(rest)) return false;
    const label = origin.slice(scheme.length, -rest.length);
    return label !== '' && !label.includes('.');
  };
}

/**
 * Returns scheme, host and port in normal form, or `undefined` if it is not an origin. `URL.origin` is not used, because it
 * is `null` for browser extensions.
 */
function parseOrigin(origin: unknown): string | undefined {
  if (typeof origin !== 'string') return undefined;
  try {
    const { protocol, host } = new URL(origin);
    return /^[^:]+:\/\/[^/?#@\\]+\/?$/.test(origin) ? `${protocol}//${host}` : undefined;
  } catch {
    return undefined;
  }
}
