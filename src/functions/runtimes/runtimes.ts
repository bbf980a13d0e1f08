/**
 * Which interpreter of this machine runs a Lambda runtime: the one that is configured, or what the
 * runtime's family finds (`runtimes/`). What no family has is refused by name.
 */
import { type RuntimeStatus, RuntimeUnavailable } from "../function-host.ts";
import { dotnetFamily } from "./dotnet.ts";
import type { Interpreter, RuntimeFamily } from "./family.ts";
import { type InterpreterSearch, systemSearch } from "./interpreter-search.ts";
import { javaFamily } from "./java.ts";
import { nodeFamily } from "./node.ts";
import { providedFamily } from "./provided.ts";
import { pythonFamily } from "./python.ts";
import { rubyFamily } from "./ruby.ts";

export interface Runtimes {
  /** Rejects with `RuntimeUnavailable`. */
  find(runtime: string): Promise<Interpreter>;
  statuses(): Promise<readonly RuntimeStatus[]>;
}

export interface RuntimesOptions {
  /** Runtime name to the absolute path of the interpreter that shall run it. */
  readonly interpreters: Readonly<Record<string, string>>;
  /** `ruby`, `java` or `dotnet` to the path of the runtime interface client that shall be taken. */
  readonly clients?: Readonly<Record<string, string>>;
  readonly search?: InterpreterSearch;
}

export function createRuntimes(options: RuntimesOptions): Runtimes {
  const families = [nodeFamily, pythonFamily, rubyFamily, javaFamily, dotnetFamily, providedFamily];
  const found = new Map<string, Promise<Interpreter>>();
  const find = (runtime: string): Promise<Interpreter> => {
    let interpreter = found.get(runtime);
    if (!interpreter) {
      interpreter = discover(families, runtime, options);
      found.set(runtime, interpreter);
      // One that is installed later shall be found without a restart.
      interpreter.catch(() => found.delete(runtime));
    }
    return interpreter;
  };
  return {
    find,
    statuses: () =>
      Promise.all(
        families
          .flatMap(({ runtimes }) => runtimes)
          .map((runtime) => statusOf(runtime, find(runtime))),
      ),
  };
}

async function statusOf(runtime: string, found: Promise<Interpreter>): Promise<RuntimeStatus> {
  try {
    const interpreter = await found;
    const { program, version, note } = interpreter;
    const remedy = interpreter.kind === "program" ? interpreter.remedy : undefined;
    return {
      runtime,
      ...(program === "" ? {} : { interpreter: program, version }),
      ...(note ? { note } : {}),
      ...(remedy ? { remedy } : {}),
    };
  } catch (error) {
    if (error instanceof RuntimeUnavailable) {
      return { runtime, remedy: error.remedy };
    }
    throw error;
  }
}

async function discover(
  families: readonly RuntimeFamily[],
  runtime: string,
  { interpreters, clients = {}, search = systemSearch }: RuntimesOptions,
): Promise<Interpreter> {
  const family = families.find(({ runtimes }) => runtimes.includes(runtime));
  if (!family) {
    const titles = families.map(({ title }) => title).join(", ");
    throw new RuntimeUnavailable({
      runtime,
      problem: `Millrace does not run ${runtime}.`,
      remedy: `Build the function for provided.al2023 with a bootstrap. Millrace runs ${titles}.`,
    });
  }
  return family.find(runtime, {
    search,
    configured: interpreters[runtime],
    client: clients[family.name],
  });
}
