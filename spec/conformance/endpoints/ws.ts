// `ws` as an endpoint: a process of its own, reached over TCP.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EndpointOptions } from '../case.ts';
import type { Endpoint } from './endpoint.ts';
import { accepted, dialled } from './tcp.ts';
import type { Answer, Question } from './ws-peer.ts';

export function wsEndpoint(): Endpoint {
  const peer = fork(fileURLToPath(new URL('./ws-peer.js', import.meta.url)));
  const answers = new Map<number, (port: number) => void>();
  const servers = new Map<string, Promise<number>>();
  let questions = 0;
  peer.on('message', ({ id, port }: Answer) => {
    answers.get(id)?.(port);
    answers.delete(id);
  });
  const ask = (options: EndpointOptions, dial?: string) =>
    new Promise<number>(resolve => {
      answers.set(++questions, resolve);
      peer.send({ id: questions, options, ...(dial !== undefined && { dial }) } satisfies Question);
    });
  return {
    name: 'ws',
    async connect(role, options) {
      if (role === 'client') return accepted(url => void ask(options, url));
      const key = JSON.stringify(options);
      const port = servers.get(key) ?? ask(options);
      servers.set(key, port);
      return dialled('127.0.0.1', await port);
    },
    async close() {
      const gone = new Promise(resolve => peer.once('exit', resolve));
      peer.disconnect();
      await gone;
    },
  };
}
