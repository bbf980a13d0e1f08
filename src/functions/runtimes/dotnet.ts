/**
 * .NET runtimes: an executable assembly (its handler names it) brings its client and is run as it is;
 * a class library (`Assembly::Type::Method`) is run by `Amazon.Lambda.RuntimeSupport` built as a
 * program: the one that is configured, that of the package, or that of AWS's test tool for Lambda.
 *
 * What is started, and what is said when something is missing, is what the managed runtime does.
 * Source: https://github.com/aws/aws-lambda-dotnet (bootstrap.net8.sh of RuntimeSupport)
 */
import path from "node:path";
import { RuntimeUnavailable } from "../function-host.ts";
import { dotnetFolders, dotnetProbe, type ProbedDotnet } from "./dotnet-host.ts";
import { CLIENT, dotnetProgram, installedClient, TEST_TOOL } from "./dotnet-program.ts";
import type { Planner, ProgramInterpreter, RuntimeFamily } from "./family.ts";
import { installedVersion, isOf, versionNote, withClient } from "./versions.ts";

const RUNTIMES = ["dotnet6", "dotnet8", "dotnet10"];
/** What a heap may have of its container's memory, by .NET's own rule. */
const HEAP_SHARE = 0.75;
const MIB = 1024 * 1024;
const MISSING_CLIENT = {
  name: CLIENT,
  remedy: `Functions that are class libraries need it: dotnet tool install -g ${TEST_TOOL}`,
};

export const dotnetFamily: RuntimeFamily = {
  name: "dotnet",
  runtimes: RUNTIMES,
  title: RUNTIMES.join(", "),
  async find(runtime, finding): Promise<ProgramInterpreter> {
    const version = runtime.slice("dotnet".length);
    const wanted = {
      runtime,
      version,
      programs: ["dotnet"],
      folders: dotnetFolders(),
      probe: dotnetProbe(version),
    };
    const found = await installedVersion(wanted, finding);
    if (!found) {
      throw new RuntimeUnavailable({
        runtime,
        problem: `No .NET ${version} or later was found for ${runtime}.`,
        remedy:
          `Install it (https://dotnet.microsoft.com/download/dotnet/${version}.0, ` +
          `brew install dotnet@${version} or apt install dotnet-runtime-${version}.0), ` +
          `or name an interpreter with --interpreter ${runtime}=PATH.`,
      });
    }
    const { program } = found;
    const hasClient = (await installedClient(runtime, finding.client)) !== undefined;
    const note = withClient(
      versionNote(".NET", found.version, version),
      hasClient ? undefined : MISSING_CLIENT,
    );
    const plan = planWith(found, version, finding.client);
    return { kind: "program", program, version: found.version, ...note, plan };
  },
};

function planWith(dotnet: ProbedDotnet, wanted: string, configured: string | undefined): Planner {
  return async ({ spec }) => ({
    ...(await dotnetProgram(spec, dotnet, configured)),
    workingDirectory: spec.codeDirectory,
    environment: {
      DOTNET_ROOT: path.dirname(dotnet.program),
      DOTNET_GCHeapHardLimit: `0x${Math.floor(spec.memoryMb * HEAP_SHARE * MIB).toString(16)}`,
      DOTNET_CLI_TELEMETRY_OPTOUT: "1",
      ...(isOf(dotnet.version, wanted) ? {} : { DOTNET_ROLL_FORWARD: "Major" }),
    },
    takesWrapper: true,
    takesLogFrames: true,
  });
}
