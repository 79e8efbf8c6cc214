// Where the peers' programs are: among the sources, since they are run as they stand.

export const peersFolder: URL = new URL('../../../spec/interop/peers/', import.meta.url);
