import { isObject, type Json, type JsonObject } from "../../../languages/asl/data/scope.ts";
import type { Input } from "../../../wire/operations.ts";
import { invalidExecutionInput, validationException } from "../errors.ts";
import type { StatesOperation } from "../ports.ts";
import { checkInput } from "../start.ts";
import { contextOf } from "../test-context.ts";
import { mockOf } from "../test-mock.ts";
import { type TestedState, testedState } from "../tested-state.ts";
import { Trial } from "../trial.ts";

type Request = Input<"states", "TestState">;

/**
 * Runs one state: its work for real, unless the result of it is given as a mock.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
 */
export const testState: StatesOperation<"TestState"> = async (ctx, input) => {
  const text = input.input ?? "{}";
  checkInput(text);
  const tested = testedState(ctx, input);
  checkOptions(input, tested);
  const mock = mockOf(input, tested.state, ctx.catalog);
  const configuration = input.stateConfiguration ?? {};
  const trial = new Trial(ctx, tested, {
    input: text,
    variables: variablesOf(input.variables),
    context: contextOf(input.context),
    mock,
    configuration,
  });
  await trial.run();
  const level = input.inspectionLevel ?? "INFO";
  return {
    ...trial.answer(),
    ...(level !== "INFO" && {
      inspectionData: {
        ...(await trial.inspection()),
        ...(level === "TRACE" && trial.traced({ revealSecrets: input.revealSecrets === true })),
      },
    }),
  };
};

/** What goes only with a mock, and what only without one. */
function checkOptions(input: Request, { state }: TestedState): void {
  const { mock, context, revealSecrets, stateConfiguration: configuration = {} } = input;
  if (context !== undefined && mock === undefined) {
    throw validationException("The context can only be specified when a mock is specified");
  }
  if (revealSecrets === true && mock !== undefined) {
    throw validationException("revealSecrets cannot be true when a mock is specified");
  }
  if (configuration.mapIterationFailureCount !== undefined) {
    if (state.type !== "Map" || mock === undefined) {
      throw validationException(
        "mapIterationFailureCount can only be specified for a Map state with a mock",
      );
    }
  }
  const reader = state.type === "Map" ? state.distributed?.reader : undefined;
  if (configuration.mapItemReaderData !== undefined && reader === undefined) {
    throw validationException(
      "mapItemReaderData can only be specified for a Map state with an ItemReader",
    );
  }
}

function variablesOf(text: string | undefined): JsonObject {
  try {
    const variables = JSON.parse(text ?? "{}") as Json;
    if (isObject(variables)) {
      return variables;
    }
  } catch (error) {
    throw invalidExecutionInput(error instanceof Error ? error.message : "not JSON");
  }
  throw validationException("The variables must be a JSON object");
}
