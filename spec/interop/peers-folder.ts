// The folder of the peers' programs, which run uncompiled.

export const peersFolder: URL = new URL('../../../spec/interop/peers/', import.meta.url);
