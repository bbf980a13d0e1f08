/** Logging of a bus is refused; switched off it is no request for logs. */
import { notSupported } from "../../wire/aws-error.ts";

export function refuseLogging(
  operation: string,
  config: { readonly Level?: string | undefined } | undefined,
): void {
  if (config?.Level !== undefined && config.Level !== "OFF") {
    throw notSupported(operation, "LogConfig");
  }
}
