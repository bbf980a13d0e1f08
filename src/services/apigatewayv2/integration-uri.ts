/**
 * The function that an integration's URI names: its ARN, or the ARN inside the path that API
 * Gateway invokes it by, `arn:aws:apigateway:...:lambda:path/2015-03-31/functions/.../invocations`.
 */
import { parseArn } from "../../base/arn.ts";

export function functionArnOf(uri: string): string | undefined {
  const [, inner] = uri.match(/:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/) ?? [];
  const arn = parseArn(inner ?? uri);
  return arn?.service === "lambda" && arn.resource.startsWith("function:")
    ? (inner ?? uri)
    : undefined;
}

/** Fills in `${stageVariables.name}`; a variable the stage does not have becomes nothing. */
export function withStageVariables(
  uri: string,
  variables: Readonly<Record<string, string>>,
): string {
  return uri.replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => variables[name] ?? "");
}
