// Finds the Node binary that runs the measured processes: the current one, or another version installed by npm.

import { execFileSync } from 'node:child_process';
import { binaries, install } from '../../runtimes/install.ts';

export interface NodeBinary {
  readonly path: string;
  readonly version: string;
}

/** @param major - the major version; undefined for the current Node */
export async function nodeBinary(major: number | undefined): Promise<NodeBinary> {
  if (major === undefined) return { path: process.execPath, version: process.version };
  await install(console.log, [`node-${major}`]);
  const path = binaries.node(major);
  if (path === undefined) throw new Error(`Node ${major} is not installed`);
  return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() };
}
