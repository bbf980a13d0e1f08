/** Members that several requests share, as the engine has them. */
import type { ParameterTexts } from "../../languages/template/parameters.ts";
import { validationError } from "./errors.ts";
import type { Revision } from "./state.ts";

interface ParameterMember {
  readonly ParameterKey?: string | undefined;
  readonly ParameterValue?: string | undefined;
  readonly UsePreviousValue?: boolean | undefined;
}

/** The values given by key; `UsePreviousValue` takes that of the revision before. */
export function givenParameters(
  members: readonly ParameterMember[] | undefined,
  before?: Revision,
): ParameterTexts {
  const given: Record<string, string> = {};
  for (const { ParameterKey: key, ParameterValue: value, UsePreviousValue } of members ?? []) {
    if (key === undefined) {
      throw validationError("Each Parameters member must contain a ParameterKey");
    }
    if (Object.hasOwn(given, key)) {
      throw validationError(`Duplicate parameter keys: [${key}]`);
    }
    const text = UsePreviousValue ? before?.parameters[key] : value;
    if (UsePreviousValue && value !== undefined) {
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
      );
    }
    if (text === undefined) {
      throw validationError(
        UsePreviousValue
          ? `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`
          : `Parameters: [${key}] must have values`,
      );
    }
    given[key] = text;
  }
  return given;
}

interface TagMember {
  readonly Key: string;
  readonly Value: string;
}

export function givenTags(
  members: readonly TagMember[] | undefined,
  before?: Revision,
): Readonly<Record<string, string>> {
  if (members === undefined) {
    return before?.tags ?? {};
  }
  return Object.fromEntries(members.map(({ Key, Value }) => [Key, Value]));
}
