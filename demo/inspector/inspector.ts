// Performs the actions of the controls. Connects the sessions, the settings and the views.

import { demoServer, type Mode, openers, type Slot } from './clients.ts';
import type { Ending } from './links/ending.ts';
import type { Direction, Outgoing } from './links/link.ts';
import { type BrokenInput, bombBytes, compressionFor } from './play/broken-inputs.ts';
import { type Action, codeOf } from './play/code.ts';
import type { Scene } from './play/scenes.ts';
import type { SendSettings } from './play/settings.ts';
import { type Result, Session } from './session.ts';
import { showComparison } from './view/compare.ts';
import { readSettings, writeSettings } from './view/controls.ts';
import { DetailsPanel } from './view/details-panel.ts';
import { DirectionViews } from './view/direction-views.ts';
import { Pace } from './view/draw-budget.ts';
import { byId, grouped } from './view/element.ts';
import { FlowView } from './view/flow.ts';
import { Measures } from './view/measures.ts';
import { messageOf } from './view/message.ts';
import { say, showState } from './view/status.ts';
import type { Item, Stop, WireChunk } from './wire/items.ts';

/** The time after which a scene has an item to open. */
const sceneMs = 400;
/** The times between two updates of the figures, which must stay readable. */
const figuresMs = 100;
const slowFiguresMs = 400;

const slots: readonly Slot[] = ['first', 'second'];
const clientNames = { first: 'Browser’s WebSocket', second: 'wsluice' };

export class Inspector {
  readonly #panel = new DetailsPanel();
  readonly #flow = new FlowView();
  readonly #views: Readonly<Record<Slot, DirectionViews>>;
  readonly #reading = byId<HTMLInputElement>('reading');
  readonly #sessions = new Map<Slot, Session>();
  readonly #stops = new Map<Slot, Stop>();
  readonly #results = new Map<Slot, Result>();
  #mode: Mode = 'memory';
  #shown: Slot = 'first';
  /** The last opening or dropping of connections: the next one waits for it. */
  #turn: Promise<unknown> = Promise.resolve();
  #action: Action = { type: 'send' };
  readonly #pace = new Pace();
  readonly #measures: Measures;
  #figuresAt = 0;

