/** Run before each test file: properties draw from the one seed, too. */
import fc from "fast-check";
import { SEED } from "./seed.ts";

fc.configureGlobal({ seed: SEED });
