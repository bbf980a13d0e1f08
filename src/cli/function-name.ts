/** Finds the function a person means: by its name, or by its logical id in any stack. */
import { EXIT_FAILURE, OperatorError } from "../base/operator-error.ts";
import { isFunction, stackResources } from "../deploy/stack-resources.ts";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import { stackNames } from "./stack-names.ts";

export interface KnownFunction {
  readonly name: string;
  readonly logGroup: string;
  /** Of the stack that made it, when one did. */
  readonly logicalId?: string;
  readonly stackName?: string;
}

export async function knownFunctions(
  dispatcher: Dispatcher,
  caller: Caller,
): Promise<readonly KnownFunction[]> {
  const [functions, made] = await Promise.all([
    functionsThere(dispatcher, caller),
    functionsOfStacks(dispatcher, caller),
  ]);
  return functions.map((fn) => ({ ...fn, ...made.get(fn.name) }));
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

async function functionsThere(
  dispatcher: Dispatcher,
  caller: Caller,
): Promise<readonly KnownFunction[]> {
  const found: KnownFunction[] = [];
  let Marker: string | undefined;
  do {
    const page = await dispatcher.call(caller, "lambda", "ListFunctions", { Marker });
    for (const { FunctionName: name = "", LoggingConfig: logging } of page.Functions ?? []) {
      found.push({ name, logGroup: logging?.LogGroup ?? `/aws/lambda/${name}` });
    }
    Marker = page.NextMarker || undefined;
  } while (Marker !== undefined);
  return found;
}

type Maker = Required<Pick<KnownFunction, "logicalId" | "stackName">>;

async function functionsOfStacks(
  dispatcher: Dispatcher,
  caller: Caller,
): Promise<ReadonlyMap<string, Maker>> {
  const found = new Map<string, Maker>();
  for (const stackName of await stackNames(dispatcher, caller)) {
    const resources = await stackResources(dispatcher, caller, stackName);
    for (const { logicalId, physicalId } of resources.filter(isFunction)) {
      found.set(physicalId, { logicalId, stackName });
    }
  }
  return found;
}