  constructor() {
    const open = (item: Item) => this.#panel.open(item);
    this.#views = { first: new DirectionViews('', open), second: new DirectionViews('-second', open) };
    this.#measures = new Measures(() => {
      const link = this.#session?.link;
      return link && { up: link.counts('up'), down: link.counts('down'), gauge: link.gauge() };
    });
    requestAnimationFrame(now => this.#draw(now));
  }

  /** Opens new connections in this mode. */
  async setMode(mode: Mode): Promise<void> {
    this.#mode = mode;
    const comparing = mode === 'server';
    byId('clients').hidden = !comparing;
    this.#panel.setComparing(comparing);
    this.show(comparing ? this.#shown : 'first');
    this.#results.clear();
    this.#compare();
    this.showCode();
    await this.reopen();
  }

  /** Shows the lanes of one client. */
  show(slot: Slot): void {
    this.#shown = slot;
    for (const each of slots) this.#views[each].hidden = each !== slot;
    byId('client-name').textContent = this.#mode === 'server' ? clientNames[slot] : 'Client';
    byId<HTMLInputElement>(slot === 'first' ? 'client-browser' : 'client-ours').checked = true;
    this.#showState();
  }

  showCode(): void {
    const server = this.#mode === 'server' ? `${demoServer()}/echo` : undefined;
    this.#panel.showCode(codeOf(readSettings(), this.#action, server));
  }

  /** Drops the connections and opens new ones. */
  reopen(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all([...this.#sessions.values()].map(session => session.drop()));
      await this.#open();
    });
  }

  async send(): Promise<void> {
    const { send } = readSettings();
    await this.#transmit(await messageOf(send), send);
  }

  stop(): void {
    for (const session of this.#sessions.values()) session.stopRun();
  }

  async ping(): Promise<void> {
    this.#act({ type: 'ping' });
    await this.#connected();
    const { link } = this.#scriptable;
    say(`Pong after ${grouped(await link.ping(), 1)} ms.`);
  }

  async close(): Promise<void> {
    this.#act({ type: 'close' });
    await this.#connected();
    const { close } = readSettings();
    const sessions = [...this.#sessions.values()];
    for (const { link } of sessions) link.close(close.code, close.reason);
    const [{ closeCode, reason }] = (await Promise.all(sessions.map(({ ended }) => ended))) as [Ending];
    say(`The closing handshake is done: ${closeCode ?? 'no code'} ${reason}`.trim());
  }

  /** Makes the server's application read messages, or stop reading. */
  setReading(reading: boolean): void {
    this.#reading.checked = reading;
    for (const { link } of this.#sessions.values()) link.setReading(reading);
    this.#act({ type: reading ? 'send' : 'stall' });
  }

  /** Applies the settings of a scene, and runs it. */
  async play(scene: Scene): Promise<void> {
    const { close } = readSettings();
    writeSettings({ connection: scene.connection, send: scene.send, close });
    this.#reading.checked = scene.reading;
    await this.reopen();
    say(scene.hint);
    const session = this.#session;
    void this.#transmit(await messageOf(scene.send), scene.send);
    await new Promise(resolve => setTimeout(resolve, sceneMs));
    if (this.#session !== session || this.#panel.item !== undefined) return;
    // Keep the tab, which the reader may have chosen meanwhile.
    const { tab } = this.#panel;
    this.#views[this.#shown].of('up').open(({ type }) => type === scene.opens);
    this.#panel.show(tab);
  }

  /** Sends a broken input. */
  async break(input: BrokenInput): Promise<void> {
    const settings = readSettings();
    const compression = compressionFor(input, settings.connection.compression);
    const changed = compression.on !== settings.connection.compression.on;
    if (changed) writeSettings({ ...settings, connection: { ...settings.connection, compression } });
    this.setReading(true);
    this.#act({ type: 'broken', input });
    if (this.#mode === 'server') this.show('second');
    if (changed) await this.reopen();
    else await this.#connected();
    say(`${input.title}: ${input.fault}`);
    const { link } = this.#scriptable;
    if (input.bytes === undefined) await link.send(new Uint8Array(bombBytes));
    else await link.inject(input.bytes);
  }

  get #session(): Session | undefined {
    return this.#sessions.get(this.#shown);
  }

  /** The session whose client is wsluice. */
  get #scriptable(): Session {
    return [...this.#sessions.values()].find(({ link }) => link.scriptable)!;
  }

  #inTurn(action: () => Promise<void>): Promise<void> {
    const turn = this.#turn.catch(() => {}).then(action);
    this.#turn = turn;
    return turn;
  }

  /** Opens connections unless they are open. */
  async #connected(): Promise<void> {
    await this.#turn.catch(() => {});
    const wanted = this.#mode === 'server' ? 2 : 1;
    if (this.#sessions.size < wanted) await this.reopen();
  }

  async #open(): Promise<void> {
    showState('opening', 'opening');
    this.#panel.open(undefined);
    this.#stops.clear();
    this.#sessions.clear();
    const { connection } = readSettings();
    try {
      for (const [slot, openLink] of openers(this.#mode, connection)) {
        this.#views[slot].clear();
        const session = await Session.open(openLink, (direction, chunk) => this.#see(slot, direction, chunk));
        this.#sessions.set(slot, session);
        session.link.setReading(this.#reading.checked);
        void session.ended.then(ending => this.#end(slot, session, ending));
      }
    } finally {
      this.#showState();
    }
  }

  #end(slot: Slot, session: Session, ending: Ending): void {
    const stop = this.#stops.get(slot);
    if (stop !== undefined) stop.record = ending.record;
    // The open item may show why the pipe has stopped.
    this.#panel.refresh();
    if (this.#sessions.get(slot) !== session) return;
    this.#showFigures(performance.now());
    this.#sessions.delete(slot);
    if (slot !== this.#shown) return;
    const { closeCode, reason } = ending;
    showState(`closed ${closeCode ?? 'without a code'} ${reason}`.trim(), 'closed');
  }

  #see(slot: Slot, direction: Direction, chunk: WireChunk): void {
    this.#views[slot].of(direction).add(chunk);
    if (direction === 'down' || chunk.stop === undefined || this.#stops.has(slot)) return;
    this.#stops.set(slot, chunk.stop);
    this.#views[slot].deselect();
    this.#panel.open(chunk.stop);
  }

  async #transmit(message: Outgoing, options: SendSettings): Promise<void> {
    await this.#connected();
    const reading = this.#reading.checked;
    this.#act({ type: reading ? 'send' : 'stall' });
    byId('stop').hidden = options.count === 1;
    const runs = [];
    for (const [slot, session] of [...this.#sessions]) {
      const run = session.transmit(message, options).then(result => this.#finish(slot, session, result));
      runs.push(run);
      // Run one client after the other, so that they do not disturb each other. If the server does not read, no run would end.
      if (reading) await run;
    }
    await Promise.all(runs);
    byId('stop').hidden = true;
  }

  #finish(slot: Slot, session: Session, result: Result | undefined): void {
    if (result === undefined || this.#sessions.get(slot) !== session) return;
    this.#results.set(slot, result);
    this.#compare();
    const { messages, ms } = result;
    const name = this.#mode === 'server' ? `${clientNames[slot]}: ` : '';
    if (messages === 1) return say(`${name}Echo after ${grouped(ms, 1)} ms.`);
    const rate = grouped((messages * 1000) / ms);
    say(`${name}${grouped(messages)} echoes in ${grouped(ms / 1000, 2)} s, ${rate} messages per second.`);
  }

  #compare(): void {
    showComparison(slots.map(slot => [clientNames[slot], this.#results.get(slot)]));
  }

  /** Records the last action, and shows its code. */
  #act(action: Action): void {
    this.#action = action;
    this.showCode();
  }

  #showState(): void {
    const link = this.#session?.link;
    if (link === undefined) showState('closed', 'closed');
    else showState(link.extensions === '' ? 'open' : 'open, compressed', 'open');
  }

  /** Draws one animation frame. On a slow page it draws rarely and everything at once, because each frame has a fixed cost. */
  #draw(now: number): void {
    requestAnimationFrame(next => this.#draw(next));
    const slow = this.#pace.isSlow(now);
    const figures = now - this.#figuresAt >= (slow ? slowFiguresMs : figuresMs);
    if (slow && !figures) return;
    for (const slot of slots) this.#views[slot].draw(now, slow);
    if (!figures) return;
    this.#figuresAt = now;
    this.#showFigures(now);
    this.#measures.draw();
  }

  #showFigures(now: number): void {
    const session = this.#session;
    if (session === undefined) return;
    const { link, progress, echoes } = session;
    this.#flow.showGauge(link.gauge());
    this.#flow.showSender(progress, now);
    this.#flow.showReader(this.#reading.checked, echoes);
    this.#views[this.#shown].showCounts(direction => link.counts(direction));
  }
}
