// Parses the address of a server of the command: `8080`, `0.0.0.0:8080`, `[::1]:8080` or `unix:PATH`.

import { usageError } from './command-error.ts';

/** An address for `net.Server.listen`. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Parses an address.
 *
 * @throws CommandError for an invalid one
 */
export function parseListenAddress(text: string): ListenAddress {
  if (/^unix:./.test(text)) return { path: text.slice('unix:'.length) };
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (port >= 0 && port < 65_536) return { host: bracketed ?? plain ?? '127.0.0.1', port };
  throw usageError(
    `an address to listen at must be PORT, HOST:PORT or unix:PATH (got ${JSON.stringify(text)})`,
  );
}
