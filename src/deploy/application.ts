/**
 * An application on this machine and its stack in the engine: brings the stack to what the files
 * say, by the least that does it.
 *
 * When nothing but code changed since the last time, the code of the changed functions is replaced
 * and the stack is left alone. It then stands behind its functions; so whenever the stack is
 * deployed, what the functions really run is compared with what was built.
 */
import { EXIT_FAILURE, OperatorError } from "../base/operator-error.ts";
import { TemplateError } from "../languages/template/value.ts";
import type { Stack } from "../wire/models/cloudformation.gen.ts";
import { type CodeStorage, createCodeStorage } from "./code-storage.ts";
import { type DeployOptions, deployStack } from "./deploy-stack.ts";
import {
  type PackagedFile,
  type PackagedTemplate,
  packageTemplate,
} from "./package/package-template.ts";
import { isFunction, stackResources } from "./stack-resources.ts";

export interface ApplicationOptions extends Omit<DeployOptions, "template"> {
  /** Absolute. */
  readonly templatePath: string;
  /** The places of container images, by the logical ids of functions: absolute paths. */
  readonly images?: Readonly<Record<string, string>> | undefined;
}

export interface ApplicationChange {
  /** `code`: functions were given new code and the stack was left alone. */
  readonly kind: "none" | "code" | "stack";
  readonly stack: Stack;
  /** Functions whose code was replaced beside the stack: their logical ids. */
  readonly functions: readonly string[];
  /** What the developer should know, a sentence each. */
  readonly notes: readonly string[];
  /** Files and folders the functions were built from. */
  readonly sources: readonly string[];
}

export interface Application {
  /** Builds, and deploys what changed. Throws an `OperatorError` and leaves running what runs. */
  deploy(): Promise<ApplicationChange>;
}

interface Deployed {
  readonly stack: Stack;
  /** The template without the places of code. */
  readonly form: string;
  /** The keys of the packages the stack's template names. */
  readonly stackKeys: readonly string[];
  /** Logical id to the key of the package that runs. */
  readonly running: ReadonlyMap<string, string>;
}

export function createApplication(options: ApplicationOptions): Application {
  const storage = createCodeStorage(options);
  let deployed: Deployed | undefined;
  return {
    async deploy() {
      const packaged = await packageOrExplain(options, storage);
      const before = deployed;
      // Unknown until this deployment has ended well.
      deployed = undefined;
      const { after, change } =
        before !== undefined && before.form === formOf(packaged)
          ? await deployCode(options, packaged, before)
          : await deployAll(options, packaged, storage);
      await storage.keepOnly(new Set([...after.stackKeys, ...after.running.values()]));
      deployed = after;
      const { functions, stackFiles, images } = packaged;
      const sources = [...functions, ...stackFiles, ...images].flatMap((item) => item.sources);
      return { ...change, stack: after.stack, notes: packaged.notes, sources };
    },
  };
}

interface Outcome {
  readonly after: Deployed;
  readonly change: Pick<ApplicationChange, "kind" | "functions">;
}

async function deployAll(
  options: ApplicationOptions,
  packaged: PackagedTemplate,
  storage: CodeStorage,
): Promise<Outcome> {
  const { template, functions, stackFiles } = packaged;
  const { stack, changed } = await deployStack({ ...options, template });
  const behind: PackagedFile[] = [];
  const names = await functionNames(options);
  for (const fn of functions) {
    if (await runsOtherCode(options, storage, { fn, name: names.get(fn.logicalId) })) {
      behind.push(fn);
    }
  }
  await replaceCode(options, behind, names);
  const keys = [...functions, ...stackFiles].map(({ key }) => key);
  return {
    after: { stack, form: formOf(packaged), stackKeys: keys, running: runningOf(functions) },
    change: {
      kind: changed ? "stack" : behind.length > 0 ? "code" : "none",
      functions: behind.map(({ logicalId }) => logicalId),
    },
  };
}

async function deployCode(
  options: ApplicationOptions,
  packaged: PackagedTemplate,
  before: Deployed,
): Promise<Outcome> {
  const behind = packaged.functions.filter(
    ({ logicalId, key }) => before.running.get(logicalId) !== key,
  );
  if (behind.length > 0) {
    await replaceCode(options, behind, await functionNames(options));
  }
  return {
    after: { ...before, running: runningOf(packaged.functions) },
    change: {
      kind: behind.length > 0 ? "code" : "none",
      functions: behind.map(({ logicalId }) => logicalId),
    },
  };
}

function runningOf(functions: readonly PackagedFile[]): ReadonlyMap<string, string> {
  return new Map(functions.map(({ logicalId, key }) => [logicalId, key]));
}

function formOf({ template, functions }: PackagedTemplate): string {
  return functions.reduce((form, { key }) => form.replaceAll(key, ""), template);
}

async function runsOtherCode(
  { dispatcher, caller }: ApplicationOptions,
  storage: CodeStorage,
  { fn, name }: { readonly fn: PackagedFile; readonly name: string | undefined },
): Promise<boolean> {
  if (name === undefined) {
    return false;
  }
  const { CodeSha256 } = await dispatcher.call(caller, "lambda", "GetFunctionConfiguration", {
    FunctionName: name,
  });
  return CodeSha256 !== (await storage.sha256Of(fn.key));
}

async function replaceCode(
  { dispatcher, caller }: ApplicationOptions,
  functions: readonly PackagedFile[],
  names: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { logicalId, bucket, key } of functions) {
    const FunctionName = names.get(logicalId);
    if (FunctionName !== undefined) {
      await dispatcher.call(caller, "lambda", "UpdateFunctionCode", {
        FunctionName,
        S3Bucket: bucket,
        S3Key: key,
      });
    }
  }
}

/** Logical id to name; one whose condition does not hold is not there. */
async function functionNames(options: ApplicationOptions): Promise<ReadonlyMap<string, string>> {
  const { dispatcher, caller, stackName } = options;
  const resources = await stackResources(dispatcher, caller, stackName);
  return new Map(
    resources.filter(isFunction).map(({ logicalId, physicalId }) => [logicalId, physicalId]),
  );
}

async function packageOrExplain(
  { templatePath, images }: ApplicationOptions,
  storage: CodeStorage,
): Promise<PackagedTemplate> {
  const { bucket, keyPrefix } = storage;
  try {
    return await packageTemplate({ templatePath, bucket, keyPrefix, storage, images });
  } catch (error) {
    if (!(error instanceof TemplateError)) {
      throw error;
    }
    throw new OperatorError({
      what: `The template ${templatePath} cannot be read.`,
      why: error.message,
      fix: "Correct it there, and deploy again.",
      exitCode: EXIT_FAILURE,
    });
  }
}
