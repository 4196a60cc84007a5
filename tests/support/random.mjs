// Randomness that can be replayed: the seed is printed, and SEED=… gives the same run of numbers again.
import { randomInt } from 'node:crypto';

// mulberry32, by Tommy Ettinger, public domain.
export function seeded_random(seed = Number(process.env.SEED ?? randomInt(2 ** 31))) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    seed,
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    one_of: (list) => list[Math.floor(next() * list.length)],
  };
}
