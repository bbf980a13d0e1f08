/** The two ends of a connector: what is known of the resource that a reference names. */
import { isList, isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import { filled } from "./connector-profile.ts";
import { CONNECTABLE } from "./connector-profiles.gen.ts";
import { resourceError } from "./sam-error.ts";
import { defined, objectOf } from "./sam-resource.ts";

export interface End {
  /** Absent of a resource that is not of this template. */
  readonly logicalId?: string;
  readonly type: string;
  readonly arn?: Value;
  readonly roleName?: Value;
  readonly queueUrl?: Value;
  readonly resourceId?: Value;
  readonly name?: Value;
  readonly qualifier?: Value;
}

/** Types of SAM that stand for one of CloudFormation's. */
const STANDS_FOR: Readonly<Record<string, string>> = {
  "AWS::Serverless::Function": "AWS::Lambda::Function",
  "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
  "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
  "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
  "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
};

/** `resources` are CloudFormation's own. Throws a `SamError`. */
export function endOf(
  connectorId: string,
  resources: Readonly<Record<string, ValueObject>>,
  given: Value | undefined,
  other: Value | undefined,
): End {
  const reference = objectOf(given);
  const { Id: id, Qualifier: qualifier, ...others } = reference;
  if ((id === undefined) === (Object.keys(others).length === 0)) {
    throw resourceError(
      connectorId,
      "Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.",
    );
  }
  if (id === undefined) {
    return foreignEnd(connectorId, reference);
  }
  if (typeof id !== "string" || id === "") {
    throw resourceError(connectorId, "'Id' is missing or not a string.");
  }
  const resource = resources[id];
  if (resource === undefined) {
    throw resourceError(connectorId, `Unable to find resource with logical ID '${id}'.`);
  }
  const type = String(resource["Type"]);
  const { Inputs, Outputs } = objectOf(CONNECTABLE[type]);
  const outputs = objectOf(filled(objectOf(Outputs), { logicalId: id }));
  return defined({
    logicalId: id,
    type,
    arn: outputs["Arn"],
    roleName: roleNameOf(
      objectOf(Inputs)["Role"],
      objectOf(resource["Properties"]),
      objectOf(other),
    ),
    queueUrl: outputs["Url"],
    resourceId: outputs["Id"],
    name: outputs["Name"],
    qualifier: qualifier ?? outputs["Qualifier"],
  }) as unknown as End;
}

function foreignEnd(connectorId: string, reference: ValueObject): End {
  const { Type: type, Arn, RoleName, QueueUrl, ResourceId, Name, Qualifier } = reference;
  if (typeof type !== "string" || type === "") {
    throw resourceError(connectorId, "'Type' is missing or not a string.");
  }
  return defined({
    type: STANDS_FOR[type] ?? type,
    arn: Arn,
    roleName: RoleName,
    queueUrl: QueueUrl,
    resourceId: ResourceId,
    name: Name,
    qualifier: Qualifier,
  }) as unknown as End;
}

/** The role is a property of the resource, or of the rule's target that the connector leads to. */
function roleNameOf(
  input: Value | undefined,
  properties: ValueObject,
  other: ValueObject,
): ValueObject | undefined {
  const role = typeof input === "string" ? properties[input] : roleOfTarget(properties, other);
  const id = isObject(role) ? referredId(role) : undefined;
  return id === undefined ? undefined : { Ref: id };
}

function roleOfTarget({ Targets: targets }: ValueObject, other: ValueObject): Value | undefined {
  for (const target of isList(targets) ? targets : []) {
    const { Arn: arn, RoleArn: role } = objectOf(target);
    const isOther =
      (arn !== undefined && referredId(arn) === other["Id"]) ||
      (other["Arn"] !== undefined && JSON.stringify(arn) === JSON.stringify(other["Arn"]));
    if (isOther) {
      return role;
    }
  }
  return undefined;
}

/** The resource behind `Ref` or `Fn::GetAtt`. */
export function referredId(value: Value | undefined): string | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const { Ref: name, "Fn::GetAtt": path } = value;
  const first = isList(path) ? path[0] : typeof path === "string" ? path.split(".")[0] : undefined;
  const id = name ?? first;
  return typeof id === "string" ? id : undefined;
}
