/**
 * Layers: packages that functions share, laid over `/opt` in the order a function names them.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
 */
import { formatArn, parseArn } from "../../base/arn.ts";
import type { ReadTx } from "../../store/store.ts";
import type { Output } from "../../wire/operations.ts";
import { lambdaTime } from "./configuration.ts";
import { constraintFailed, invalidParameterValue, resourceDoesNotExist } from "./errors.ts";
import type { LayerUse } from "./function.ts";
import { layerVersions } from "./keys.ts";
import { LAYERS_MAX, UNZIPPED_BYTES_MAX } from "./limits.ts";
import type { StoredPackage } from "./package-use.ts";

export interface LayerId {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
}

export interface Layer {
  /** The number that was given last; numbers are never given again. */
  readonly lastVersion: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LayerVersion extends LayerId {
  readonly number: number;
  readonly description: string;
  readonly createdMs: number;
  readonly code: StoredPackage;
  readonly runtimes?: readonly string[] | undefined;
  readonly architectures?: readonly string[] | undefined;
  readonly license?: string | undefined;
}

interface Asker {
  readonly region: string;
  readonly accountId: string;
}

const NAME = /^[a-zA-Z0-9-_]+$/;

/** A layer by its name or its ARN. */
export function layerId(asker: Asker, text: string): LayerId {
  const arn = parseArn(text);
  const name = arn === undefined ? text : (arn.resource.split(":")[1] ?? "");
  if (!NAME.test(name)) {
    throw constraintFailed(
      text,
      "layerName",
      "Member must satisfy regular expression pattern: " +
        "(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+",
    );
  }
  const { region, accountId } = arn ?? asker;
  return { region, accountId, name };
}

/** `undefined` when that is not the ARN of a layer version. */
export function layerVersionOfArn(
  text: string,
): (LayerId & { readonly number: number }) | undefined {
  const arn = parseArn(text);
  const [type, name = "", number = ""] = arn?.resource.split(":") ?? [];
  if (arn?.service !== "lambda" || type !== "layer" || !/^[0-9]+$/.test(number)) {
    return undefined;
  }
  return { region: arn.region, accountId: arn.accountId, name, number: Number(number) };
}

export function layerArn({ region, accountId, name }: LayerId): string {
  return formatArn({ service: "lambda", region, accountId, resource: `layer:${name}` });
}

export function layerVersionArn(version: LayerId & { readonly number: number }): string {
  return `${layerArn(version)}:${version.number}`;
}

export function layerKey({ region, accountId, name }: LayerId): [string, string, string] {
  return [region, accountId, name];
}

export function existingLayerVersion(tx: ReadTx, id: LayerId, number: number): LayerVersion {
  const found = layerVersions.get(tx, [...layerKey(id), number]);
  if (found === undefined) {
    throw resourceDoesNotExist();
  }
  return found;
}

/** Source: https://github.com/appleboy/lambda-action/issues/83 */
const LAYERS_CONSTRAINT =
  "Member must satisfy constraint: [Member must have length less than or equal to 2048, " +
  "Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: " +
  "(arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|" +
  "(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+), Member must not be null]";

/** The layer versions a function names, as they are now. */
export function layersOf(tx: ReadTx, asker: Asker, arns: readonly string[]): readonly LayerUse[] {
  if (arns.length > LAYERS_MAX) {
    throw invalidParameterValue(`Cannot reference more than ${LAYERS_MAX} layers.`);
  }
  const names = new Set<string>();
  return arns.map((arn) => {
    const id = layerVersionOfArn(arn);
    if (id === undefined) {
      throw constraintFailed(`[${arns.join(", ")}]`, "layers", LAYERS_CONSTRAINT);
    }
    if (id.region !== asker.region) {
      throw invalidParameterValue(
        `Layer versions from '${id.region}' are not reachable in this region ('${asker.region}')`,
      );
    }
    if (names.has(layerArn(id))) {
      throw invalidParameterValue(
        `Two different versions of the same layer are not allowed to be referenced in the same function. Layer: ${layerArn(id)}`,
      );
    }
    names.add(layerArn(id));
    const version = layerVersions.get(tx, [...layerKey(id), id.number]);
    if (version === undefined) {
      // https://github.com/keithrozario/Klayers/issues/76
      throw invalidParameterValue(`Layer version ${arn} does not exist.`);
    }
    return { ...version.code, arn };
  });
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export function checkUnzippedSize(code: StoredPackage, uses: readonly StoredPackage[]): void {
  const layersBytes = uses.reduce((sum, { unzippedBytes = 0 }) => sum + unzippedBytes, 0);
  if (layersBytes > UNZIPPED_BYTES_MAX) {
    throw invalidParameterValue(
      `Layers consume more than the available size of ${UNZIPPED_BYTES_MAX} bytes`,
    );
  }
  const sizeBytes = layersBytes + (code.unzippedBytes ?? 0);
  if (sizeBytes > UNZIPPED_BYTES_MAX) {
    throw invalidParameterValue(
      `Function code combined with layers exceeds the maximum allowed size of ${UNZIPPED_BYTES_MAX} bytes. ` +
        `The actual size is ${sizeBytes} bytes.`,
    );
  }
}

type Shown = Output<"lambda", "GetLayerVersion">;

/** As lists show a version. */
export function listedLayerVersion(version: LayerVersion): Omit<Shown, "Content" | "LayerArn"> {
  return {
    LayerVersionArn: layerVersionArn(version),
    Version: version.number,
    Description: version.description,
    CreatedDate: lambdaTime(version.createdMs),
    CompatibleRuntimes: version.runtimes,
    CompatibleArchitectures: version.architectures,
    LicenseInfo: version.license,
  };
}

export function shownLayerVersion(version: LayerVersion, location: string): Shown {
  const { sha256, sizeBytes } = version.code;
  return {
    ...listedLayerVersion(version),
    LayerArn: layerArn(version),
    Content: { Location: location, CodeSha256: sha256, CodeSize: sizeBytes },
  };
}

/** Whether a list that asks for these shall show a version. */
export function isCompatible(
  version: LayerVersion,
  asked: {
    readonly CompatibleRuntime?: string | undefined;
    readonly CompatibleArchitecture?: string | undefined;
  },
): boolean {
  const { CompatibleRuntime: runtime, CompatibleArchitecture: architecture } = asked;
  return (
    (runtime === undefined || (version.runtimes ?? []).includes(runtime)) &&
    (architecture === undefined || (version.architectures ?? []).includes(architecture))
  );
}
