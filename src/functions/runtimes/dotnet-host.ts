/** The .NET hosts of this machine, and the versions of .NET that each of them has. */
import { homedir } from "node:os";
import path from "node:path";
import type { Place, Probe, Probed } from "./interpreter-search.ts";
import { isLater, isOf } from "./versions.ts";

export type ProbedDotnet = Probed;

/** One host runs several versions: the wanted one, or else the nearest later one. */
export function dotnetProbe(wanted: string): Probe<ProbedDotnet> {
  return {
    arguments: ["--list-runtimes"],
    read(output, candidate) {
      const versions = [...output.matchAll(/^Microsoft\.NETCore\.App (\d\S*)/gm)]
        .map(([, version = ""]) => version)
        .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
      const version =
        versions.findLast((each) => isOf(each, wanted)) ??
        versions.find((each) => isLater(each, wanted));
      return version === undefined ? undefined : { program: candidate, version };
    },
  };
}

export function dotnetFolders(): readonly Place[] {
  const root = process.env["DOTNET_ROOT"];
  return [
    ...(root === undefined ? [] : [root]),
    path.join(homedir(), ".dotnet"),
    "/usr/share/dotnet",
    "/usr/lib/dotnet",
    "/usr/local/share/dotnet",
  ];
}
