// Routes the WebSocket requests of a Node server to several services: the first service that matches gets the request, and a
// request that none matches gets a 404.

import type { EventEmitter } from 'node:events';
import type { Server as HttpServer, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Stream } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { OptionTable } from '../base/option-table.ts';
import { admissionRules, type SettledAdmissionOptions } from '../sockets/admission.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { upgradeChecked } from './upgrade.ts';
import { upgradeHttp2Checked } from './upgrade-http2.ts';

/** A Node server on which WebSockets can be served. */
export type WebSocketHost = HttpServer | HttpsServer | Http2Server | Http2SecureServer;

/** A request for another protocol that a server has received. */
export interface ServedRequest {
  /** The path as it was sent, without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Responds to the request. */
  open(options: SettledAdmissionOptions): Promise<OpenWebSocket>;
}

/** A service. Returns true if it has taken the request. */
export type Route = (request: ServedRequest) => boolean;

/** A server with the events of both kinds, without the overloads. */
type Host = EventEmitter & Partial<Pick<Http2Server, 'updateSettings'>>;

const notFound = /* @__PURE__ */ refusing(404);

/** Returns options that refuse every valid request with this status. */
export function refusing(status: number): () => SettledAdmissionOptions {
  const table = new OptionTable<SettledAdmissionOptions>('serve', admissionRules);
  return () => table.check({ origins: 'any', authorize: () => ({ status }) });
}

const routers = new WeakMap<object, UpgradeRouter>();

/** Adds a service to a server. Returns a function that removes it. */
export function route(server: WebSocketHost, service: Route): () => void {
  const router = routers.get(server) ?? new UpgradeRouter(server);
  routers.set(server, router);
  return router.add(service);
}

/** The services of one server. It listens while there are any. */
class UpgradeRouter {
  readonly #server: Host;
  readonly #services = new Set<Route>();
  /** The streams seen so far, because Node's HTTP/2 servers may report the same one by two events. */
  readonly #streams = new WeakSet<ServerHttp2Stream>();

  constructor(server: Host) {
    this.#server = server;
  }

  add(service: Route): () => void {
    if (this.#services.size === 0) this.#listen();
    // A function of its own, because the same service may be added twice.
    const own: Route = request => service(request);
    this.#services.add(own);
    return () => {
      if (this.#services.delete(own) && this.#services.size === 0) this.#stopListening();
    };
  }

  #listen(): void {
    this.#server.on('upgrade', this.#onUpgrade);
    if (this.#server.updateSettings === undefined) return;
    // RFC 8441 §3. The server adds it to its other settings, for later sessions.
    this.#server.updateSettings({ enableConnectProtocol: true });
    this.#server.on('stream', this.#onStream).on('connect', this.#onConnect);
  }

  #stopListening(): void {
    this.#server
      .off('upgrade', this.#onUpgrade)
      .off('stream', this.#onStream)
      .off('connect', this.#onConnect);
  }

  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Uint8Array): void => {
    const { url = '', headers } = request;
    const isShared = this.#server.listenerCount('upgrade') > 1;
    const open = (options: SettledAdmissionOptions) => upgradeChecked(request, socket, head, () => options);
    this.#dispatch({ path: pathOf(url), headers, open }, isShared);
  };

  readonly #onStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    if (headers[':protocol'] !== 'websocket' || this.#streams.has(stream)) return;
    this.#streams.add(stream);
    const open = (options: SettledAdmissionOptions) => upgradeHttp2Checked(stream, headers, () => options);
    this.#dispatch({ path: pathOf(`${headers[':path']}`), headers, open }, this.#sharesStreams());
  };

  /** Handles the 'connect' event: Node refuses each CONNECT if there is a listener for 'request' and none for this event. */
  readonly #onConnect = (
    request: { readonly stream: ServerHttp2Stream; readonly headers: IncomingHttpHeaders },
    response: { statusCode: number; end(): void },
  ): void => {
    if (request.headers[':protocol'] === 'websocket') return this.#onStream(request.stream, request.headers);
    if (this.#server.listenerCount('connect') > 1) return;
    response.statusCode = 405;
    response.end();
  };

  /** True if others than we and Node itself, which turns streams into requests, listen for streams. */
  #sharesStreams(): boolean {
    const nodes = this.#server.listenerCount('request') > 0 ? 1 : 0;
    return this.#server.listenerCount('stream') > 1 + nodes || this.#server.listenerCount('connect') > 1;
  }

  /** @param isShared - true if other listeners may take the request */
  #dispatch(request: ServedRequest, isShared: boolean): void {
    for (const service of this.#services) if (service(request)) return;
    if (!isShared) request.open(notFound()).catch(() => {});
  }
}

/** Returns the path of a request's target, which may be a whole URL (RFC 9112 §3.2.2). */
function pathOf(target: string): string {
  const path = target.replace(/^[a-z][\w+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*/s, '');
  return path === '' ? '/' : path;
}
