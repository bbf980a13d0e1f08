/** `provided` runtimes bring their own `bootstrap`, in the code or in a layer. */
import path from "node:path";
import type { FunctionSpec } from "../function-host.ts";
import { isExecutable } from "../processes/executable.ts";
import { InvalidEntrypoint } from "../processes/function-process.ts";
import type { Planner, RuntimeFamily } from "./family.ts";
import { refuseForeignProgram } from "./foreign-program.ts";

const RUNTIMES = ["provided.al2", "provided.al2023"];

export const providedFamily: RuntimeFamily = {
  name: "provided",
  runtimes: RUNTIMES,
  title: RUNTIMES.join(", "),
  async find(runtime) {
    return {
      kind: "program",
      program: "",
      version: runtime,
      note: "runs the bootstrap of the function",
      plan,
    };
  },
};

const plan: Planner = ({ spec }) => {
  const bootstrap = findBootstrap(spec);
  if (bootstrap === undefined) {
    throw new InvalidEntrypoint(
      "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    );
  }
  refuseForeignProgram(spec, bootstrap);
  return {
    program: bootstrap,
    arguments: [],
    workingDirectory: spec.codeDirectory,
    environment: {},
    takesWrapper: false,
  };
};

function findBootstrap(spec: FunctionSpec): string | undefined {
  return [spec.codeDirectory, ...[...spec.layerDirectories].reverse()]
    .map((folder) => path.join(folder, "bootstrap"))
    .find(isExecutable);
}
