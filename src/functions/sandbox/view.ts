/**
 * What functions see in a sandbox.
 *
 * A function of a package: its code at `/var/task`, its layers at `/opt`, the bootstraps at
 * `/var/runtime`, the AWS SDK, the programs and libraries of the system, its interpreter where that
 * lies and under its name of AWS, and a `/tmp` of its own. Not there: the user's home and all other files of this machine, the
 * data folder, other functions, other processes.
 *
 * A function of an image: the image, with a `/tmp` of its own.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { temporaryDirectory } from "../environments/environment-variables.ts";
import type { ProcessCommand } from "../processes/function-process.ts";
import type { ProcessView } from "../processes/process-view.ts";
import {
  file,
  folder,
  SANDBOX_GID,
  SANDBOX_UID,
  SANDBOX_USER,
  type SandboxPlan,
  type ShownLink,
  type ShownPlace,
  writable,
} from "./plan.ts";
import { isBelow, isOfSystem, type Shown, systemFolders, systemSettings } from "./system.ts";
import type { SandboxTool } from "./tool.ts";

interface EnvironmentPlaces {
  readonly tool: SandboxTool;
  /** An empty folder, where a process puts its view together: no other process sees that. */
  readonly emptyDirectory: string;
  /** A folder of the environment alone. */
  readonly sandboxDirectory: string;
  readonly hostsFile: string;
  readonly address: string;
}

export interface CodePlaces extends EnvironmentPlaces {
  readonly codeDirectory: string;
  readonly layerDirectories: readonly string[];
  /** The layers laid over each other; absent where there are none. */
  readonly optDirectory: string | undefined;
  readonly bootstrapDirectory: string;
  /** Holds a `node_modules` of links to the AWS SDK. */
  readonly sdkDirectory: string;
  /** Where interpreters keep compiled code: in a sandbox, that of one package alone. */
  readonly cacheDirectory: string;
  /** What runs the code; absent where the code runs itself. */
  readonly interpreter: string | undefined;
  /** Files and folders its programs need, beside the system's: see `placesIn`, `installationsOf`. */
  readonly reads: readonly string[];
}

export interface ImagePlaces extends EnvironmentPlaces {
  readonly rootDirectory: string;
}

const TASK = "/var/task";
const OPT = "/opt";
const RUNTIME = "/var/runtime";
const OWN = "/var/environment";
const MODULES = "/var/lang/node_modules";
const CACHE = "/var/lang/cache";
const PROGRAMS = "/var/lang/bin";
const TEMPORARY = "/tmp";

export function imageView(places: ImagePlaces): ProcessView {
  const plan: SandboxPlan = {
    root: places.rootDirectory,
    shown: [...namesOfHosts(places), ...temporary(places)],
    links: [],
  };
  return viewOf(places, plan, (text) => text);
}

export function codeView(places: CodePlaces): ProcessView {
  const { sandboxDirectory, codeDirectory, sdkDirectory, bootstrapDirectory } = places;
  const sdk = sdkOf(sdkDirectory);
  const settings = systemSettings();
  const system = systemFolders();
  const accounts = writeAccounts(sandboxDirectory);
  const plan: SandboxPlan = {
    root: undefined,
    shown: outermostFirst([
      ...system.shown,
      ...settings.shown,
      ...namesOfHosts(places),
      ...accounts,
      ...installed(places),
      ...sdk.shown,
      folder(codeDirectory, TASK),
      folder(bootstrapDirectory, RUNTIME),
      ...layers(places),
      folder(sandboxDirectory, OWN),
      writable(folder(ownCache(places), CACHE)),
      ...temporary(places),
    ]),
    links: [...system.links, ...settings.links, ...sdk.links, ...namesOfInterpreter(places)],
  };
  return viewOf(places, plan, (text) => seenByCode(places, text));
}

/** What lies in another place is shown after that, or it would be covered. */
function outermostFirst(places: readonly ShownPlace[]): readonly ShownPlace[] {
  return [...places].sort((a, b) => (a.at < b.at ? -1 : 1));
}

function viewOf(
  { address, emptyDirectory, tool }: EnvironmentPlaces,
  plan: SandboxPlan,
  seen: (text: string) => string,
): ProcessView {
  return {
    address,
    seen,
    enter: (command) => tool.enter(plan, seenCommand(command, seen), emptyDirectory),
  };
}

function seenCommand(command: ProcessCommand, seen: (text: string) => string): ProcessCommand {
  const variables = Object.entries(command.environment);
  return {
    program: seen(command.program),
    arguments: command.arguments.map(seen),
    environment: Object.fromEntries(variables.map(([name, value]) => [name, seen(value)])),
    workingDirectory: seen(command.workingDirectory),
  };
}

