// The inspector in a browser, with the words in which the checks talk about it.

import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

export type Direction = 'up' | 'down';
export type Lane = 'bytes' | 'frames' | 'messages' | 'events';

/** Longer than anything takes on a busy machine. */
const patienceMs = 60_000;

export class Desk {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(patienceMs);
  }

  /** Loads the page, which opens a connection and plays its first scene. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.says(/[Ee]cho/);
  }

  /** Waits until the line of the last action matches. */
  async says(text: RegExp): Promise<void> {
    await this.page.locator('#hint').filter({ hasText: text }).waitFor();
  }

  /** Waits until the state of the connection matches. */
  async state(text: RegExp): Promise<void> {
    await this.page.locator('#state').filter({ hasText: text }).waitFor();
  }

  /** Changes settings of the connection and waits for the new one. */
  async reconnect(change: () => Promise<unknown>): Promise<void> {
    await this.page.evaluate("document.getElementById('state').textContent = 'old'");
    await change();
    await this.state(/^open/);
  }

  async send(text: string): Promise<void> {
    await this.page.fill('#text', text);
    await this.page.click('#send');
  }

  /** The boxes of a lane. */
  boxes(direction: Direction, lane: Lane): Locator {
    return this.page.locator(`#lanes-${direction}:not([hidden]) .rail-${lane} .box`);
  }

  /** Waits for a box with this description. */
  async shows(direction: Direction, lane: Lane, text: RegExp): Promise<Locator> {
    const box = this.page
      .locator(`.lanes:not([hidden])[id^="lanes-${direction}"] .rail-${lane}`)
      .getByRole('button', { name: text })
      .last();
    await box.waitFor();
    return box;
  }

  /** The text of the open panel. */
  detail(): Promise<string> {
    return this.page.locator('[role="tabpanel"]:not([hidden])').innerText();
  }

  /** Waits until the page's own words for a figure satisfy the condition. */
  async figure(selector: string, condition: (text: string) => boolean): Promise<string> {
    const end = Date.now() + patienceMs;
    for (;;) {
      const text = await this.page.locator(selector).first().innerText();
      if (condition(text)) return text;
      assert.ok(Date.now() < end, `${selector} is still "${text}"`);
      await this.page.waitForTimeout(50);
    }
  }

  /** The bytes that a figure such as `64 KiB` stands for. */
  static bytes(text: string): number {
    const [, value, unit] = /^([\d.,]+) (B|KiB|MiB)$/.exec(text)!;
    return Number(value!.replaceAll(',', '')) * { B: 1, KiB: 1024, MiB: 1024 ** 2 }[unit as 'B']!;
  }
}
