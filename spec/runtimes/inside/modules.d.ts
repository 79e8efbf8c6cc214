// Modules that only exist inside: of a host, and of the bundle.

declare module 'cloudflare:sockets' {
  export function connect(
    address: { hostname: string; port: number },
    options: { secureTransport: 'off' | 'on' | 'starttls'; allowHalfOpen: boolean },
  ): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };
}

declare module 'portable-specs' {
  /** Runs every spec file that needs no Node. */
  export function suite(
    print: (...lines: unknown[]) => void,
  ): Promise<{ readonly passed: number; readonly failed: number }>;
}
