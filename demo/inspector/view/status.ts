// The state of the connection, and a sentence about the last action.

import { byId } from './element.ts';

/** Shows a sentence, or an error. */
export function say(text: string, tone: '' | 'bad' = ''): void {
  byId('hint').textContent = text;
  byId('hint').className = `hint ${tone}`;
}

export function showState(text: string, tone: 'open' | 'closed' | 'opening'): void {
  byId('state').textContent = text;
  byId('state').className = `state ${tone}`;
}
