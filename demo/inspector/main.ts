// The page: connects the controls to the inspector.

import { demoServer, type Mode, type Slot } from './clients.ts';
import { Inspector } from './inspector.ts';
import { brokenInputs } from './play/broken-inputs.ts';
import { scenes } from './play/scenes.ts';
import { defaultSettings } from './play/settings.ts';
import { showRelevant, writeSettings } from './view/controls.ts';
import { byId, element } from './view/element.ts';
import { say } from './view/status.ts';
import { setUpTheme } from './view/theme.ts';

type Act = () => Promise<void> | void;

/** The time without a change after which a new connection is opened, because people change several fields in a row. */
const settleMs = 300;

setUpTheme();
writeSettings(defaultSettings);
const inspector = new Inspector();
let settling: ReturnType<typeof setTimeout> | undefined;

/** Performs the action of a control, and shows its error. */
function perform(act: Act): void {
  Promise.resolve()
    .then(act)
    .catch(error => say(error.message, 'bad'));
}

function on(id: string, type: string, act: Act): void {
  byId(id).addEventListener(type, event => {
    event.preventDefault();
    perform(act);
  });
}

function chip(id: string, title: string, hint: string, act: Act): HTMLElement {
  const made = element('button', { type: 'button', id: `play-${id}`, title: hint }, title);
  made.addEventListener('click', () => perform(act));
  return made;
}

function reopen(): Promise<void> {
  clearTimeout(settling);
  return inspector.reopen();
}

on('send-form', 'submit', () => inspector.send());
on('close-form', 'submit', () => inspector.close());
on('connection-form', 'submit', reopen);
on('reopen', 'click', reopen);
on('ping', 'click', () => inspector.ping());
on('stop', 'click', () => inspector.stop());

const reading = byId<HTMLInputElement>('reading');
reading.addEventListener('change', () => inspector.setReading(reading.checked));

for (const id of ['send-form', 'connection-form', 'close-form']) {
  byId(id).addEventListener('input', () => {
    showRelevant();
    inspector.showCode();
  });
}
byId('connection-form').addEventListener('input', () => {
  clearTimeout(settling);
  settling = setTimeout(() => perform(reopen), settleMs);
});

byId('scenes').append(
  ...scenes.map(scene =>
    chip(scene.id, scene.title, scene.hint, () => {
      clearTimeout(settling);
      return inspector.play(scene);
    }),
  ),
);
byId('shelf').append(
  ...brokenInputs.map(input => chip(input.id, input.title, input.fault, () => inspector.break(input))),
);

const modes = byId('modes');
if (demoServer() === undefined) {
  byId<HTMLInputElement>('mode-server').disabled = true;
  modes.title = 'Run `npm start` to use the demo server';
}
modes.addEventListener('change', event =>
  perform(() => inspector.setMode((event.target as HTMLInputElement).value as Mode)),
);
byId('clients').addEventListener('change', event =>
  inspector.show((event.target as HTMLInputElement).value as Slot),
);

perform(() => inspector.play(scenes[0]!));
