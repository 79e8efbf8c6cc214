// The entry point `wsluice/fflate`. It needs the package fflate.

export { fflateCodec } from './fflate/fflate-codec.ts';
