/** Finds the function a person means: by its name, or by its logical id in any stack. */
import { EXIT_FAILURE, OperatorError } from "../base/operator-error.ts";
import { isFunction, stackResources } from "../deploy/stack-resources.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import { stackNames } from "./stack-names.ts";

export interface KnownFunction {
  readonly name: string;
  /** Of the stack that made it, when one did. */
  readonly logicalId?: string;
  readonly stackName?: string;
}

export async function knownFunctions(
  dispatcher: Dispatcher,
  caller: Caller,
): Promise<readonly KnownFunction[]> {
  const [names, made] = await Promise.all([
    functionNames(dispatcher, caller),
    functionsOfStacks(dispatcher, caller),
  ]);
  return names.map((name) => made.find((fn) => fn.name === name) ?? { name });
}

/** Throws an `OperatorError` that names the near ones. */
export function findFunction(given: string, known: readonly KnownFunction[]): KnownFunction {
  const named = known.find(({ name }) => name === given);
  const meant =
    named === undefined ? known.filter(({ logicalId }) => logicalId === given) : [named];
  const [only] = meant;
  if (only !== undefined && meant.length === 1) {
    return only;
  }
  if (meant.length > 1) {
    throw new OperatorError({
      what: `Several stacks have a function ${given}.`,
      why: meant.map(({ name, stackName }) => `${stackName}: ${name}`).join("\n"),
      fix: "Give its full name.",
      exitCode: EXIT_FAILURE,
    });
  }
  const ids = known.map(({ name, logicalId }) => logicalId ?? name).sort();
  throw new OperatorError({
    what: `There is no function ${given}.`,
    why:
      ids.length === 0 ? "The engine has no functions yet." : `The engine has ${ids.join(", ")}.`,
    fix: ids.length === 0 ? "Deploy an application first: `millrace deploy`." : "Name one of them.",
    exitCode: EXIT_FAILURE,
  });
}

async function functionNames(dispatcher: Dispatcher, caller: Caller): Promise<readonly string[]> {
  const names: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await dispatcher.call(caller, "lambda", "ListFunctions", { Marker });
    names.push(...(page.Functions ?? []).map(({ FunctionName = "" }) => FunctionName));
    Marker = page.NextMarker || undefined;
  } while (Marker !== undefined);
  return names;
}

async function functionsOfStacks(
  dispatcher: Dispatcher,
  caller: Caller,
): Promise<readonly KnownFunction[]> {
  const found: KnownFunction[] = [];
  for (const stackName of await stackNames(dispatcher, caller)) {
    const resources = await stackResources(dispatcher, caller, stackName);
    for (const { logicalId, physicalId: name } of resources.filter(isFunction)) {
      found.push({ name, logicalId, stackName });
    }
  }
  return found;
}
