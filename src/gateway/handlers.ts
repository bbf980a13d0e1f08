/**
 * The way of a request: a list of handlers, asked in order until one answers.
 *
 * Every error becomes an answer here, and nowhere else.
 */
import type { Log } from "../platform/log.ts";
import { AwsError } from "../wire/aws-error.ts";
import { fail } from "../wire/fail.ts";
import type { HttpResponse } from "../wire/http.ts";
import type { Exchange } from "./exchange.ts";

/** An answer, or the promise of one that an injected fault may lose; `undefined` passes it on. */
export type Handler = (
  exchange: Exchange,
) => Promise<HttpResponse | undefined> | HttpResponse | undefined;

/** `undefined` when the answer got lost: the connection is cut. */
export type Answer = (exchange: Exchange) => Promise<HttpResponse | undefined>;

export interface HandlersOptions {
  readonly log: Log;
  readonly handlers: readonly Handler[];
}

export function createAnswer(options: HandlersOptions): Answer {
  return async (exchange) => {
    try {
      for (const handler of options.handlers) {
        const answer = handler(exchange);
        if (answer !== undefined) {
          return await answer;
        }
      }
      return fail(undefined, notFound(), exchange.requestId, exchange.head);
    } catch (error) {
      return fail(undefined, toAwsError(error, options.log), exchange.requestId, exchange.head);
    }
  };
}

/** What is not an answer of AWS is a bug of ours: logged with its stack, answered with 500. */
export function toAwsError(error: unknown, log: Log): AwsError {
  if (error instanceof AwsError) {
    return error;
  }
  log.write("error", "internal failure", {
    stack: error instanceof Error ? error.stack : String(error),
  });
  return new AwsError({
    code: "InternalFailure",
    message: "Millrace failed to answer this request. The log of the engine has the details.",
    status: 500,
  });
}

function notFound(): AwsError {
  return new AwsError({ code: "UnknownOperationException", message: "Not found.", status: 404 });
}
