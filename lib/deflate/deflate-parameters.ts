// Converts the parameters of permessage-deflate from and to the elements of Sec-WebSocket-Extensions (RFC 7692 §7.1), which
// have been parsed.

/** The extension's name. */
export const deflateName = 'permessage-deflate';

/** A parsed element of Sec-WebSocket-Extensions. */
export interface ExtensionElement {
  readonly name: string;
  /** The parameters in the order of the header; a value is `undefined` if there is none. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

/** The parameters of an offer or a response; absent ones are `undefined`. */
export interface DeflateParameters {
  serverNoContextTakeover?: true;
  clientNoContextTakeover?: true;
  serverMaxWindowBits?: number;
  /** `'any'`: without a value, which only an offer may have. */
  clientMaxWindowBits?: number | 'any';
}

const windowBits = /^(?:[89]|1[0-5])$/;

/** Returns the parameters of a list, or what is wrong with it: a name, a value, or a duplicate. */
export function readDeflateParameters(list: ExtensionElement['parameters']): DeflateParameters | string {
  const read: DeflateParameters = {};
  const seen = new Set<string>();
  for (const [name, value] of list) {
    if (seen.has(name)) return 'duplicate parameter of permessage-deflate';
    seen.add(name);
    if (!readParameter(read, name, value)) return 'invalid parameter of permessage-deflate';
  }
  return read;
}

function readParameter(read: DeflateParameters, name: string, value: string | undefined): boolean {
  switch (name) {
    case 'server_no_context_takeover':
      read.serverNoContextTakeover = true;
      return value === undefined;
    case 'client_no_context_takeover':
      read.clientNoContextTakeover = true;
      return value === undefined;
    case 'server_max_window_bits':
      read.serverMaxWindowBits = Number(value);
      return value !== undefined && windowBits.test(value);
    case 'client_max_window_bits':
      read.clientMaxWindowBits = value === undefined ? 'any' : Number(value);
      return value === undefined || windowBits.test(value);
    default:
      return false;
  }
}

/** Returns the element of Sec-WebSocket-Extensions with these parameters. */
export function writeDeflateParameters(parameters: DeflateParameters): string {
  let element = deflateName;
  if (parameters.serverNoContextTakeover) element += '; server_no_context_takeover';
  if (parameters.clientNoContextTakeover) element += '; client_no_context_takeover';
  if (parameters.serverMaxWindowBits) element += `; server_max_window_bits=${parameters.serverMaxWindowBits}`;
  if (parameters.clientMaxWindowBits === 'any') element += '; client_max_window_bits';
  else if (parameters.clientMaxWindowBits)
    element += `; client_max_window_bits=${parameters.clientMaxWindowBits}`;
  return element;
}
