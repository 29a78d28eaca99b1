/** Why no more samples will come, as a part of a sentence for people, and what kind of end that is. */
export interface Ended {
  readonly kind: 'budget' | 'script' | 'memory';
  readonly text: string;
}
