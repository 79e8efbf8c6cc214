// Waits for the next task of the host. Timers and I/O do not run while only promises settle.

/** The functions of a host that schedule a task. */
export interface TaskHost {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly scheduler?: { wait?(ms: number): Promise<unknown> };
  readonly MessageChannel?: typeof MessageChannel;
  readonly setTimeout: (callback: () => void, ms: number) => unknown;
}

/** Returns a promise that settles in a later task, by the fastest way that the host has. */
export function nextTask(host: TaskHost = globalThis as TaskHost): Promise<void> {
  return new Promise(resolve => {
    if (host.setImmediate) host.setImmediate(resolve);
    // Hosts with this function (Workers) deliver messages before timers.
    else if (host.scheduler?.wait) void host.scheduler.wait(0).then(() => resolve());
    else if (host.MessageChannel) postMessage(new host.MessageChannel(), resolve);
    else host.setTimeout(resolve, 0);
  });
}

/** Calls back by a message, because browsers delay a nested `setTimeout` by 4 ms. An open port would keep a process alive. */
function postMessage({ port1, port2 }: MessageChannel, callback: () => void): void {
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(undefined);
}
