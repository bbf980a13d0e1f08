/** A definition as it is described, with what its states read. */
import { isObject, type Json } from "../../languages/asl/data/scope.ts";
import {
  type VariableReferences,
  variableReferences,
} from "../../languages/asl/variable-references.ts";
import type { Revision } from "./machine-record.ts";

/**
 * `METADATA_ONLY` leaves the definition out.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
 */
export function describedDefinition(
  { definition }: Pick<Revision, "definition">,
  includedData: string | undefined,
): { readonly definition: string; readonly variableReferences?: VariableReferences } {
  if (includedData === "METADATA_ONLY") {
    return { definition: "{}" };
  }
  const parsed = JSON.parse(definition) as Json;
  const references = isObject(parsed) ? variableReferences(parsed) : {};
  return {
    definition,
    ...(Object.keys(references).length > 0 && { variableReferences: references }),
  };
}
