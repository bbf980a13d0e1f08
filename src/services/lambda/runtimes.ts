/**
 * The runtimes that functions may be created with. Whether this machine has an interpreter is for
 * the function host to say when a function runs.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
import { constraintFailed, invalidParameterValue } from "./errors.ts";

const CURRENT: ReadonlySet<string> = new Set([
  "nodejs18.x",
  "nodejs20.x",
  "nodejs22.x",
  "nodejs24.x",
  "nodejs26.x",
  "python3.8",
  "python3.9",
  "python3.10",
  "python3.11",
  "python3.12",
  "python3.13",
  "python3.14",
  "python3.15",
  "ruby3.2",
  "ruby3.3",
  "ruby3.4",
  "ruby4.0",
  "java8.al2",
  "java8.al2023",
  "java11",
  "java11.al2023",
  "java17",
  "java17.al2023",
  "java21",
  "java25",
  "dotnet8",
  "dotnet10",
  "provided.al2",
  "provided.al2023",
]);

/** Runtimes that AWS takes no new functions for. */
const RETIRED: ReadonlySet<string> = new Set([
  "nodejs",
  "nodejs4.3",
  "nodejs4.3-edge",
  "nodejs6.10",
  "nodejs8.10",
  "nodejs10.x",
  "nodejs12.x",
  "nodejs14.x",
  "nodejs16.x",
  "python2.7",
  "python3.6",
  "python3.7",
  "provided",
  "go1.x",
  "java8",
  "dotnetcore1.0",
  "dotnetcore2.0",
  "dotnetcore2.1",
  "dotnetcore3.1",
  "dotnet5.0",
  "dotnet6",
  "dotnet7",
  "ruby2.5",
  "ruby2.7",
]);

export function checkRuntime(runtime: string): void {
  if (CURRENT.has(runtime)) {
    return;
  }
  if (RETIRED.has(runtime)) {
    throw invalidParameterValue(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. ` +
        "We recommend you use a supported runtime while creating or updating functions.",
    );
  }
  throw constraintFailed(
    runtime,
    "runtime",
    `Member must satisfy enum value set: [${[...CURRENT].join(", ")}] or be a valid ARN`,
  );
}

/** Java from 11, Python from 3.12 and .NET from 8 on. */
const SNAP_STARTED = /^(?:java(?!8)\d|python3\.(?:1[2-9]|[2-9]\d)$|dotnet(?:[89]|\d\d)$)/;

/**
 * The text is not verified.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
 */
export function checkSnapStart(
  runtime: string,
  applyOn: "PublishedVersions" | "None" | undefined,
): void {
  if (applyOn === "PublishedVersions" && !SNAP_STARTED.test(runtime)) {
    throw invalidParameterValue(`${runtime} is not supported for SnapStart enabled functions.`);
  }
}
