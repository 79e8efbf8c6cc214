// The list of peers.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { binaries, installCommand } from '../runtimes/install.ts';
import type { CheckName } from './checks.ts';
import { ChromiumPage, chromiumInstall, isChromiumInstalled } from './chromium.ts';
import { type FailedInfo, type Peer, PeerProcess, refusal } from './peer.ts';
import { peersFolder } from './peers-folder.ts';

/** Checks that the platform's interface does not support: it sends no fragments, and has no options for offers. */
const whatwgCannot: readonly CheckName[] = ['frag←', 'offers'];
const whatwg = { refusalReport: {}, withoutSubprotocol: 'failed' } as const;

const python = '/usr/bin/python3';
/** A Node with a global `WebSocket`: the current one, or Node 24. */
const currentNode = Number.parseInt(process.versions.node, 10) >= 22 ? process.execPath : binaries.node(24);

export const peers: readonly Peer[] = [
  {
    name: 'ws',
    roles: { server: ['offers'], client: ['offers'] },
    refusalReport: refusal,
    withoutSubprotocol: 'failed',
    install: 'npm ci',
    isInstalled: () => canRun(process.execPath, ['-e', 'require("ws")']),
    start: role => startProgram(process.execPath, 'ws.js', role),
  },
  {
    name: 'undici',
    roles: { client: whatwgCannot },
    ...whatwg,
    install: 'npm ci',
    isInstalled: () => canRun(process.execPath, ['-e', 'require("undici")']),
    start: role => startProgram(process.execPath, 'undici.js', role),
  },
  {
    name: 'node',
    roles: { client: [...whatwgCannot, 'ping←'] },
    ...whatwg,
    install: installCommand,
    isInstalled: () => currentNode !== undefined,
    start: role => startProgram(currentNode!, 'node.js', role),
  },
  pythonPeer('websockets', 'open', { status: refusal.status }, []),
  pythonPeer('wsproto', 'open', refusal, ['offers']),
  {
    name: 'chromium',
    roles: { client: [...whatwgCannot, 'ping←'] },
    ...whatwg,
    pageProtocol: 'HTTP/1.1',
    install: chromiumInstall,
    isInstalled: isChromiumInstalled,
    start: (_, address) => ChromiumPage.start(`http://${address}/`),
  },
  {
    name: 'chromium over HTTP/2',
    roles: { client: [...whatwgCannot, 'ping←'] },
    ...whatwg,
    pageProtocol: 'HTTP/2',
    install: chromiumInstall,
    isInstalled: isChromiumInstalled,
    start: (_, address) => ChromiumPage.start(`https://${address}/`),
  },
];

/** Returns a Python library as packaged by Debian. */
function pythonPeer(
  library: string,
  withoutSubprotocol: Peer['withoutSubprotocol'],
  refusalReport: FailedInfo,
  clientCannot: readonly CheckName[],
): Peer {
  return {
    name: `python3-${library}`,
    roles: { server: ['offers'], client: clientCannot },
    refusalReport,
    withoutSubprotocol,
    install: `apt-get install python3-${library}`,
    isInstalled: () => canRun(python, ['-c', `import ${library}`]),
    start: role => startProgram(python, `python-${library}.py`, role),
  };
}

async function startProgram(command: string, program: string, role: string): Promise<PeerProcess> {
  return new PeerProcess(command, [fileURLToPath(new URL(program, peersFolder)), role]);
}

function canRun(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: fileURLToPath(peersFolder) }).status === 0;
}
