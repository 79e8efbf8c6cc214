export interface MessageInflater {
  write(data: Uint8Array, last: boolean): void;
  read(): Uint8Array | undefined;
}
export interface MessageDeflater {
  write(data: Uint8Array, last: boolean): void;
  read(): Uint8Array | undefined;
  reset(): void;
}
