/**
 * Publishing: `$LATEST` as it is becomes a version that never changes.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
 */
import { createHash } from "node:crypto";
import type { ImageOverride } from "../../functions/images/image-program.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { WriteTx } from "../../store/store.ts";
import type { LambdaFunction } from "./function.ts";
import { functionKey, functions, versions } from "./keys.ts";
import { holdPackages, packagesOf } from "./package-use.ts";
import { PROVISIONED_TOPIC } from "./provisioned-concurrency.ts";

/** The new version, or the one published last when nothing has changed since. */
export function publish(
  blobs: Blobs,
  tx: WriteTx,
  latest: LambdaFunction,
  description: string | undefined,
): LambdaFunction {
  const key = functionKey(latest);
  const publishedFrom = contentHash(latest);
  const { lastVersion = 0 } = latest;
  const last = versions.get(tx, [...key, lastVersion]);
  if (last?.publishedFrom === publishedFrom) {
    return last;
  }
  const number = lastVersion + 1;
  const {
    tags,
    reservedConcurrency,
    provisioned,
    lastVersion: _,
    recursiveLoop,
    ...content
  } = latest;
  const version: LambdaFunction = {
    ...content,
    tags: {},
    description: description ?? latest.description,
    version: String(number),
    revisionId: tx.random.uuid(),
    publishedFrom,
  };
  versions.put(tx, [...key, number], version);
  functions.put(tx, key, { ...latest, lastVersion: number });
  holdPackages(blobs, tx, packagesOf(version));
  if (version.snapStart === "PublishedVersions") {
    tx.signal(PROVISIONED_TOPIC);
  }
  return version;
}

/** Of everything a version is made of: equal hashes, equal versions. */
function contentHash(fn: LambdaFunction): string {
  const { code, layers = [], environment = {} } = fn;
  const settings = {
    runtime: fn.runtime,
    handler: fn.handler,
    role: fn.role,
    description: fn.description,
    timeoutSeconds: fn.timeoutSeconds,
    memoryMb: fn.memoryMb,
    ephemeralStorageMb: fn.ephemeralStorageMb,
    environment: Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1)),
    tracing: fn.tracing,
    logging: Object.entries(fn.logging).sort(([a], [b]) => (a < b ? -1 : 1)),
    deadLetterArn: fn.deadLetterArn,
    layers: layers.map(({ arn }) => arn),
    vpc: fn.vpc && [fn.vpc.subnetIds, fn.vpc.securityGroupIds, fn.vpc.isDualStack],
    kmsKeyArn: fn.kmsKeyArn,
    snapStart: fn.snapStart ?? "None",
    code: [code.sha256, code.architecture],
    ...(fn.imageConfig === undefined ? {} : { imageConfig: imageParts(fn.imageConfig) }),
  };
  return createHash("sha256").update(JSON.stringify(settings)).digest("hex");
}

function imageParts({ entryPoint, command, workingDirectory }: ImageOverride): readonly unknown[] {
  return [entryPoint ?? null, command ?? null, workingDirectory ?? null];
}
