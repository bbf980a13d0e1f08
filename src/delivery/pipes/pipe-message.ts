/** What goes through the stages of a pipe, and how a stage fails. */
import { parseJsonPath } from "../../languages/pipe-template/json-path.ts";
import { decodedEvent } from "../../languages/pipe-template/pipe-event.ts";

/** An event on its way to an enrichment or a target. */
export interface PipeMessage {
  /** Before the template: what parameters that are paths look into. */
  readonly event: unknown;
  readonly text: string;
  readonly value: unknown;
}

/** Why a stage took nothing. */
export class StageFailure extends Error {
  override readonly name = "StageFailure";
  readonly what: string;
  /** The code of the user failed, not the way to it. */
  readonly isOfFunction: boolean;

  constructor(what: string, message: string, options: { readonly isOfFunction: boolean }) {
    super(message);
    this.what = what;
    this.isOfFunction = options.isOfFunction;
  }

  static from(error: unknown, what: string): StageFailure {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof StageFailure
      ? error
      : new StageFailure(what, message, { isOfFunction: false });
  }
}

/**
 * A parameter that is a path is what it leads to.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html#pipes-targets-dynamic-parms
 */
export function parameter(given: string | undefined, { event }: PipeMessage): string | undefined {
  const path = given === undefined ? undefined : parseJsonPath(given);
  if (path === undefined) {
    return given;
  }
  const value = path.select(decodedEvent(event));
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
