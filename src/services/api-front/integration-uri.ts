/**
 * The function that an integration's URI names: its ARN, or the ARN inside the path that API
 * Gateway invokes it by, `arn:aws:apigateway:...:lambda:path/2015-03-31/functions/.../invocations`.
 */
import { parseArn } from "../../base/arn.ts";

/** By either form: HTTP APIs take both. */
export function functionArnOf(uri: string): string | undefined {
  return invokedFunctionOf(uri) ?? (isFunctionArn(uri) ? uri : undefined);
}

/** By the path alone, as REST APIs have it. */
export function invokedFunctionOf(uri: string): string | undefined {
  const [, inner = ""] = uri.match(/:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/) ?? [];
  return isFunctionArn(inner) ? inner : undefined;
}

function isFunctionArn(text: string): boolean {
  const arn = parseArn(text);
  return arn?.service === "lambda" && arn.resource.startsWith("function:");
}

/** Fills in `${stageVariables.name}`; a variable the stage does not have becomes nothing. */
export function withStageVariables(
  uri: string,
  variables: Readonly<Record<string, string>>,
): string {
  return uri.replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? "") : "",
  );
}
