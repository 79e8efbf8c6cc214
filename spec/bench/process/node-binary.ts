// The Node that runs what is measured: this one, or one that npm installs.

import { execFileSync } from 'node:child_process';
import { binaries, install } from '../../runtimes/install.ts';

export interface NodeBinary {
  readonly path: string;
  readonly version: string;
}

/** @param major - undefined: the Node that runs this */
export async function nodeBinary(major: number | undefined): Promise<NodeBinary> {
  if (major === undefined) return { path: process.execPath, version: process.version };
  await install(console.log, [`node-${major}`]);
  const path = binaries.node(major);
  if (path === undefined) throw new Error(`Node ${major} is not installed`);
  return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() };
}
