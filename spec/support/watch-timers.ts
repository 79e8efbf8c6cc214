// Watches the timers of the host, to find those that are left behind.

type Timers = Pick<typeof globalThis, 'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval'>;

/** The timers that have neither fired nor been cleared. */
export interface TimerWatch {
  /** Clears the timers, and returns the places that set them, except the host's own modules. */
  takePending(): string[];
}

/** Returns true if a module of the host set the timer, by its stack: Bun's node:http2 leaves some. */
function isSetByHost({ stack = '' }: Error): boolean {
  const [, caller = ''] = stack.split('\n').filter(line => /:\d+/.test(line));
  return /\b(node|native|internal):/.test(caller);
}

/** Watches every timer set through `host` from now on. */
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
  // Keeps other properties of the timer functions of Node.
  Object.assign(host, {
    setTimeout: Object.assign(timeout, setTimeout),
    setInterval: Object.assign(interval, setInterval),
    clearTimeout: clearBoth,
    clearInterval: clearBoth,
  });
  return {
    takePending() {
      const set = [...pending.values()].filter(place => !isSetByHost(place));
      const places = set.map(({ stack }) => stack ?? 'at an unknown place');
      for (const timer of [...pending.keys()]) clearBoth(timer);
      return places;
    },
  };
}
