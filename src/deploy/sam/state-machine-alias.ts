/**
 * A state machine that publishes itself: AutoPublishAlias makes a version of each revision, and an alias
 * that moves to the newest.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
 */
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { resourceError } from "./sam-error.ts";
import { getAtt, inheritedAttributes, objectOf, ref, type SamResource } from "./sam-resource.ts";

export interface PublishedAlias {
  readonly aliasId: string;
  readonly resources: readonly (readonly [logicalId: string, resource: ValueObject])[];
}

/** A version of each revision, which stays, and the alias that moves to it. */
export function publishedAlias({
  logicalId,
  properties,
  attributes,
}: SamResource): PublishedAlias | undefined {
  const { AutoPublishAlias: name, DeploymentPreference: preference } = properties;
  if (name === undefined) {
    const needy = ["UseAliasAsEventTarget", "DeploymentPreference"].find((other) =>
      isSet(properties[other]),
    );
    if (needy !== undefined) {
      const problem = `'${needy}' requires 'AutoPublishAlias' property to be specified.`;
      throw resourceError(logicalId, problem);
    }
    return undefined;
  }
  const inherited = inheritedAttributes(attributes);
  const versionId = `${logicalId}Version`;
  const aliasId = `${logicalId}Alias${String(name)}`;
  const version: ValueObject = {
    Type: "AWS::StepFunctions::StateMachineVersion",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    ...inherited,
    Properties: {
      StateMachineArn: ref(logicalId),
      StateMachineRevisionId: getAtt(logicalId, "StateMachineRevisionId"),
    },
  };
  const alias: ValueObject = {
    Type: "AWS::StepFunctions::StateMachineAlias",
    ...inherited,
    Properties: {
      Name: name,
      DeploymentPreference: {
        ...(isSet(preference) ? objectOf(preference) : { Type: "ALL_AT_ONCE" }),
        StateMachineVersionArn: ref(versionId),
      },
    },
  };
  return {
    aliasId,
    resources: [
      [versionId, version],
      [aliasId, alias],
    ],
  };
}

/** As a condition of Python takes it: an empty object is none. */
function isSet(value: Value | undefined): boolean {
  return isObject(value) ? Object.keys(value).length > 0 : value !== undefined && value !== false;
}
