/** Deploys an application; of a template that was refused, says what to do about it. */
import { readFile } from "node:fs/promises";
import { OperatorError } from "../base/operator-error.ts";
import type { Application, ApplicationChange } from "../deploy/application.ts";
import { featuresIn } from "../deploy/not-supported.ts";
import { AwsError } from "../wire/aws-error.ts";

export async function deployApplication(
  application: Application,
  templateFile: string,
): Promise<ApplicationChange> {
  try {
    return await application.deploy();
  } catch (error) {
    throw error instanceof AwsError ? await explained(error, templateFile) : error;
  }
}

async function explained(error: AwsError, templateFile: string): Promise<Error> {
  const missing = missingParameters(error.message);
  if (missing.length > 0) {
    return new OperatorError({
      what: `The template has parameters without a value: ${missing.join(", ")}.`,
      why: "They have no default. Nothing was made or changed.",
      fix: `Give them: ${missing.map((name) => `--parameter ${name}=VALUE`).join(" ")}`,
    });
  }
  const features = featuresIn(error.message);
  if (features.length === 0) {
    return error;
  }
  // Every resource type is read for it, which other commands need not wait for.
  const { describedFeatures } = await import("./template-hint.ts");
  const { what, fix } = describedFeatures(features, await readFile(templateFile, "utf8"));
  return new OperatorError({ what, why: "Nothing was made or changed.", fix });
}

function missingParameters(message: string): readonly string[] {
  const [, names] = /^Parameters: \[(.+)\] must have values$/.exec(message) ?? [];
  return names?.split(", ") ?? [];
}
