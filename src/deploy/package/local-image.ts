/**
 * Container images that a template points at on this machine, or has built from a Dockerfile.
 *
 * What goes into the template is an address with a digest, so an image that changes changes the
 * function, and one that does not changes nothing.
 * Sources: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build.html,
 * https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cx-api/lib/assets.ts
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { OperatorError } from "../../base/operator-error.ts";
import {
  type ContainerEngine,
  findContainerEngines,
} from "../../functions/images/container-engine.ts";
import { ImageError } from "../../functions/images/image-error.ts";
import { pinnedUri } from "../../functions/images/image-reference.ts";
import { openImage } from "../../functions/images/image-source.ts";
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";

export interface LocalImage {
  readonly logicalId: string;
  /** `file:/images/orders@sha256:...`, `orders:latest@sha256:...`. */
  readonly uri: string;
  /** Files and folders whose change may change the image: absolute paths. */
  readonly sources: readonly string[];
}

export interface LocalImagesOptions {
  /** Of the template: its paths are relative to it. */
  readonly folder: string;
  /** The places of images, by the logical ids of functions: they go before all else. */
  readonly places: Readonly<Record<string, string>>;
  readonly findEngines?: typeof findContainerEngines;
}

/** A function of an image, as the template has it. */
interface ImageFunction {
  readonly logicalId: string;
  readonly uri: Value | undefined;
  /** As Go names it. */
  readonly architecture: string;
  readonly metadata: ValueObject;
}

interface Dockerfile {
  readonly file: string;
  readonly context: string;
  readonly tag: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly target: string | undefined;
}

const SAM_FUNCTION = "AWS::Serverless::Function";
const LAMBDA_FUNCTION = "AWS::Lambda::Function";

export async function localImages(
  source: ValueObject,
  options: LocalImagesOptions,
): Promise<readonly LocalImage[]> {
  const found: LocalImage[] = [];
  for (const fn of imageFunctions(source)) {
    const image = (await givenImage(fn, options)) ?? (await builtImage(fn, options));
    if (image !== undefined) {
      found.push(image);
    }
  }
  return found;
}

/** The template with the addresses of its images. */
export function withImageUris(source: ValueObject, images: readonly LocalImage[]): ValueObject {
  const resources: Record<string, Value> = { ...memberOf(source, "Resources") };
  for (const { logicalId, uri } of images) {
    const resource = memberOf(resources, logicalId);
    const image =
      resource["Type"] === SAM_FUNCTION ? { ImageUri: uri } : { Code: { ImageUri: uri } };
    const Properties = { ...memberOf(resource, "Properties"), ...image };
    resources[logicalId] = { ...resource, Properties };
  }
  return images.length === 0 ? source : { ...source, Resources: resources };
}

function imageFunctions(source: ValueObject): readonly ImageFunction[] {
  const globals = memberOf(memberOf(source, "Globals"), "Function");
  return Object.entries(memberOf(source, "Resources")).flatMap(([logicalId, resource]) => {
    const body = isObject(resource) ? resource : {};
    const type = body["Type"];
    const own = memberOf(body, "Properties");
    const properties = type === SAM_FUNCTION ? { ...globals, ...own } : own;
    const isFunction = type === SAM_FUNCTION || type === LAMBDA_FUNCTION;
    if (!isFunction || properties["PackageType"] !== "Image") {
      return [];
    }
    const code = type === SAM_FUNCTION ? properties : memberOf(properties, "Code");
    const { Architectures: architectures } = properties;
    const [first] = isList(architectures) ? architectures : [];
    return [
      {
        logicalId,
        uri: code["ImageUri"],
        architecture: first === "arm64" ? "arm64" : "amd64",
        metadata: memberOf(body, "Metadata"),
      },
    ];
  });
}

/** That of a path: on the command line, or in the template. */
async function givenImage(
  { logicalId, uri, architecture }: ImageFunction,
  { folder, places }: LocalImagesOptions,
): Promise<LocalImage | undefined> {
  const own = typeof uri === "string" ? uri.replace(/^file:/, "") : undefined;
  const isPath =
    own !== undefined && (own !== uri || existsSync(path.resolve(folder, place(own).path)));
  const given = places[logicalId] ?? (isPath ? path.resolve(folder, own) : undefined);
  if (given === undefined) {
    return undefined;
  }
  const { path: location, tag, digest } = place(given);
  try {
    const opened = await openImage(location, { architecture, tag, digest });
    const isFolder = statSync(location).isDirectory();
    return {
      logicalId,
      uri: pinnedUri(`file:${given}`, opened.digest),
      sources: [isFolder ? path.join(location, "index.json") : location],
    };
  } catch (error) {
    throw error instanceof ImageError ? unusable(logicalId, error) : error;
  }
}

