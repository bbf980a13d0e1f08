/**
 * Values that come from Parameter Store and Secrets Manager: typed parameters, and `{{resolve:...}}`
 * in properties.
 */

import { parseJson } from "../../base/json.ts";
import {
  type DynamicReference,
  dynamicReferencesIn,
  type ParameterReference,
  type SecretReference,
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
  return filledIn(properties, (reference) => referencedValue(dispatcher, caller, reference));
}

/**
 * The same for properties that a resource had: what a reference stood for may be gone, and then the
 * reference stays as it is written.
 */
export async function formerProperties(
  dispatcher: Dispatcher,
  caller: Caller,
  properties: ValueObject,
): Promise<ValueObject> {
  return filledIn(properties, async (reference) => {
    try {
      return await referencedValue(dispatcher, caller, reference);
    } catch (error) {
      if (error instanceof AwsError) {
        return undefined;
      }
      throw error;
    }
  });
}

/** A reference without a value stays as it is written. */
async function filledIn(
  properties: ValueObject,
  find: (reference: DynamicReference) => Promise<string | undefined>,
): Promise<ValueObject> {
  const values = new Map<string, string>();
  for (const reference of dynamicReferencesIn(properties)) {
    const value = await find(reference);
    if (value !== undefined) {
      values.set(reference.text, value);
    }
  }
  return withDynamicReferences(properties, values) as ValueObject;
}

function referencedValue(
  dispatcher: Dispatcher,
  caller: Caller,
  reference: DynamicReference,
): Promise<string> {
  return reference.service === "secretsmanager"
    ? secretValue(dispatcher, caller, reference)
    : referencedParameter(dispatcher, caller, reference);
}

async function referencedParameter(
  dispatcher: Dispatcher,
  caller: Caller,
  { text, name, version, service }: ParameterReference,
): Promise<string> {
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
  return value;
}

/** Throws what Secrets Manager throws; a secret in bytes has no text. */
async function secretValue(
  dispatcher: Dispatcher,
  caller: Caller,
  { secretId, jsonKey, versionStage, versionId }: SecretReference,
): Promise<string> {
  const { SecretString: text } = await dispatcher.call(caller, "secretsmanager", "GetSecretValue", {
    SecretId: secretId,
    VersionStage: versionStage,
    VersionId: versionId,
  });
  if (text === undefined) {
    throw validationError(`The secret ${secretId} has no SecretString.`);
  }
  return jsonKey === undefined ? text : memberOf(text, jsonKey);
}

function memberOf(text: string, key: string): string {
  const secret = parseJson(text);
  if (secret === undefined) {
    throw validationError("Could not parse SecretString JSON");
  }
  const isObject = typeof secret === "object" && secret !== null && Object.hasOwn(secret, key);
  const value = isObject ? (secret as Readonly<Record<string, unknown>>)[key] : undefined;
  if (value === undefined || value === null) {
    throw validationError("Could not find a value associated with JSONKey in SecretString");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
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