/** The longest paths first, so that a folder does not take what lies deeper from another. */
function seenByCode(places: CodePlaces, text: string): string {
  const { sandboxDirectory, codeDirectory, layerDirectories } = places;
  const pairs: readonly (readonly [string, string])[] = [
    [temporaryDirectory({ directory: sandboxDirectory }), TEMPORARY],
    [`${sandboxDirectory}/`, `${OWN}/`],
    [sandboxDirectory, TEMPORARY],
    [codeDirectory, TASK],
    ...layerDirectories.map((layer) => [layer, OPT] as const),
    ...(places.optDirectory === undefined ? [] : [[places.optDirectory, OPT] as const]),
    [places.bootstrapDirectory, RUNTIME],
    [places.cacheDirectory, CACHE],
    [`${places.sdkDirectory}/`, "/"],
    [places.sdkDirectory, "/"],
  ];
  return pairs.reduce((seen, [from, to]) => seen.replaceAll(from, to), text);
}

function temporary({ sandboxDirectory }: EnvironmentPlaces): readonly ShownPlace[] {
  const directory = temporaryDirectory({ directory: sandboxDirectory });
  return [writable(folder(directory, TEMPORARY))];
}

/** A link of these to a place that is not shown would leave the process without names. */
function namesOfHosts({ hostsFile }: EnvironmentPlaces): readonly ShownPlace[] {
  const resolver = "/etc/resolv.conf";
  return [
    file(hostsFile, "/etc/hosts"),
    ...(existsSync(resolver) ? [file(realpathSync(resolver), resolver)] : []),
  ];
}

/** What one package wrote there, no other runs. */
function ownCache({ cacheDirectory, codeDirectory }: CodePlaces): string {
  const name = createHash("sha256").update(codeDirectory).digest("hex");
  const directory = path.join(cacheDirectory, "sandboxed", name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Scripts in layers name their interpreter by where AWS has it: `#!/var/lang/bin/python`. */
function namesOfInterpreter({ interpreter }: CodePlaces): readonly ShownLink[] {
  if (interpreter === undefined) {
    return [];
  }
  const own = path.basename(interpreter);
  const names = own.startsWith("python") ? new Set([own, "python", "python3"]) : [own];
  return [...names].map((name) => ({ at: `${PROGRAMS}/${name}`, target: interpreter }));
}

function writeAccounts(sandboxDirectory: string): readonly ShownPlace[] {
  const texts = {
    passwd: `root:x:0:0:root:/:/sbin/nologin\n${SANDBOX_USER}:x:${SANDBOX_UID}:${SANDBOX_GID}::/tmp:/sbin/nologin\n`,
    group: `root:x:0:\n${SANDBOX_USER}:x:${SANDBOX_GID}:\n`,
  };
  return Object.entries(texts).map(([name, text]) => {
    const place = path.join(sandboxDirectory, name);
    writeFileSync(place, text);
    return file(place, `/etc/${name}`);
  });
}

/**
 * The SDK's packages find what they need beside themselves, in the folder they really lie in; and
 * every function finds the SDK above its code.
 */
function sdkOf(sdkDirectory: string): Shown {
  const modules = path.join(sdkDirectory, "node_modules");
  const scopes = existsSync(modules) ? readdirSync(modules) : [];
  const sources = scopes.map((scope) => realpathSync(path.join(modules, scope)));
  const [first] = sources;
  return first === undefined
    ? { shown: [], links: [] }
    : {
        shown: [folder(path.dirname(first), MODULES)],
        links: scopes.map((scope) => ({
          at: `/node_modules/${scope}`,
          target: `${MODULES}/${scope}`,
        })),
      };
}

/** One by one, so that an interpreter of the machine can stand beside them. */
function layers({ optDirectory }: CodePlaces): readonly ShownPlace[] {
  return optDirectory === undefined
    ? []
    : readdirSync(optDirectory).map((name) =>
        shownAt(path.join(optDirectory, name), path.join(OPT, name)),
      );
}

function shownAt(place: string, at: string): ShownPlace {
  return statSync(place).isDirectory() ? folder(place, at) : file(place, at);
}

/** Interpreters outside the system's folders, with the installation they belong to, and the like. */
function installed({ reads }: CodePlaces): readonly ShownPlace[] {
  const places = [...new Set(reads.filter((each) => !isOfSystem(each) && !isPrivate(each)))];
  return places
    .filter((each) => !places.some((other) => isBelow(each, other)))
    .map((each) => shownAt(each, each));
}

/** The home folder itself is no installation, whatever lies in its `bin`. */
function isPrivate(place: string): boolean {
  const home = homedir();
  return place === "/" || place === home || isBelow(home, place);
}

/** The folders of a program and of the one it is a link to, each with all of its installation. */
export function installationsOf(program: string): readonly string[] {
  const places = [program, ...(existsSync(program) ? [realpathSync(program)] : [])];
  return [...new Set(places.map(installationOf))];
}

function installationOf(program: string): string {
  const parent = path.dirname(program);
  return path.basename(parent) === "bin" ? path.dirname(parent) : parent;
}

/** Whatever of this machine these texts name: `/a/b.jar` and `/c` of `-cp=/a/b.jar:/c/*`. */
export function placesIn(texts: readonly string[]): readonly string[] {
  const names = texts
    .flatMap((text) => text.split(/[:=,;\s]/))
    .map((name) => name.replace(/\/\*$/, ""));
  return [...new Set(names.filter((name) => path.isAbsolute(name) && existsSync(name)))];
}
