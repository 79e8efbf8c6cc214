// All groups of cases, in the order of their numbers.

import type { Group } from '../case.ts';
import { streamArguments } from './stream-arguments.ts';
import { streamClosing } from './stream-closing.ts';
import { streamError } from './stream-error.ts';
import { streamMessages } from './stream-messages.ts';
import { streamOpening } from './stream-opening.ts';
import { webSocketArguments } from './websocket-arguments.ts';
import { webSocketClosing } from './websocket-closing.ts';
import { webSocketEvents } from './websocket-events.ts';
import { webSocketMessages } from './websocket-messages.ts';
import { webSocketShape } from './websocket-shape.ts';

export const groups: readonly Group[] = [
  ...webSocketShape,
  ...webSocketArguments,
  ...webSocketEvents,
  ...webSocketMessages,
  ...webSocketClosing,
  ...streamArguments,
  ...streamOpening,
  ...streamMessages,
  ...streamClosing,
  ...streamError,
];
