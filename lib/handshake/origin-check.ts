// Which web pages may open a WebSocket here (RFC 6455 §10.2): without a check, every page can, with the cookies of its visitor.

import { described } from '../base/described.ts';
import type { OptionRule } from '../base/option-rule.ts';

/** What a policy looks at: a server's handshake, over any version of HTTP. */
export interface OriginSubject {
  /** The Origin header; absent from clients that are no browsers. */
  readonly origin: string | undefined;
  /** The host that is asked for, with its port if that is not the default. */
  readonly host: string;
}

/**
 * - `'same-origin'`: an origin of http or https whose host and port are those that the request asks for. The schemes are
 *   not compared: a server behind a proxy does not know its own. For a proxy that rewrites Host, list the origins.
 * - a list: origins such as `https://example.com`, compared as parsed origins: case and default port do not matter.
 *   `https://*.example.com` stands for every origin with exactly one label more.
 * - `'any'`: for a service that is meant for every site.
 * - a function: `true` admits, `false` refuses, now or later; anything else, or a rejection, refuses with 500. It decides
 *   about absent origins, too.
 *
 * All but the function admit a request without Origin, since only browsers send it and only browsers must be
 * checked: other clients can send what they like. The origin `null` (sandboxed pages, files) passes `'any'` alone,
 * or a function.
 */
export type OriginPolicy =
  | 'same-origin'
  | 'any'
  | readonly string[]
  | ((subject: OriginSubject) => boolean | Promise<boolean>);

/** A policy as a function, and the words for what it compares with. */
export interface OriginCheck {
  /** Whether the page may connect. What comes of a user's function is not to be trusted: only `true` admits. */
  admits(subject: OriginSubject): boolean | Promise<boolean>;
  /** Says why a page was refused, for the server's own log. */
  reason(subject: OriginSubject): string;
}

/**
 * Returns the policy as a check. A function is called as a method of `options`.
 *
 * @throws TypeError for what is no policy, and for a list with an element that is no origin
 */
export function originCheck(policy: OriginPolicy = 'same-origin', options: object = {}): OriginCheck {
  if (typeof policy === 'function') {
    return { admits: policy.bind(options), reason: () => 'the function `origins` does not admit it' };
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

/** A peer's text is cut to this many characters in messages. */
const maxShown = 100;

const sameOrigin: OriginCheck = {
  admits: ({ origin, host }) => origin === undefined || isSameHost(origin, host),
  reason: ({ host }) =>
    `the host of the request is ${JSON.stringify(host.slice(0, maxShown))}, and \`origins\` is 'same-origin'`,
};

/** The option `origins`: {@link originCheck}. */
export const originsRule: OptionRule<OriginCheck> = {
  fallback: sameOrigin,
  check: (value, _name, options) => originCheck(value as OriginPolicy, options),
};

/** The host is read as of the origin's own scheme, for its default port. */
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
  const hint = origin === '*' ? "; every origin is 'any', without a list" : '';
  return new TypeError(
    `origins must hold origins such as "https://example.com" or "https://*.example.com" (got ${described(origin)}${hint})`,
  );
}

/** A label in place of an asterisk: in URLs of browsers an asterisk is encoded, or refused. */
const standIn = 'asterisk--label';

/** `https://*.example.com` → whether an origin has one label in place of the asterisk. */
function wildcard(pattern: string): (origin: string) => boolean {
  const [scheme, rest] = pattern.split('*') as [string, string];
  return origin => {
    if (!origin.startsWith(scheme) || !origin.endsWith(rest)) return false;
    const label = origin.slice(scheme.length, -rest.length);
    return label !== '' && !label.includes('.');
  };
}

/**
 * Scheme, host and port in normal form; `undefined`: not an origin. Not `URL.origin`, which is `null` for browser
 * extensions.
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
