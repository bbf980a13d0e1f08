/** Deploys an application; of a template that was refused, says what to do about it. */
import { OperatorError } from "../base/operator-error.ts";
import type { Application, ApplicationChange } from "../deploy/application.ts";
import { AwsError } from "../wire/aws-error.ts";

export async function deployApplication(application: Application): Promise<ApplicationChange> {
  try {
    return await application.deploy();
  } catch (error) {
    throw error instanceof AwsError ? await explained(error) : error;
  }
}

async function explained(error: AwsError): Promise<Error> {
  // Every resource type is read for it, which other commands need not wait for.
  const { templateHint } = await import("./template-hint.ts");
  const fix = templateHint(error.message);
  return fix === undefined
    ? error
    : new OperatorError({
        what: `${error.code}: ${error.message}`,
        why: "Nothing was made or changed.",
        fix,
      });
}
