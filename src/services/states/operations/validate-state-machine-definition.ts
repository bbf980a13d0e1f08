import { findingsOf } from "../definition.ts";
import type { MachineType } from "../machine-record.ts";
import type { StatesOperation } from "../ports.ts";

const RESULTS_MAX = 100;

/**
 * What Millrace does not have is an error here too, so that it is known before the machine is made.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
 */
export const validateStateMachineDefinition: StatesOperation<
  "ValidateStateMachineDefinition"
> = async (ctx, input) => {
  const type = (input.type ?? "STANDARD") as MachineType;
  const { diagnostics, unsupported } = findingsOf(input.definition, { catalog: ctx.catalog, type });
  const all = [
    ...diagnostics,
    ...unsupported.map(({ feature, location }) => ({
      severity: "ERROR",
      code: "SCHEMA_VALIDATION_FAILED",
      message: `Millrace does not support ${feature}.`,
      location,
    })),
  ];
  const isFailure = all.some(({ severity }) => severity === "ERROR");
  const shown =
    input.severity === "WARNING" ? all : all.filter(({ severity }) => severity === "ERROR");
  const limit = input.maxResults || RESULTS_MAX;
  return {
    result: isFailure ? "FAIL" : "OK",
    diagnostics: shown.slice(0, limit).map(({ severity, code, message, location }) => ({
      severity,
      code,
      message,
      ...(location !== undefined && { location }),
    })),
    truncated: shown.length > limit,
  };
};
