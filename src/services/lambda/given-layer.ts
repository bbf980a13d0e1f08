/**
 * Layer versions of other accounts, given by whoever runs the engine: AWS's public layers, and those
 * of others, cannot be fetched. Such a version has the number its ARN says, and is one like any other.
 */
import { OperatorError } from "../../base/operator-error.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { layers, layerVersions } from "./keys.ts";
import { checkUnzippedSize, layerKey, layerVersionOfArn } from "./layer.ts";
import { type PackagePorts, withZip } from "./package.ts";
import { dropPackages, holdPackages } from "./package-use.ts";

/** Replaces what was given before. Throws an `OperatorError`. */
export async function giveLayerVersion(
  ports: PackagePorts,
  arn: string,
  zip: Uint8Array,
): Promise<void> {
  const id = layerVersionOfArn(arn);
  if (id === undefined) {
    throw unusable(arn, "That is not the ARN of a layer version.");
  }
  const key = layerKey(id);
  try {
    await withZip(ports, zip, (tx, code) => {
      const before = layerVersions.get(tx, [...key, id.number]);
      checkUnzippedSize(code, []);
      holdPackages(ports.blobs, tx, [code]);
      dropPackages(ports.blobs, tx, before === undefined ? [] : [before.code]);
      const { lastVersion = 0, tags = {} } = layers.get(tx, key) ?? {};
      layers.put(tx, key, { lastVersion: Math.max(lastVersion, id.number), tags });
      const { number, ...layer } = id;
      const createdMs = before?.createdMs ?? tx.nowMs;
      layerVersions.put(tx, [...key, number], {
        ...layer,
        number,
        description: "",
        createdMs,
        code,
      });
    });
  } catch (error) {
    throw error instanceof AwsError ? unusable(arn, error.message) : error;
  }
}

function unusable(arn: string, why: string): OperatorError {
  return new OperatorError({
    what: `The layer ${arn} cannot be used.`,
    why,
    fix: "Name the version as functions do (arn:aws:lambda:REGION:ACCOUNT:layer:NAME:NUMBER), and a folder or a zip of what is to lie in /opt.",
  });
}
