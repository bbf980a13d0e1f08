/** Numbers from a seed: the same seed gives the same numbers, as `States.MathRandom` and `$random(seed)` promise. */
export function createSeededRandom(seed: number): () => number {
  // mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
