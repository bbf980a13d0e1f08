/**
 * What a template may only do when the caller says so.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
import type { Template } from "../../languages/template/template.ts";

const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  "AWS::IAM::Role": "RoleName",
  "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
  "AWS::IAM::User": "UserName",
  "AWS::IAM::Group": "GroupName",
  "AWS::IAM::InstanceProfile": "InstanceProfileName",
};

const NEEDS_IAM: ReadonlySet<string> = new Set([
  ...Object.keys(NAME_PROPERTIES),
  "AWS::IAM::Policy",
  "AWS::IAM::AccessKey",
  "AWS::IAM::UserToGroupAddition",
]);

export interface NeededCapability {
  readonly capability: "CAPABILITY_IAM" | "CAPABILITY_NAMED_IAM";
  readonly resourceTypes: readonly string[];
}

/** The one IAM capability that a template needs, if it needs one. */
export function neededIamCapability(template: Template): NeededCapability | undefined {
  const needing = Object.values(template.resources).filter(({ type }) => NEEDS_IAM.has(type));
  if (needing.length === 0) {
    return undefined;
  }
  const named = needing.some(({ type, properties }) => {
    const property = NAME_PROPERTIES[type];
    return property !== undefined && properties[property] !== undefined;
  });
  return {
    capability: named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM",
    resourceTypes: [...new Set(needing.map(({ type }) => type))],
  };
}

export function missingCapabilities(
  template: Template,
  options: { readonly given: readonly string[]; readonly expands: boolean },
): readonly string[] {
  const { given, expands } = options;
  const iam = neededIamCapability(template)?.capability;
  const satisfied =
    iam === undefined ||
    given.includes(iam) ||
    (iam === "CAPABILITY_IAM" && given.includes("CAPABILITY_NAMED_IAM"));
  return [
    ...(satisfied ? [] : [iam]),
    ...(expands && !given.includes("CAPABILITY_AUTO_EXPAND") ? ["CAPABILITY_AUTO_EXPAND"] : []),
  ];
}

export function capabilitiesReason(types: readonly string[]): string {
  return `The following resource(s) require capabilities: [${types.join(", ")}]`;
}
