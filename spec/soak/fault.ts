// What a soak can find wrong.

export const faultKinds = [
  'lost',
  'twice',
  'reordered',
  'corrupt',
  'unexpected end',
  'hang',
  'unhandled',
  'leak',
] as const;

export interface Fault {
  readonly kind: (typeof faultKinds)[number];
  readonly text: string;
}
