// The sans-I/O parsers of wsproto and websockets, in a Python process that answers lines of JSON.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { hex } from '../../support/hex.ts';
import type { Transcript, TranscriptEvent } from '../../support/reference-decoder.ts';
import type { Peer, Sequence } from './peer.ts';
import { pythonSource } from './python-source.ts';

let child: ChildProcess | undefined;
const pending: ((line: string) => void)[] = [];

export const wsproto: Peer = {
  name: 'wsproto',
  roles: ['client', 'server'],
  quirks: [
    'no length is rejected as too large',
    'a header is validated before its masking key',
    'the order of frames is validated with their payload',
    'a surrogate is detected at its third byte',
    'a control frame ends the compression of a message',
    'close code 1014 is unknown',
    'a new message inside a message is inflated first',
  ],
  transcribe: sequence => ask('wsproto', sequence),
  end,
};

export const websockets: Peer = {
  name: 'websockets',
  roles: ['client', 'server'],
  quirks: [
    'lengths need not be minimal',
    'the length of a control frame is checked by value, not form',
    'no length is rejected as too large',
    'the highest bit of a length is part of it',
    'a header is validated when its frame is complete',
    'data is output when its frame is complete',
    'UTF-8 is validated when its message is complete',
    'a Close inside a message is rejected',
    'a close reason is validated before its code',
  ],
  transcribe: sequence => ask('websockets', sequence),
  end,
};

function ask(peer: string, { role, compressed, wire }: Sequence): Promise<Transcript> {
  child ??= start();
  child.stdin!.write(`${JSON.stringify({ peer, role, compressed, wire: hex(wire) })}\n`);
  return new Promise((resolve, reject) => {
    pending.push(line => {
      const { events, end, error } = JSON.parse(line) as {
        events: (TranscriptEvent | ['close', null, string])[];
        end: number;
        error?: string;
      };
      if (error !== undefined) reject(new Error(error));
      resolve({
        events: events.map(one => (one[1] === null ? ['close', undefined, ''] : (one as TranscriptEvent))),
        end,
      });
    });
  });
}

function start(): ChildProcess {
  const python = spawn('/usr/bin/python3', ['-c', pythonSource], { stdio: ['pipe', 'pipe', 'inherit'] });
  createInterface({ input: python.stdout! }).on('line', line => pending.shift()?.(line));
  return python;
}

function end(): void {
  child?.stdin?.end();
  child = undefined;
}
