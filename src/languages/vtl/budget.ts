/** Bounds of one evaluation: no template takes longer, or makes more, than these allow. */
import { TemplateError } from "./template-error.ts";

/** Nodes evaluated, and values visited by methods. */
const STEPS_MAX = 1_000_000;
/** Of a text made: API Gateway's payloads have 10 MB at most. */
export const TEXT_CHARACTERS_MAX: number = 10 * 1024 * 1024;
/** Macros in macros, as Velocity counts them, and blocks printed in blocks. */
const CALLS_MAX = 20;
/** Of the regular expressions of one evaluation that have to be watched. */
const MATCHING_MS_MAX = 500;

export class Budget {
  readonly matching: { leftMs: number } = { leftMs: MATCHING_MS_MAX };
  #stepsLeft: number = STEPS_MAX;
  #calls = 0;

  /** @throws TemplateError when the evaluation takes more steps than allowed. */
  spend(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) {
      throw new TemplateError("The template takes too many steps");
    }
  }

  /** A text may be `characters` long. The work of making it counts as steps. */
  allowText(characters: number): void {
    if (characters > TEXT_CHARACTERS_MAX) {
      throw new TemplateError("The template makes a text that is too long");
    }
    this.spend(characters >>> 10);
  }

  called<T>(what: string, run: () => T): T {
    this.#calls += 1;
    if (this.#calls > CALLS_MAX) {
      throw new TemplateError(`Max calling depth of ${CALLS_MAX} was exceeded in ${what}`);
    }
    try {
      return run();
    } finally {
      this.#calls -= 1;
    }
  }
}
