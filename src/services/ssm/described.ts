/** Parameters as they go on the wire. */
import type { ReadTx } from "../../store/store.ts";
import type {
  ParameterHistory,
  ParameterMetadata,
  Parameter as ParameterOutput,
} from "../../wire/models/ssm.gen.ts";
import type { Place } from "./keys.ts";
import { labelsOf, type Parameter, type ParameterVersion, parameterArn } from "./parameter.ts";
import { decrypt } from "./secret.ts";

export interface Reading {
  readonly place: Place;
  readonly name: string;
  readonly isDecrypted: boolean;
}

export function describeParameter(
  tx: ReadTx,
  version: ParameterVersion,
  reading: Reading & { readonly selector?: string | undefined },
): ParameterOutput {
  const { place, name, selector } = reading;
  return {
    Name: name,
    Type: version.type,
    Value: visibleValue(tx, version, reading),
    Version: version.number,
    Selector: selector,
    LastModifiedDate: new Date(version.modifiedMs),
    ARN: parameterArn(place, name),
    DataType: version.dataType,
  };
}

export function describeHistory(
  tx: ReadTx,
  parameter: Parameter,
  version: ParameterVersion,
  reading: Reading,
): ParameterHistory {
  const { ARN: _, ...metadata } = describeMetadata(version, reading);
  return {
    ...metadata,
    Value: visibleValue(tx, version, reading),
    Labels: labelsOf(parameter, version.number),
  };
}

export function describeMetadata(
  version: ParameterVersion,
  { place, name }: Pick<Reading, "place" | "name">,
): ParameterMetadata {
  return {
    Name: name,
    ARN: parameterArn(place, name),
    Type: version.type,
    KeyId: version.keyId,
    LastModifiedDate: new Date(version.modifiedMs),
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Version: version.number,
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  };
}

function visibleValue(tx: ReadTx, version: ParameterVersion, reading: Reading): string {
  return version.type === "SecureString" && reading.isDecrypted
    ? decrypt(tx, reading, version.value)
    : version.value;
}
