/**
 * What is wrong, or dubious, in a definition.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
 */
export type DiagnosticCode =
  | "DUPLICATE_STATE_NAME"
  | "INVALID_JSONATA_EXPRESSION"
  | "INVALID_JSON_DESCRIPTION"
  | "INVALID_STATE_NAME"
  | "MISSING_DESCRIPTION"
  | "MISSING_END_STATE"
  | "MISSING_TRANSITION_TARGET"
  | "SCHEMA_VALIDATION_FAILED"
  | "TOO_DEEPLY_NESTED"
  | "UNSUPPORTED_JSONATA_EXPRESSION"
  | "NO_DOLLAR"
  | "NO_PATH"
  | "PASS_RESULT_IS_STATIC";

export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly code: DiagnosticCode;
  readonly message: string;
  /** `/States/A/Choices[0]/Next`; the root is the empty text. */
  readonly location: string | undefined;
}

/** Collects what is found on the way through a definition. */
export interface Findings {
  readonly found: Diagnostic[];
  error(code: DiagnosticCode, message: string, location?: string): void;
  schema(message: string, location: string): void;
  warn(code: DiagnosticCode, message: string, location: string): void;
}

export function createFindings(): Findings {
  const found: Diagnostic[] = [];
  const error: Findings["error"] = (code, message, location) => {
    found.push({ severity: "ERROR", code, message, location });
  };
  return {
    found,
    error,
    schema: (message, location) => error("SCHEMA_VALIDATION_FAILED", message, location),
    warn(code, message, location) {
      found.push({ severity: "WARNING", code, message, location });
    },
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "ERROR");
}

/**
 * The message of the error `InvalidDefinition`. A diagnostic without a place is "at null".
 * Source: https://github.com/localstack/localstack/issues/11978 (an answer of AWS),
 * https://github.com/floci-io/floci/issues/2735 (measured)
 */
export function definitionErrorText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics
    .filter(({ severity }) => severity === "ERROR")
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? null}`);
  return `Invalid State Machine Definition: '${errors.join(", ")}'`;
}
