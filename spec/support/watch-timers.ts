// Watches the timers of the host, so that one that somebody left behind is found.

type Timers = Pick<typeof globalThis, 'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval'>;

/** Timers that have been set, and have neither fired nor been cleared. */
export interface TimerWatch {
  /** Where they were set, but for those of the host's own modules. They are cleared, and forgotten. */
  takePending(): string[];
}

/** Whether a module of the host set it, which is behind the watcher in the stack: Bun's node:http2 leaves some. */
function isSetByHost({ stack = '' }: Error): boolean {
  const [, caller = ''] = stack.split('\n').filter(line => /:\d+/.test(line));
  return /\b(node|native|internal):/.test(caller);
}

/** From now on, every timer that is set through `host` is watched. */
export function watchTimers(host: Timers = globalThis): TimerWatch {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = host;
  const pending = new Map<unknown, Error>();
  const timeout = (callback: (...values: unknown[]) => void, ms?: number, ...values: unknown[]) => {
    const fire = () => {
      pending.delete(timer);
      callback(...values);
    };
    const timer = setTimeout.call(host, fire, ms);
    pending.set(timer, new Error('set'));
    return timer;
  };
  const interval = (callback: () => void, ms?: number, ...values: unknown[]) => {
    const timer = setInterval.call(host, callback, ms, ...(values as []));
    pending.set(timer, new Error('set'));
    return timer;
  };
  const clearBoth = (timer: unknown) => {
    pending.delete(timer);
    clearTimeout.call(host, timer as number);
    clearInterval.call(host, timer as number);
  };
  // What else hangs on a timer function of Node stays there.
  Object.assign(host, {
    setTimeout: Object.assign(timeout, setTimeout),
    setInterval: Object.assign(interval, setInterval),
    clearTimeout: clearBoth,
    clearInterval: clearBoth,
  });
  return {
    takePending() {
      const set = [...pending.values()].filter(place => !isSetByHost(place));
      const places = set.map(({ stack }) => stack ?? 'nobody knows where');
      for (const timer of [...pending.keys()]) clearBoth(timer);
      return places;
    },
  };
}
