// The kinds of faults that a soak test finds.

export const faultKinds = [
  'lost',
  'duplicated',
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
