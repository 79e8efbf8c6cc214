// Connects through an HTTP proxy by CONNECT (RFC 9110 §9.3.6), with TLS to the destination inside the tunnel if needed.

import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { WebSocketUrl } from '../handshake/websocket-url.ts';

/**
 * Returns a function for the option `connect` of `dial` that dials through the proxy.
 *
 * @param tls - the options of TLS for the destination, and for a proxy with an https: URL
 */
export function tunnelThrough(
  proxy: URL,
  tls: ConnectionOptions,
): (target: WebSocketUrl, signal: AbortSignal) => Promise<Duplex> {
  return async (target, signal) => {
    const socket = await openTunnel(proxy, tls, target, signal);
    if (!target.secure) return socket;
    const { hostname } = target;
    const servername = isIP(hostname) === 0 ? { servername: hostname } : {};
    return connectTls({ ...tls, ...servername, socket, host: hostname, ALPNProtocols: ['http/1.1'] });
  };
}

function openTunnel(
  proxy: URL,
  tls: ConnectionOptions,
  { hostname, port }: WebSocketUrl,
  signal: AbortSignal,
): Promise<Duplex> {
  const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  const secure = proxy.protocol === 'https:';
  const request = (secure ? requestHttps : requestHttp)({
    ...(secure ? tls : {}),
    method: 'CONNECT',
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (secure ? 443 : 80),
    path: authority,
    headers: { Host: authority, ...authorization(proxy) },
    agent: false,
    signal,
  });
  return new Promise((resolve, reject) => {
    request.on('error', error =>
      reject(new Error(`the proxy ${proxy.host}: ${error.message}`, { cause: error })),
    );
    request.on('connect', ({ statusCode = 0, statusMessage = '' }, socket, head) => {
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket);
      }
      socket.destroy();
      reject(new Error(`the proxy ${proxy.host} responded with ${statusCode} ${statusMessage}`.trimEnd()));
    });
    request.end();
  });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}
