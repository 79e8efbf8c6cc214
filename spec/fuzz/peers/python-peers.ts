// The sans-IO halves of the Python world, in a child that answers a line of JSON with a line of JSON.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { hex } from '../../support/hex.ts';
import type { Said, Transcript } from '../../support/reference-decoder.ts';
import type { Peer, Sequence } from './peer.ts';
import { pythonSource } from './python-source.ts';

let child: ChildProcess | undefined;
const waiting: ((line: string) => void)[] = [];

export const wsproto: Peer = {
  name: 'wsproto',
  roles: ['client', 'server'],
  quirks: [
    'no length is too large',
    'a header is judged before its masking key',
    'the order of frames is judged with their payload',
    'a surrogate is seen at its third byte',
    'a control frame ends the compression of a message',
    'close code 1014 is unknown',
    'a message inside another one is inflated first',
  ],
  transcribe: sequence => ask('wsproto', sequence),
  end,
};

export const websockets: Peer = {
  name: 'websockets',
  roles: ['client', 'server'],
  quirks: [
    'lengths need not be minimal',
    'a control frame is too long by its length alone',
    'no length is too large',
    'the highest bit of a length counts',
    'a header is judged when its frame is whole',
    'data wait for the whole frame',
    'UTF-8 waits for the whole message',
    'a Close inside a message is refused',
    'a close reason is judged before its code',
  ],
  transcribe: sequence => ask('websockets', sequence),
  end,
};

function ask(peer: string, { role, compressed, wire }: Sequence): Promise<Transcript> {
  child ??= start();
  child.stdin!.write(`${JSON.stringify({ peer, role, compressed, wire: hex(wire) })}\n`);
  return new Promise((resolve, reject) => {
    waiting.push(line => {
      const { said, end, error } = JSON.parse(line) as {
        said: (Said | ['close', null, string])[];
        end: number;
        error?: string;
      };
      if (error !== undefined) reject(new Error(error));
      resolve({ said: said.map(one => (one[1] === null ? ['close', undefined, ''] : (one as Said))), end });
    });
  });
}

function start(): ChildProcess {
  const python = spawn('/usr/bin/python3', ['-c', pythonSource], { stdio: ['pipe', 'pipe', 'inherit'] });
  createInterface({ input: python.stdout! }).on('line', line => waiting.shift()?.(line));
  return python;
}

function end(): void {
  child?.stdin?.end();
  child = undefined;
}
