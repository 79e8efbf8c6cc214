// The servers that are compared.

export interface Kind {
  /** The module in this folder that serves. */
  readonly module: 'ours' | 'hand' | 'ws';
  readonly title: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** With add-ons: whatever this process was told. */
const withAddOns = { WS_NO_BUFFER_UTIL: '', WS_NO_UTF_8_VALIDATE: '' };
const withoutAddOns = { WS_NO_BUFFER_UTIL: '1', WS_NO_UTF_8_VALIDATE: '1' };

export type KindName = 'ws' | 'ws-bare' | 'iterator' | 'writer' | 'pipeTo' | 'batches' | 'hand';

export const kinds: Readonly<Record<KindName, Kind>> = {
  ws: { module: 'ws', title: 'ws with add-ons', env: withAddOns },
  'ws-bare': { module: 'ws', title: 'ws as installed', env: withoutAddOns },
  iterator: { module: 'ours', title: 'for await, send()' },
  writer: { module: 'ours', title: 'reader, writer' },
  pipeTo: { module: 'ours', title: 'pipeTo' },
  batches: { module: 'ours', title: 'batches' },
  hand: { module: 'hand', title: 'Connection by hand' },
};

export const kindNames: readonly KindName[] = Object.keys(kinds) as KindName[];
