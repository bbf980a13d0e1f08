/** `Auth.UsagePlan`: a usage plan with one API key, for an API alone or for several together. */
import { isObject, type ValueObject } from "../../languages/template/value.ts";
import type { SharedUsagePlan } from "./rest-api.ts";
import { resourceError } from "./sam-error.ts";
import { defined, inheritedAttributes, objectOf, ref, type SamResource } from "./sam-resource.ts";

const KINDS = ["SHARED", "PER_API", "NONE"];
const KNOWN = ["CreateUsagePlan", "Description", "Quota", "Tags", "Throttle", "UsagePlanName"];

export function usagePlanResources(
  { logicalId, properties, attributes }: SamResource,
  stageId: string,
  shared: SharedUsagePlan,
): readonly (readonly [string, ValueObject])[] {
  const plan = objectOf(properties["Auth"])["UsagePlan"];
  if (plan === undefined) {
    return [];
  }
  if (!isObject(plan)) {
    throw resourceError(logicalId, "'UsagePlan' must be a dictionary");
  }
  const kind = checkedKind(logicalId, plan);
  if (kind === "NONE") {
    return [];
  }
  const isShared = kind === "SHARED";
  const prefix = isShared ? "Serverless" : logicalId;
  const stage = { ApiId: ref(logicalId), Stage: ref(stageId) };
  const stageKey = { RestApiId: ref(logicalId), StageName: ref(stageId) };
  if (isShared) {
    shared.apiIds.push(logicalId);
    shared.stages.push(stage);
    shared.stageKeys.push(stageKey);
  }
  const inherited = isShared ? {} : inheritedAttributes(attributes);
  const { UsagePlanName, Description, Quota, Tags, Throttle } = plan;
  return [
    [
      `${prefix}UsagePlan`,
      {
        Type: "AWS::ApiGateway::UsagePlan",
        DependsOn: isShared ? [...shared.apiIds] : [logicalId],
        ...inherited,
        Properties: defined({
          ApiStages: isShared ? [...shared.stages] : [stage],
          Description,
          Quota,
          Tags,
          Throttle,
          UsagePlanName,
        }),
      },
    ],
    [
      `${prefix}ApiKey`,
      {
        Type: "AWS::ApiGateway::ApiKey",
        DependsOn: [`${prefix}UsagePlan`],
        ...inherited,
        Properties: { Enabled: true, StageKeys: isShared ? [...shared.stageKeys] : [stageKey] },
      },
    ],
    [
      `${prefix}UsagePlanKey`,
      {
        Type: "AWS::ApiGateway::UsagePlanKey",
        DependsOn: [`${prefix}ApiKey`],
        ...inherited,
        Properties: {
          KeyId: ref(`${prefix}ApiKey`),
          KeyType: "API_KEY",
          UsagePlanId: ref(`${prefix}UsagePlan`),
        },
      },
    ],
  ];
}

function checkedKind(logicalId: string, plan: ValueObject): string {
  if (Object.keys(plan).some((key) => !KNOWN.includes(key))) {
    throw resourceError(logicalId, "Invalid property for 'UsagePlan'");
  }
  const kind = plan["CreateUsagePlan"];
  if (kind === undefined) {
    throw resourceError(logicalId, "'CreateUsagePlan' is a required field for UsagePlan.");
  }
  if (typeof kind !== "string" || !KINDS.includes(kind)) {
    const names = KINDS.map((one) => `'${one}'`).join(", ");
    throw resourceError(logicalId, `'CreateUsagePlan' accepts one of [${names}].`);
  }
  return kind;
}
