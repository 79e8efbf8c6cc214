// Shows how full the buffers between the client and the server are.

import type { Gauge } from '../links/link.ts';
import type { Progress } from '../play/sender.ts';
import { byId, byteSize, grouped } from './element.ts';

/** The size of each buffer, above which its writer has to wait. */
const roomBytes = 65_536;
/** The shortest wait that is shown. */
const shownWaitMs = 250;

export class FlowView {
  readonly #vessels = ['queue', 'wire', 'ahead'].map(name => ({
    root: byId(`vessel-${name}`),
    value: byId(`vessel-${name}-value`),
  }));
  readonly #sender = byId('sender-state');
  readonly #reader = byId('reader-state');

  /** Shows how full each buffer is. */
  showGauge({ queueBytes, wireBytes, lookAheadBytes }: Gauge): void {
    [queueBytes, wireBytes, lookAheadBytes].forEach((bytes, index) => {
      const { root, value } = this.#vessels[index]!;
      const text = bytes === undefined ? 'unknown' : byteSize(bytes);
      if (value.textContent === text) return;
      value.textContent = text;
      const level = Math.min(1, (bytes ?? 0) / roomBytes);
      root.style.setProperty('--level', level.toFixed(3));
      root.classList.toggle('full', level >= 0.95);
    });
  }

  showSender(progress: Progress | undefined, now: number): void {
    this.#set(this.#sender, senderText(progress, now));
    const waits = progress?.waitsSince !== undefined && now - progress.waitsSince > shownWaitMs;
    this.#sender.classList.toggle('waits', waits);
  }

  showReader(reading: boolean, echoes: number): void {
    this.#set(this.#reader, reading ? `${grouped(echoes)} echoed` : 'not reading');
    this.#reader.classList.toggle('waits', !reading);
  }

  #set(shown: HTMLElement, text: string): void {
    if (shown.textContent !== text) shown.textContent = text;
  }
}

function senderText(progress: Progress | undefined, now: number): string {
  if (progress === undefined) return 'idle';
  const { sent, count, waitsSince } = progress;
  if (waitsSince !== undefined && now - waitsSince > shownWaitMs) {
    return `waiting for room, ${grouped((now - waitsSince) / 1000, 1)} s`;
  }
  return `${grouped(sent)} of ${grouped(count)} sent`;
}
