// `ws` as an endpoint, in a separate process and over TCP.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EndpointOptions } from '../case.ts';
import type { Endpoint } from './endpoint.ts';
import { accepted, dialled } from './tcp.ts';
import type { Answer, Request } from './ws-peer.ts';

export function wsEndpoint(): Endpoint {
  const peer = fork(fileURLToPath(new URL('./ws-peer.js', import.meta.url)));
  const answers = new Map<number, (port: number) => void>();
  const servers = new Map<string, Promise<number>>();
  let requests = 0;
  peer.on('message', ({ id, port }: Answer) => {
    answers.get(id)?.(port);
    answers.delete(id);
  });
  const request = (options: EndpointOptions, dial?: string) =>
    new Promise<number>(resolve => {
      answers.set(++requests, resolve);
      peer.send({ id: requests, options, ...(dial !== undefined && { dial }) } satisfies Request);
    });
  return {
    name: 'ws',
    async connect(role, options) {
      if (role === 'client') return accepted(url => void request(options, url));
      const key = JSON.stringify(options);
      const port = servers.get(key) ?? request(options);
      servers.set(key, port);
      return dialled('127.0.0.1', await port);
    },
    async close() {
      const exited = new Promise(resolve => peer.once('exit', resolve));
      peer.disconnect();
      await exited;
    },
  };
}
