/**
 * Errors for requests that no operation claims. What AWS has and Millrace has not is refused by
 * name; what AWS has not either gets AWS's answer.
 */
import { AwsError, notSupported } from "./aws-error.ts";
import type { ProtocolName } from "./model.ts";
import { readGenerated } from "./models.ts";

interface AwsServices {
  readonly signingNames: readonly string[];
  readonly targetPrefixes: Readonly<Record<string, string>>;
}

let awsServices: AwsServices | undefined;

export interface UnknownService {
  readonly signingName?: string;
  readonly targetPrefix?: string;
  readonly operation?: string | undefined;
}

export function unknownService(what: UnknownService): AwsError {
  awsServices ??= JSON.parse(readGenerated("aws-services.gen.json")) as AwsServices;
  const { signingName, targetPrefix = "", operation } = what;
  const isKnown = signingName !== undefined && awsServices.signingNames.includes(signingName);
  const name = isKnown
    ? signingName
    : Object.hasOwn(awsServices.targetPrefixes, targetPrefix) &&
      awsServices.targetPrefixes[targetPrefix];
  if (typeof name === "string") {
    const whole = operation ? `${name}:${operation}` : name;
    return nothingThere(whole) ?? notSupported(whole);
  }
  return new AwsError({
    code: "UnknownOperationException",
    message: `There is no service ${signingName ?? targetPrefix}.`,
  });
}

/**
 * Questions whose true answer is that there is no such thing, though the service is not here: clients
 * ask them in passing. `serverless remove` asks whether its deployments left a repository of images.
 *
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html
 */
function nothingThere(operation: string): AwsError | undefined {
  return operation === "ecr:DescribeRepositories"
    ? new AwsError({
        code: "RepositoryNotFoundException",
        message: "The repository does not exist: Millrace does not support ecr.",
      })
    : undefined;
}

/** Where AWS's own answer says nothing more than its code, the message names the operation. */
export function unknownOperation(protocol: ProtocolName | undefined, operation: string): AwsError {
  if (protocol === "restXml") {
    return new AwsError({
      code: "MethodNotAllowed",
      message: "The specified method is not allowed against this resource.",
      status: 405,
    });
  }
  return new AwsError({
    code: "UnknownOperationException",
    message: `There is no operation ${operation}.`,
    status: protocol === "restJson1" ? 404 : 400,
  });
}

export function invalidAction(action: string, version: string): AwsError {
  return new AwsError({
    code: "InvalidAction",
    message: `Could not find operation ${action} for version ${version}`,
  });
}

export function missingAction(): AwsError {
  return new AwsError({
    code: "MissingAction",
    message: "The request must contain the parameter Action.",
  });
}
