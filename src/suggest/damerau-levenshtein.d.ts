declare module 'damerau-levenshtein' {
  /** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
  export default function distance(
    a: string,
    b: string,
  ): { steps: number; relative: number; similarity: number }
}
