/**
 * How the program of a container image is started: its entry point with its command as arguments,
 * each as the function's `ImageConfig` says, or else as the image does.
 *
 * The program speaks the Runtime API by itself: by AWS's runtime interface client of its language, or
 * by the bootstrap of AWS's base images, whose `/lambda-entrypoint.sh` starts it directly where
 * `AWS_LAMBDA_RUNTIME_API` is set, as it is here.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-parms
 */
import { lstat, stat } from "node:fs/promises";
import path from "node:path";
import { type FunctionImage, type FunctionSpec, RuntimeUnavailable } from "../function-host.ts";
import { InvalidEntrypoint } from "../processes/function-process.ts";
import type { Planner, ProgramInterpreter } from "../runtimes/family.ts";
import { refuseForeignProgram } from "../runtimes/foreign-program.ts";
import type { ImageConfiguration } from "./image-source.ts";
import { placeInside } from "./inside-root.ts";

/** What a function says instead of its image. */
export interface ImageOverride {
  readonly entryPoint?: readonly string[] | undefined;
  readonly command?: readonly string[] | undefined;
  readonly workingDirectory?: string | undefined;
}

/** Each setting overrides that of the image by itself; an empty one overrides nothing. */
export function functionImage(
  rootDirectory: string,
  { architecture, environment, ...image }: ImageConfiguration,
  override: ImageOverride,
): FunctionImage {
  const { entryPoint = [], command = [], workingDirectory = "" } = override;
  return {
    rootDirectory,
    architecture,
    environment,
    entryPoint: entryPoint.length > 0 ? entryPoint : image.entryPoint,
    command: command.length > 0 ? command : image.command,
    workingDirectory: workingDirectory === "" ? image.workingDirectory : workingDirectory,
  };
}

export const IMAGE_RUNTIME = "container image";
/** As Node.js names what Go names otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: "x64", "386": "ia32" };
const EXECUTABLE = 0o111;

const plan: Planner = async ({ spec }) => {
  const { image } = spec;
  if (image === undefined) {
    throw new InvalidEntrypoint("The function has no image.");
  }
  refuseForeignImage(spec, image);
  const [name, ...given] = [...image.entryPoint, ...image.command];
  await checkWorkingDirectory(image);
  const program = name === undefined ? undefined : await findProgram(image, name, spec.environment);
  if (program === undefined) {
    throw launchError(image, `fork/exec ${name ?? ""}: no such file or directory`);
  }
  const place = await placeInside(image.rootDirectory, program);
  if (((await stat(place)).mode & EXECUTABLE) === 0) {
    throw launchError(image, `fork/exec ${program}: permission denied`);
  }
  refuseForeignProgram(spec, place);
  return {
    program,
    arguments: given,
    workingDirectory: image.workingDirectory,
    environment: {},
    takesWrapper: false,
  };
};

export const imageInterpreter: ProgramInterpreter = {
  kind: "program",
  program: "",
  version: IMAGE_RUNTIME,
  plan,
};

function refuseForeignImage(spec: FunctionSpec, { architecture }: FunctionImage): void {
  const wanted = ARCHITECTURES[architecture] ?? architecture;
  if (process.platform !== "linux" || wanted !== process.arch) {
    throw new RuntimeUnavailable({
      runtime: spec.runtime,
      problem:
        `The image of ${spec.name} is for Linux on ${architecture}; ` +
        `this machine is ${process.platform} on ${process.arch}.`,
      remedy: "Build it for this machine, or run Millrace on a machine of that kind.",
    });
  }
}

async function checkWorkingDirectory(image: FunctionImage): Promise<void> {
  const { rootDirectory, workingDirectory } = image;
  const place = await placeInside(rootDirectory, workingDirectory);
  const found = await lstat(place).catch(() => undefined);
  if (!path.posix.isAbsolute(workingDirectory)) {
    const problem = `the working directory '${workingDirectory}' is invalid, it needs to be an absolute path`;
    throw launchError(image, problem, "Runtime.InvalidWorkingDir");
  }
  if (!found?.isDirectory()) {
    const problem = `chdir ${workingDirectory}: no such file or directory`;
    throw launchError(image, problem, "Runtime.InvalidWorkingDir");
  }
}

/** As `execvp` would, within the image; the path is the one the process will see. */
async function findProgram(
  image: FunctionImage,
  name: string,
  ofFunction: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { PATH: search = DEFAULT_PATH } = { ...image.environment, ...ofFunction };
  const candidates = name.includes("/")
    ? [path.posix.resolve(image.workingDirectory, name)]
    : search.split(":").map((folder) => path.posix.resolve(image.workingDirectory, folder, name));
  for (const candidate of candidates) {
    const place = await placeInside(image.rootDirectory, candidate);
    if ((await stat(place).catch(() => undefined))?.isFile()) {
      return candidate;
    }
  }
  return undefined;
}

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The log of AWS has a line that says what was to be started. */
function launchError(image: FunctionImage, problem: string, errorType?: string): InvalidEntrypoint {
  const list = (values: readonly string[]): string => `[${values.join(",")}]`;
  return new InvalidEntrypoint(problem, {
    ...(errorType === undefined ? {} : { errorType }),
    logLine:
      `IMAGE\tLaunch error: ${problem}\tEntrypoint: ${list(image.entryPoint)}\t` +
      `Cmd: ${list(image.command)}\tWorkingDir: [${image.workingDirectory}]\n`,
  });
}
