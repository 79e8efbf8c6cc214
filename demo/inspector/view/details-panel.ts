// The panel with tabs: the chosen item, the code of the page's state, and the comparison of clients.

import type { Item } from '../wire/items.ts';
import { detailOf } from './detail.ts';
import { byId, element } from './element.ts';

const tabs = ['item', 'code', 'compare'] as const;

export type Tab = (typeof tabs)[number];

const invitation = 'Choose a box above to open it. The arrow keys move between boxes.';

/** The time for which the button says that the code was copied. */
const copiedMs = 2000;

export class DetailsPanel {
  readonly #tabs = { item: byId('tab-item'), code: byId('tab-code'), compare: byId('tab-compare') };
  readonly #panels = { item: byId('panel-item'), code: byId('panel-code'), compare: byId('panel-compare') };
  readonly #code = byId('code');
  readonly #copy = byId('copy');
  #item: Item | undefined;
  /** The timer that shows the label of the button again. */
  #copyTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    for (const tab of tabs) this.#tabs[tab].addEventListener('click', () => this.show(tab));
    byId('tab-item').parentElement!.addEventListener('keydown', event => this.#move(event));
    this.#copy.addEventListener('click', () => this.#copyCode());
    this.open(undefined);
  }

  /** Shows an item, or the invitation to choose one. */
  open(item: Item | undefined): void {
    this.#item = item;
    if (item !== undefined) this.show('item');
    this.refresh();
  }

  /** Draws the chosen item again, because it may have grown. */
  refresh(): void {
    const panel = this.#panels.item;
    if (this.#item === undefined) return panel.replaceChildren(element('p.note', {}, invitation));
    const { title, facts, body } = detailOf(this.#item);
    const heading = element('h3', {}, title, ...facts.map(fact => element('span', {}, fact)));
    const { scrollTop } = panel;
    panel.replaceChildren(heading, ...body);
    panel.scrollTop = scrollTop;
  }

  get item(): Item | undefined {
    return this.#item;
  }

  /** The tab that is shown. */
  get tab(): Tab {
    return tabs.find(tab => !this.#panels[tab].hidden)!;
  }

  showCode(code: string): void {
    if (this.#code.textContent !== code) this.#code.textContent = code;
  }

  show(shown: Tab): void {
    for (const tab of tabs) {
      this.#tabs[tab].setAttribute('aria-selected', `${tab === shown}`);
      this.#tabs[tab].tabIndex = tab === shown ? 0 : -1;
      this.#panels[tab].hidden = tab !== shown;
    }
  }

  /** Shows the tab that compares clients, or hides it. */
  setComparing(comparing: boolean): void {
    this.#tabs.compare.hidden = !comparing;
    if (!comparing && !this.#panels.compare.hidden) this.show('item');
  }

  #move(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const shown = tabs.filter(tab => !this.#tabs[tab].hidden);
    const at = shown.indexOf(this.tab);
    const next = shown.at((at + step) % shown.length)!;
    this.show(next);
    this.#tabs[next].focus();
  }

  async #copyCode(): Promise<void> {
    const text = this.#code.textContent!;
    try {
      await navigator.clipboard.writeText(text);
      this.#copy.textContent = 'Copied';
    } catch {
      // A page that was opened as a file may not use the clipboard, so select the code instead.
      this.show('code');
      getSelection()?.selectAllChildren(this.#code);
      this.#copy.textContent = 'Selected: press Ctrl+C';
    }
    clearTimeout(this.#copyTimer);
    this.#copyTimer = setTimeout(() => {
      this.#copy.textContent = 'Copy code';
    }, copiedMs);
  }
}
