/**
 * Java runtimes run through their public runtime interface client,
 * `com.amazonaws:aws-lambda-java-runtime-interface-client`: the one that is configured, that of the
 * function's package or its layers, or the newest in the caches of Maven and Gradle.
 */
import { homedir } from "node:os";
import path from "node:path";
import { temporaryDirectory } from "../environments/environment-variables.ts";
import { RuntimeUnavailable } from "../function-host.ts";
import type { Planner, ProgramInterpreter, RuntimeFamily } from "./family.ts";
import type { Place, Probe, Probed } from "./interpreter-search.ts";
import { CLIENT, CLIENT_CLASS, clientClassPath, isClientInstalled } from "./java-client.ts";
import { javaOptions } from "./java-options.ts";
import { installedVersion, versionNote, withClient } from "./versions.ts";

const RUNTIMES = [
  "java8.al2",
  "java8.al2023",
  "java11",
  "java11.al2023",
  "java17",
  "java17.al2023",
  "java21",
  "java25",
];

const HOW_TO_GET = `mvn dependency:get -Dartifact=com.amazonaws:${CLIENT}:LATEST`;
const MISSING_CLIENT = {
  name: CLIENT,
  remedy: `Functions that do not bring it need it: ${HOW_TO_GET}`,
};

const PROBE: Probe = {
  arguments: ["-XshowSettings:properties", "-version"],
  read(output) {
    const [, home] = /^\s*java\.home = (.+)$/m.exec(output) ?? [];
    const [, version] = /^\s*java\.version = (\S+)/m.exec(output) ?? [];
    return home === undefined || version === undefined
      ? undefined
      : // Until Java 8, the version 8 was called 1.8.
        { program: path.join(home, "bin/java"), version: version.replace(/^1\.(?=\d)/, "") };
  },
};

export const javaFamily: RuntimeFamily = {
  name: "java",
  runtimes: RUNTIMES,
  title: "java8.al2 to java25",
  async find(runtime, finding): Promise<ProgramInterpreter> {
    const version = javaVersionOf(runtime);
    const wanted = { runtime, version, programs: ["java"], folders: folders(), probe: PROBE };
    const found = await installedVersion(wanted, finding);
    if (!found) {
      throw new RuntimeUnavailable({
        runtime,
        problem: `No Java ${version} or later was found for ${runtime}.`,
        remedy:
          `Install it (sdk install java ${version}-amzn, brew install openjdk@${version} or ` +
          `apt install openjdk-${version}-jre-headless), ` +
          `or name an interpreter with --interpreter ${runtime}=PATH.`,
      });
    }
    return {
      kind: "program",
      ...found,
      ...withClient(
        versionNote("Java", found.version, version),
        (await isClientInstalled(finding.client)) ? undefined : MISSING_CLIENT,
      ),
      takesDebugger: true,
      plan: planWith(found, finding.client),
    };
  },
};

/** `17`. */
export function javaVersionOf(runtime: string): string {
  return /\d+/.exec(runtime)?.[0] ?? "";
}

function planWith(java: Probed, configured: string | undefined): Planner {
  return async ({ spec, sandboxDirectory, isOptShown, debuggerPort }) => {
    const classPath = await clientClassPath(spec, { configured, isOptShown });
    if (classPath === undefined) {
      throw new RuntimeUnavailable({
        runtime: spec.runtime,
        problem: `${spec.name} needs AWS's runtime interface client for Java, which was not found.`,
        remedy:
          `Fetch it (${HOW_TO_GET}), add it to the function's dependencies, ` +
          "or say where its jars lie with --runtime-client java=FOLDER.",
      });
    }
    const temporary = temporaryDirectory({ directory: sandboxDirectory });
    return {
      program: java.program,
      arguments: [
        ...javaOptions(spec, Number.parseInt(java.version, 10)),
        ...debuggerOptions(debuggerPort),
        `-Djava.io.tmpdir=${temporary}`,
        "-classpath",
        classPath.join(path.delimiter),
        CLIENT_CLASS,
        spec.handler,
      ],
      workingDirectory: spec.codeDirectory,
      environment: {},
      takesWrapper: true,
      takesLogFrames: true,
    };
  };
}

function debuggerOptions(port: number | undefined): readonly string[] {
  const server = `transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:${port}`;
  return port === undefined ? [] : [`-agentlib:jdwp=${server}`];
}

/** `JAVA_HOME`, those of the system, SDKMAN, mise, asdf and Homebrew. */
function folders(): readonly Place[] {
  const home = homedir();
  const javaHome = process.env["JAVA_HOME"];
  const inner = "bin";
  return [
    ...(javaHome === undefined ? [] : [path.join(javaHome, inner)]),
    { parent: "/usr/lib/jvm", name: /./, inner },
    { parent: "/Library/Java/JavaVirtualMachines", name: /./, inner: "Contents/Home/bin" },
    { parent: path.join(home, ".sdkman/candidates/java"), name: /^\d/, inner },
    { parent: path.join(home, ".local/share/mise/installs/java"), name: /./, inner },
    { parent: path.join(home, ".asdf/installs/java"), name: /./, inner },
    { parent: "/opt/homebrew/opt", name: /^openjdk/, inner },
  ];
}
