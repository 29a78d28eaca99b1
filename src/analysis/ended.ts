/** Why no more samples will come: the kind of end, and its text as part of a sentence. */
export interface Ended {
  readonly kind: 'budget' | 'script' | 'memory';
  readonly text: string;
}
