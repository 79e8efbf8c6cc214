// How to let the host do something else: promises alone never let a timer run.

/** What a host may have for it. */
export interface TaskHost {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly scheduler?: { wait?(ms: number): Promise<unknown> };
  readonly MessageChannel?: typeof MessageChannel;
  readonly setTimeout: (callback: () => void, ms: number) => unknown;
}

/** Settles in a task of its own, by the quickest way that the host has: timers and I/O get their turn. */
export function nextTask(host: TaskHost = globalThis as TaskHost): Promise<void> {
  return new Promise(resolve => {
    if (host.setImmediate) host.setImmediate(resolve);
    // Where this exists (Workers), a message comes before the timers.
    else if (host.scheduler?.wait) void host.scheduler.wait(0).then(() => resolve());
    else if (host.MessageChannel) postMessage(new host.MessageChannel(), resolve);
    else host.setTimeout(resolve, 0);
  });
}

/** Browsers hold a nested `setTimeout` back for 4 ms, but no message. An open port would keep a process alive. */
function postMessage({ port1, port2 }: MessageChannel, callback: () => void): void {
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(undefined);
}
