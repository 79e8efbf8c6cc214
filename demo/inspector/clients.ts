// The clients of the page: one in memory, or two at the demo server, to compare them.

import { openBrowserClient } from './links/browser-client.ts';
import type { LinkObserver } from './links/link.ts';
import { openMemoryLink } from './links/memory-link.ts';
import { openServerLink } from './links/server-link.ts';
import { tunnelClient } from './links/tunnel-client.ts';
import { watchPaths } from './links/watch-protocol.ts';
import type { ConnectionSettings } from './play/settings.ts';
import type { OpenLink } from './session.ts';

export type Mode = 'memory' | 'server';

/** The lanes in which a client is drawn. */
export type Slot = 'first' | 'second';

/** The address of the demo server, if it has served this page. */
export function demoServer(): string | undefined {
  const { protocol, host } = location;
  return 'server' in document.body.dataset ? `${protocol.replace('http', 'ws')}//${host}` : undefined;
}

/** Returns the function that opens each client. */
export function openers(mode: Mode, settings: ConnectionSettings): ReadonlyMap<Slot, OpenLink> {
  if (mode === 'memory') {
    return new Map([['first', (observer: LinkObserver) => openMemoryLink(settings, observer)]]);
  }
  const server = demoServer()!;
  const ours = tunnelClient(`${server}${watchPaths.tunnel}`, settings);
  return new Map([
    ['first', observer => openServerLink(server, openBrowserClient, settings, observer)],
    ['second', observer => openServerLink(server, ours, settings, observer)],
  ]);
}
