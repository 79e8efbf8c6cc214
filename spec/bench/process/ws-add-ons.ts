// Environment variables that make ws use or ignore its native add-ons, bufferutil and utf-8-validate.

export type Environment = Readonly<Record<string, string>>;

/** Empty values override those of this process. */

export const withAddOns: Environment = { WS_NO_BUFFER_UTIL: '', WS_NO_UTF_8_VALIDATE: '' };
export const withoutAddOns: Environment = { WS_NO_BUFFER_UTIL: '1', WS_NO_UTF_8_VALIDATE: '1' };
