// Reads the proxy for a destination from the environment: WSS_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, as curl and most
// tools do. Lower case takes precedence.

import { BlockList, isIP } from 'node:net';
import type { WebSocketUrl } from '../handshake/websocket-url.ts';
import { usageError } from './command-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the proxy for this destination; `undefined` if there is none.
 *
 * @throws CommandError for a proxy with a URL other than http: and https:
 */
export function proxyFor(target: WebSocketUrl, env: Environment): URL | undefined {
  const names = target.secure ? ['wss_proxy', 'https_proxy'] : ['ws_proxy', 'http_proxy'];
  const name = [...names, 'all_proxy'].find(name => read(env, name) !== undefined);
  if (name === undefined || isExcepted(target, read(env, 'no_proxy') ?? '')) return undefined;
  return checkedProxy(name, read(env, name)!);
}

/** Returns the value of a variable; `undefined` if it is empty. */
function read(env: Environment, name: string): string | undefined {
  return env[name] || env[name.toUpperCase()] || undefined;
}

function checkedProxy(name: string, text: string): URL {
  const href = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw usageError(`${name.toUpperCase()} must be an http: or https: URL`);
}

function isExcepted({ hostname, port }: WebSocketUrl, list: string): boolean {
  return list
    .split(/[,\s]+/)
    .filter(Boolean)
    .some(entry => matches(entry.toLowerCase(), hostname, port));
}

/** Matches `host`, `host:port`, an IPv6 address, or one in brackets with a port. */
const hostAndPort = /^(?<host>\[[^\]]+\]|[^:]+|[^[]*:[^[]*:[^[]*?)(?::(?<onlyPort>\d+))?$/;

/** Returns true if an entry matches: `*`, a host with its subdomains, an address or a range; a host may have a port. */
function matches(entry: string, hostname: string, port: number): boolean {
  if (entry === '*') return true;
  const family = isIP(hostname);
  if (entry.includes('/')) return family !== 0 && isInRange(entry, hostname, family);
  const { host: named = '', onlyPort } = hostAndPort.exec(entry)?.groups ?? {};
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
  const host = named.replace(/^\[|\]$|^\*?\./g, '');
  return hostname === host || (family === 0 && host !== '' && hostname.endsWith(`.${host}`));
}

function isInRange(range: string, address: string, family: number): boolean {
  const [network = '', prefix = ''] = range.split('/');
  if (isIP(network) !== family) return false;
  const bits = Number(prefix);
  if (!(Number.isInteger(bits) && bits >= 0 && bits <= (family === 4 ? 32 : 128))) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, bits, type);
  return list.check(address, type);
}
