// Meets real peers: `npm run interop`, or `npm run interop -- ws chromium` for those whose name holds one of the words.
// What is not installed is skipped, and named with the command that installs it; with `--no-skip`, or CI=true in the
// environment, that is a failure. Last come the table and `N passed, N failed`.

import type { Role } from '../../lib/base/choice.ts';
import { type CheckName, checks } from './checks.ts';
import { Meeting } from './meeting.ts';
import type { Peer } from './peer.ts';
import { peers } from './peers.ts';
import { type Cell, type Row, table } from './table.ts';

const checkTimeoutMs = 20_000;
const names = Object.keys(checks) as CheckName[];
const words = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
const mayNotSkip = process.argv.includes('--no-skip') || process.env.CI === 'true';

const notes: string[] = [];
const rows: Row[] = [];

async function meetPeer(peer: Peer): Promise<void> {
  const installed = peer.isInstalled();
  if (!installed) notes.push(`${peer.name} is not installed: ${peer.install}`);
  for (const role of ['server', 'client'] as const) {
    const cannot = peer.roles[role];
    if (cannot === undefined) continue;
    rows.push(installed ? await meet(peer, role, cannot) : skipped(peer, role, cannot));
  }
}

function skipped(peer: Peer, role: Role, cannot: readonly CheckName[]): Row {
  const outcome = mayNotSkip ? 'FAILED' : 'skipped';
  return {
    name: `${peer.name} ${role}`,
    cells: names.map(name => (cannot.includes(name) ? 'n/a' : outcome)),
  };
}

async function meet(peer: Peer, role: Role, cannot: readonly CheckName[]): Promise<Row> {
  const meeting = new Meeting(peer, role);
  const cells: Cell[] = [];
  try {
    await inTime(meeting.start());
    for (const name of names) {
      progress(`${peer.name} ${role}: ${name}`);
      cells.push(cannot.includes(name) ? 'n/a' : await outcome(meeting, name));
    }
  } catch (error) {
    notes.push(`${peer.name} ${role} does not start: ${(error as Error).message}`);
    while (cells.length < names.length) cells.push('FAILED');
  } finally {
    await meeting.stop();
  }
  const count = (cell: Cell) => cells.filter(other => other === cell).length;
  progress(`${peer.name} ${meeting.version} as ${role}: ${count('ok')} passed, ${count('FAILED')} failed\n`);
  return { name: `${peer.name} ${meeting.version} ${role}`, cells };
}

async function outcome(meeting: Meeting, name: CheckName): Promise<Cell> {
  try {
    await inTime(checks[name](meeting));
    return 'ok';
  } catch (error) {
    notes.push(`${meeting.peer.name} ${meeting.role}, ${name}: ${(error as Error).stack ?? error}`);
    return 'FAILED';
  }
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${checkTimeoutMs} ms`)), checkTimeoutMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** On a terminal one line that changes; elsewhere only whole lines. */
function progress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
  else if (line.endsWith('\n')) process.stdout.write(line);
}

process.on('unhandledRejection', reason => notes.push(`unhandled: ${(reason as Error).stack ?? reason}`));

for (const peer of peers)
  if (words.length === 0 || words.some(word => peer.name.includes(word))) await meetPeer(peer);

const total = (cell: Cell) => rows.flatMap(row => row.cells).filter(other => other === cell).length;
const strays = notes.filter(note => note.startsWith('unhandled')).length;
const failed = total('FAILED') + strays;
if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
console.log(`\n${table(names, rows)}`);
const tail = total('skipped') === 0 ? '' : `, ${total('skipped')} skipped`;
console.log(`\n${total('ok')} passed, ${failed} failed${tail}`);
process.exit(failed === 0 && rows.length > 0 ? 0 : 1);
