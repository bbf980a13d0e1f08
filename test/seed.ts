/**
 * The seed of what tests draw: simulations, and the inputs of properties.
 *
 * Without `MILLRACE_SEED` it is always the same, so that a change is judged by what it changes and
 * not by what was drawn. `MILLRACE_SEED=random` looks elsewhere (`npm run test:random`); a number
 * repeats what failed.
 */
import { createSystemRandom } from "../src/platform/random.ts";

const USUAL = 20_241;
const given = process.env["MILLRACE_SEED"];

export const SEED: number =
  given === "random" ? Math.floor(createSystemRandom().next() * 2 ** 31) : Number(given ?? USUAL);
