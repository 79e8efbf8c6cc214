// Compares what both sides and the proxy tell of one connection with its plan, and with each other.

import type { Fault } from './fault.ts';
import type { Plan } from './plan.ts';
import type { ProxyRecord, SideRecord } from './records.ts';

export interface Testimony {
  readonly client: SideRecord;
  /** Absent if the request never reached the server. */
  readonly server?: SideRecord | undefined;
  readonly proxy?: ProxyRecord | undefined;
}

/** Codes that say that the peer broke the protocol or a limit, which neither side ever does here. */
const accusations = [1002, 1003, 1007, 1009];

/** The faults of a connection, each with the side that shows it. */
export function judge(plan: Plan, testimony: Testimony): Fault[] {
  const { client, server } = testimony;
  const disturbed = isDisturbed(plan, testimony);
  const sides = server === undefined ? [client] : [client, server];
  const faults = sides.flatMap(side => [...side.faults, ...faultsOfEnd(plan, side, disturbed)]);
  if (server === undefined && !disturbed) faults.push(unexpected('no server took the connection'));
  if (server !== undefined && client.outcome !== 'refused' && server.outcome !== 'refused') {
    faults.push(...faultsOfDirection(plan, client, server, disturbed));
    faults.push(...faultsOfDirection(plan, server, client, disturbed));
  }
  return faults;
}

/** The times of a connection that is to be silenced are short: a slow machine may end it before. */
function isDisturbed(plan: Plan, { client, server, proxy }: Testimony): boolean {
  const terminated = client.terminated || server?.terminated === true;
  return terminated || proxy?.broke !== undefined || plan.break?.type === 'dead';
}

function unexpected(text: string): Fault {
  return { kind: 'unexpected end', text };
}

function faultsOfEnd(plan: Plan, side: SideRecord, disturbed: boolean): Fault[] {
  const { from, outcome, error, failureCode, initiator, closeSent } = side;
  if (outcome === 'clean') {
    const faithful = initiator !== 'local' || sameClose(closeSent, plannedClose(plan));
    return faithful ? [] : [unexpected(`${from} sent another Close: ${JSON.stringify(closeSent)}`)];
  }
  const accused = accusations.includes(failureCode ?? 0);
  return disturbed && !accused ? [] : [unexpected(`${from} ${outcome}: ${error}`)];
}

/** A writer that closes gives no code. */
function plannedClose({ ending, closeCode, reason }: Plan): SideRecord['closeSent'] {
  return ending === 'writer' ? { reason: '' } : { closeCode, reason };
}

function sameClose(a: SideRecord['closeSent'], b: SideRecord['closeSent']): boolean {
  return a?.closeCode === b?.closeCode && a?.reason === b?.reason;
}

/** Everything that left before a Close must be there before it. */
function faultsOfDirection(plan: Plan, from: SideRecord, to: SideRecord, disturbed: boolean): Fault[] {
  const faults: Fault[] = [];
  const lost = (text: string) => faults.push({ kind: 'lost', text: `${to.from}: ${text}` });
  if (to.received > from.sent) {
    faults.push({ kind: 'twice', text: `${to.from}: ${to.received} came, ${from.sent} were sent` });
  }
  if (to.closeReceived === undefined) return faults;
  if (!sameClose(from.closeSent, to.closeReceived)) {
    const [sent, received] = [from.closeSent, to.closeReceived].map(close => JSON.stringify(close));
    faults.push({ kind: 'corrupt', text: `${to.from}: the Close was ${sent}, ${received} came` });
  }
  if (!to.readToEnd) return faults;
  // Who closes before everything has come drops what comes afterwards and exceeds the look-ahead.
  if (to.initiator === 'local' && plan.ending !== 'orderly') return faults;
  if (to.received < from.sent) lost(`${to.received} came, ${from.sent} were sent`);
  if (to.received < from.settled) lost(`${to.received} came, ${from.settled} writes had settled`);
  if (closedBehindAll(plan, from) && to.received < from.written) {
    lost(`${to.received} came, ${from.written} were written before close()`);
  }
  const all = plan[from.from].messages;
  if (plan.ending === 'orderly' && !disturbed && to.received !== all) {
    lost(`${to.received} came, ${all} were planned`);
  }
  return faults;
}

/** Whether this side's Close left first, and so after whatever it had written. */
function closedBehindAll({ ending }: Plan, { initiator }: SideRecord): boolean {
  return initiator === 'local' && ending !== 'abort' && ending !== 'terminate';
}
