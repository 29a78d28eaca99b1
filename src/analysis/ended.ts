/** Why no more samples will come: the kind of end, and its text as part of a sentence. */
export interface Ended {
  readonly kind: 'budget' | 'script' | 'memory';
  readonly text: string;
  /** What explains it or helps; null or absent: what helps wherever a run ended in this way. */
  readonly remedy?: string | null;
}