/** `/images/orders#latest@sha256:...` */
function place(text: string): {
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
} {
  const [, location = "", tag, digest] =
    /^(.*?)(?:#([^@]*))?(?:@sha256:([0-9a-f]{64}))?$/.exec(text) ?? [];
  return { path: location, tag, digest };
}

function unusable(logicalId: string, error: ImageError): OperatorError {
  return new OperatorError({
    what: `The image of ${logicalId} cannot be used.`,
    why: error.message,
    fix: "Correct ImageUri, or build the image again.",
  });
}

async function builtImage(
  fn: ImageFunction,
  { folder, findEngines = findContainerEngines }: LocalImagesOptions,
): Promise<LocalImage | undefined> {
  const dockerfile = samDockerfile(fn, folder) ?? cdkDockerfile(fn, folder);
  if (dockerfile === undefined) {
    return undefined;
  }
  const { live, problems } = await findEngines();
  const [engine] = live;
  if (engine === undefined) {
    throw noEngine(fn, dockerfile, problems);
  }
  const reference = `${fn.logicalId.toLowerCase()}:${dockerfile.tag}`;
  const problem = await engine.build({
    reference,
    dockerfile: dockerfile.file,
    context: dockerfile.context,
    architecture: fn.architecture,
    arguments: dockerfile.arguments,
    target: dockerfile.target,
  });
  if (problem !== undefined) {
    throw new OperatorError({
      what: `The image of ${fn.logicalId} could not be built.`,
      why: problem,
      fix: `Correct ${dockerfile.file} and deploy again.`,
    });
  }
  const digest = await digestOf(engine, reference, fn);
  return {
    logicalId: fn.logicalId,
    uri: pinnedUri(reference, digest),
    sources: [dockerfile.context],
  };
}

/** Engines count digests in ways of their own: this is the one by which the image will be known. */
async function digestOf(
  engine: ContainerEngine,
  reference: string,
  { logicalId, architecture }: ImageFunction,
): Promise<string> {
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-image-"));
  const file = path.join(directory, "image.tar");
  try {
    const problem = await engine.save(reference, file);
    if (problem !== undefined) {
      throw new ImageError(`${engine.name} built it and does not give it out: ${problem}`);
    }
    return (await openImage(file, { architecture })).digest;
  } catch (error) {
    throw error instanceof ImageError ? unusable(logicalId, error) : error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** `Metadata: {Dockerfile, DockerContext, DockerTag, DockerBuildArgs, DockerBuildTarget}` */
function samDockerfile({ metadata }: ImageFunction, folder: string): Dockerfile | undefined {
  const { Dockerfile: file, DockerContext: context } = metadata;
  if (typeof context !== "string") {
    return undefined;
  }
  const place = path.resolve(folder, context);
  return {
    context: place,
    file: path.resolve(place, typeof file === "string" ? file : "Dockerfile"),
    tag: textOf(metadata["DockerTag"]) ?? "latest",
    arguments: textsOf(metadata["DockerBuildArgs"]),
    target: textOf(metadata["DockerBuildTarget"]),
  };
}

/** Of a cloud assembly, whose template stands beside the folders of its assets. */
function cdkDockerfile({ metadata }: ImageFunction, folder: string): Dockerfile | undefined {
  const asset = metadata["aws:asset:path"];
  if (typeof asset !== "string" || metadata["aws:asset:property"] !== "Code.ImageUri") {
    return undefined;
  }
  const place = path.resolve(folder, asset);
  return {
    context: place,
    file: path.resolve(place, textOf(metadata["aws:asset:dockerfile-path"]) ?? "Dockerfile"),
    tag: path
      .basename(asset)
      .replace(/^asset\./, "")
      .slice(0, 16),
    arguments: textsOf(metadata["aws:asset:docker-build-args"]),
    target: textOf(metadata["aws:asset:docker-build-target"]),
  };
}

function noEngine(
  { logicalId, architecture }: ImageFunction,
  { context }: Dockerfile,
  problems: readonly string[],
): OperatorError {
  return new OperatorError({
    what: `${logicalId} is built from a Dockerfile, and no container engine answers.`,
    why: problems.join(" "),
    fix:
      "Start docker or podman. Or build the image without them, as an archive or a layout, and name " +
      `it: buildah build --arch ${architecture} -t oci-archive:image.tar ${context}, then ` +
      `--image ${logicalId}=image.tar (docker buildx build --output type=oci,dest=image.tar and ` +
      "kaniko --tar-path make such archives elsewhere).",
  });
}

function memberOf(object: ValueObject, name: string): ValueObject {
  const member = object[name];
  return isObject(member) ? member : {};
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function textsOf(value: Value | undefined): Readonly<Record<string, string>> {
  const pairs = Object.entries(isObject(value) ? value : {});
  return Object.fromEntries(pairs.map(([name, text]) => [name, textOf(text) ?? ""]));
}
