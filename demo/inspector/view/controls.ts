// Reads the settings from the form, and writes them into it.

import {
  type CloseSettings,
  type Compression,
  type ConnectionSettings,
  type Cuts,
  defaultSettings,
  type MessageKind,
  type SendSettings,
  type Settings,
} from '../play/settings.ts';
import { byId } from './element.ts';

const input = (id: string) => byId<HTMLInputElement>(id);
const choice = (id: string) => byId<HTMLSelectElement>(id);

/** Reads all settings. An invalid field gives its default. */
export function readSettings(): Settings {
  return { connection: readConnection(), send: readSend(), close: readClose() };
}

function readConnection(): ConnectionSettings {
  const { connection } = defaultSettings;
  const cuts: Cuts = {
    type: choice('cuts').value as Cuts['type'],
    bytes: numberOf('cut-bytes', connection.cuts.bytes),
  };
  return {
    maxFrameBytes: numberOf('frame-bytes', connection.maxFrameBytes),
    maxMessageBytes: numberOf('message-bytes', connection.maxMessageBytes),
    cuts,
    compression: readCompression(connection.compression),
  };
}

function readCompression(defaults: Compression): Compression {
  return {
    on: input('deflate').checked,
    serverContextTakeover: input('server-takeover').checked,
    clientContextTakeover: input('client-takeover').checked,
    serverMaxWindowBits: numberOf('server-window', defaults.serverMaxWindowBits),
    clientMaxWindowBits: numberOf('client-window', defaults.clientMaxWindowBits),
    thresholdBytes: numberOf('threshold', defaults.thresholdBytes),
  };
}

function readSend(): SendSettings {
  const kind = document.querySelector<HTMLInputElement>('input[name="kind"]:checked')!.value as MessageKind;
  return {
    kind,
    text: byId<HTMLTextAreaElement>('text').value,
    size: numberOf('size', kind === 'binary' ? 64 : undefined),
    count: numberOf('count', 1),
    perSecond: numberOf('rate', undefined),
  };
}

function readClose(): CloseSettings {
  return { code: numberOf('close-code', undefined), reason: input('close-reason').value };
}

/** Returns the number in a field, or the default if the field is empty or invalid. */
function numberOf<Default>(id: string, otherwise: Default): number | Default {
  const field = input(id);
  return field.value === '' || !field.validity.valid ? otherwise : field.valueAsNumber;
}

/** Fills the form. */
export function writeSettings({ connection, send, close }: Settings): void {
  const { compression, cuts } = connection;
  setNumber('frame-bytes', connection.maxFrameBytes);
  setNumber('message-bytes', connection.maxMessageBytes);
  choice('cuts').value = cuts.type;
  setNumber('cut-bytes', cuts.bytes);
  input('deflate').checked = compression.on;
  input('server-takeover').checked = compression.serverContextTakeover;
  input('client-takeover').checked = compression.clientContextTakeover;
  setNumber('server-window', compression.serverMaxWindowBits);
  setNumber('client-window', compression.clientMaxWindowBits);
  setNumber('threshold', compression.thresholdBytes);
  input(`kind-${send.kind}`).checked = true;
  byId<HTMLTextAreaElement>('text').value = send.text;
  setNumber('size', send.size);
  setNumber('count', send.count);
  setNumber('rate', send.perSecond);
  setNumber('close-code', close.code);
  input('close-reason').value = close.reason;
  showRelevant();
}

function setNumber(id: string, value: number | undefined): void {
  input(id).value = value === undefined ? '' : `${value}`;
}

/** Shows the fields that have an effect with the current settings, and hides the others. */
export function showRelevant(): void {
  const { send, connection } = readSettings();
  byId('text-field').hidden = send.kind !== 'text';
  byId('file-field').hidden = send.kind !== 'file';
  byId('size-field').hidden = send.kind === 'file';
  input('size').placeholder = send.kind === 'text' ? 'as typed' : '64';
  byId('cut-bytes-field').hidden = connection.cuts.type === 'none';
  byId('deflate-fields').hidden = !connection.compression.on;
}
