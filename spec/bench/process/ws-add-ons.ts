// The environment that makes ws use its add-ons, bufferutil and utf-8-validate, or do without as npm installs it.

export type Environment = Readonly<Record<string, string>>;

/** Whatever this process was told. */
export const withAddOns: Environment = { WS_NO_BUFFER_UTIL: '', WS_NO_UTF_8_VALIDATE: '' };
export const withoutAddOns: Environment = { WS_NO_BUFFER_UTIL: '1', WS_NO_UTF_8_VALIDATE: '1' };
