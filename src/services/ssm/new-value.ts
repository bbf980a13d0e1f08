/** What PutParameter asks for, checked against the parameter that there is. */
import { notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import {
  invalidPattern,
  noDowngrade,
  patternMismatch,
  validationException,
  valueTooLarge,
} from "./errors.ts";
import { ADVANCED_VALUE_SIZE_MAX, STANDARD_VALUE_SIZE_MAX } from "./limits.ts";
import type { ParameterVersion } from "./parameter.ts";

type PutInput = Input<"ssm", "PutParameter">;

const DEFAULT_KEY = "alias/aws/ssm";

/** What can be said without the store. */
export function checkPut(input: PutInput): void {
  const { Value, Tags = [], Overwrite = false, DataType = "text" } = input;
  if (Tags.length > 0 && Overwrite) {
    throw validationException(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  if (DataType !== "text") {
    throw notSupported("ssm:PutParameter", `the data type ${DataType}`);
  }
  if (input.Policies !== undefined && input.Policies !== "[]") {
    throw notSupported("ssm:PutParameter", "parameter policies");
  }
  if (/\{\{.*\}\}/.test(Value)) {
    throw validationException(
      `Parameter value can't nest another parameter. Do not use "{{}}" in the value.`,
    );
  }
  checkPattern(input);
}

function checkPattern({ AllowedPattern, Value }: PutInput): void {
  if (AllowedPattern === undefined || AllowedPattern === "") {
    return;
  }
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${AllowedPattern})$`);
  } catch {
    throw invalidPattern();
  }
  if (!pattern.test(Value)) {
    throw patternMismatch(AllowedPattern);
  }
}

/** Everything of the new version but its number, its value and its time. */
export type Settings = Omit<ParameterVersion, "number" | "value" | "modifiedMs" | "modifiedBy">;

export function settingsOf(input: PutInput, before: ParameterVersion | undefined): Settings {
  const type = input.Type ?? before?.type;
  if (type === undefined) {
    throw validationException("A parameter type is required when you create a parameter.");
  }
  return {
    type,
    keyId: keyOf(input, type),
    description: input.Description ?? before?.description,
    allowedPattern: input.AllowedPattern ?? before?.allowedPattern,
    tier: tierOf(input, before),
    dataType: "text",
  };
}

function keyOf({ KeyId }: PutInput, type: string): string | undefined {
  if (type !== "SecureString") {
    if (KeyId !== undefined) {
      throw validationException("KeyId is required for SecureString type parameter only.");
    }
    return undefined;
  }
  if (KeyId !== undefined && !KeyId.endsWith(DEFAULT_KEY)) {
    throw notSupported("ssm:PutParameter", `the key ${KeyId}`);
  }
  return KeyId ?? DEFAULT_KEY;
}

function tierOf({ Tier, Value }: PutInput, before: ParameterVersion | undefined): string {
  const size = Buffer.byteLength(Value);
  const isAdvanced = before?.tier === "Advanced";
  const wanted =
    Tier === "Intelligent-Tiering"
      ? isAdvanced || size > STANDARD_VALUE_SIZE_MAX
        ? "Advanced"
        : "Standard"
      : (Tier ?? before?.tier ?? "Standard");
  if (isAdvanced && wanted === "Standard") {
    throw noDowngrade();
  }
  if (size > (wanted === "Advanced" ? ADVANCED_VALUE_SIZE_MAX : STANDARD_VALUE_SIZE_MAX)) {
    throw valueTooLarge(wanted);
  }
  return wanted;
}
