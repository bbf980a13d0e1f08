/** Values that come from Parameter Store: typed parameters, and `{{resolve:ssm:...}}` in properties. */
import {
  dynamicReferencesIn,
  withDynamicReferences,
} from "../../languages/template/dynamic-references.ts";
import type { ValueObject } from "../../languages/template/value.ts";
import type { Caller, Dispatcher } from "../../outbox/dispatcher.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { validationError } from "./errors.ts";

/** The values of parameters of the type `AWS::SSM::Parameter::Value<...>`, by parameter name. */
export async function lookUpStoreKeys(
  dispatcher: Dispatcher,
  caller: Caller,
  keys: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  for (const [parameter, key] of keys) {
    const value = await parameterValue(dispatcher, caller, { name: key, decrypt: false });
    if (value === undefined) {
      throw validationError(
        `Unable to fetch parameters [${key}] from parameter store for this account.`,
      );
    }
    values[parameter] = value;
  }
  return values;
}

/** Properties with their dynamic references filled in. */
export async function resolvedProperties(
  dispatcher: Dispatcher,
  caller: Caller,
  properties: ValueObject,
): Promise<ValueObject> {
  const values = new Map<string, string>();
  for (const { text, name, version, service } of dynamicReferencesIn(properties)) {
    const value = await parameterValue(dispatcher, caller, {
      name: version === undefined ? name : `${name}:${version}`,
      decrypt: service === "ssm-secure",
    });
    if (value === undefined) {
      throw new AwsError({
        code: "ParameterNotFound",
        message: `Parameters: [${text.slice("{{resolve:".length, -2)}] cannot be found.`,
      });
    }
    values.set(text, value);
  }
  return withDynamicReferences(properties, values) as ValueObject;
}

async function parameterValue(
  dispatcher: Dispatcher,
  caller: Caller,
  options: { readonly name: string; readonly decrypt: boolean },
): Promise<string | undefined> {
  try {
    const { Parameter } = await dispatcher.call(caller, "ssm", "GetParameter", {
      Name: options.name,
      WithDecryption: options.decrypt,
    });
    return Parameter?.Value;
  } catch (error) {
    if (error instanceof AwsError && /^Parameter(Version)?NotFound$/.test(error.code)) {
      return undefined;
    }
    throw error;
  }
}
