// The two lines that tell what happens: the state of the connection, and a sentence about what was done last.

import { byId } from './element.ts';

/** Shows a sentence, or what was wrong. */
export function say(text: string, tone: '' | 'bad' = ''): void {
  byId('hint').textContent = text;
  byId('hint').className = `hint ${tone}`;
}

export function showState(text: string, tone: 'open' | 'closed' | 'opening'): void {
  byId('state').textContent = text;
  byId('state').className = `state ${tone}`;
}
