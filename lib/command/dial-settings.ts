// Makes the options of `dial` from the command line and the environment.

import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { DialOptions } from '../hosts/dial.ts';
import type { Destination, Settings, TlsFiles } from './arguments.ts';
import { usageError } from './command-error.ts';
import { tunnelThrough } from './http-tunnel.ts';
import { type Environment, proxyFor } from './proxy-environment.ts';

/**
 * Returns the options that open a WebSocket to this destination.
 *
 * @throws CommandError for files that cannot be read, and for an unsupported proxy
 */
export function dialSettings({ url }: Destination, settings: Settings, env: Environment): DialOptions {
  const { headers, auth, protocols, origin, compress, openTimeoutMs, socketPath, useProxy } = settings;
  const tls: ConnectionOptions = {
    ...readTlsFiles(settings.tls),
    ...(settings.insecure ? { rejectUnauthorized: false } : {}),
  };
  const proxy = useProxy && socketPath === undefined ? proxyFor(url, env) : undefined;
  return {
    headers: auth === undefined ? headers : [...headers, ['Authorization', basic(auth)]],
    protocols,
    origin,
    deflate: compress,
    handshakeTimeoutMs: openTimeoutMs,
    tls,
    socketPath,
    connect: proxy && tunnelThrough(proxy, tls),
  };
}

/** Returns the header of Basic authorization (RFC 7617). */
function basic(auth: string): string {
  return `Basic ${Buffer.from(auth).toString('base64')}`;
}

/** @throws CommandError for a file that cannot be read */
export function readTlsFiles(files: TlsFiles): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const given = Object.entries(files).filter(([, path]) => path !== undefined);
  return Object.fromEntries(given.map(([name, path]) => [name, readFile(name, path)]));
}

function readFile(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw usageError(`--${name}: ${(error as Error).message}`);
  }
}
