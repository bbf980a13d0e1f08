/**
 * The `Policies` of a function: managed policies, statements, and SAM's policy templates.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html
 */
import {
  equalValues,
  isList,
  isObject,
  type Value,
  type ValueObject,
} from "../../languages/template/value.ts";
import { MANAGED_POLICY_PATHS } from "./managed-policies.gen.ts";
import { POLICY_TEMPLATES } from "./policy-templates.gen.ts";
import { resourceError } from "./sam-error.ts";
import { isIntrinsic, objectOf } from "./sam-resource.ts";

export interface RolePolicies {
  readonly managedPolicyArns: readonly Value[];
  readonly policies: readonly ValueObject[];
}

/** `index` counts all entries, so that a policy keeps its name when others come and go before it. */
export function readPolicies(policies: Value | undefined, logicalId: string): RolePolicies {
  const managedPolicyArns: Value[] = [];
  const documents: ValueObject[] = [];
  const entries = policies === undefined ? [] : isList(policies) ? policies : [policies];
  entries.forEach((entry, index) => {
    const { managed, policy } = readEntry(entry, { logicalId, index });
    if (managed !== undefined) {
      managedPolicyArns.push(managed);
    }
    if (policy !== undefined) {
      documents.push(policy);
    }
  });
  return { managedPolicyArns, policies: documents };
}

interface Place {
  readonly logicalId: string;
  readonly index: number;
}

/** The entry as the role has it: among its managed policies, or among its own. */
interface ReadEntry {
  readonly managed?: Value;
  readonly policy?: ValueObject;
}

function readEntry(entry: Value, place: Place): ReadEntry {
  const { logicalId, index } = place;
  const choice = isObject(entry) ? entry["Fn::If"] : undefined;
  if (isList(choice) && choice.length === 3) {
    return readChoice(choice, place);
  }
  const document = documentOf(entry, logicalId);
  if (document !== undefined) {
    return { policy: { PolicyName: `${logicalId}RolePolicy${index}`, PolicyDocument: document } };
  }
  if (typeof entry === "string") {
    return { managed: managedPolicyArn(entry) };
  }
  if (isIntrinsic(entry)) {
    return { managed: entry };
  }
  throw resourceError(
    logicalId,
    `Policy at index ${index} in the 'Policies' property is not valid`,
  );
}

/** Both branches are of one kind, or one of them is nothing. */
function readChoice([condition, ...branches]: readonly Value[], place: Place): ReadEntry {
  const read = branches.map((branch) =>
    equalValues(branch, NO_VALUE) ? undefined : readEntry(branch, place),
  );
  const managed = read.map((branch) => (branch === undefined ? NO_VALUE : branch.managed));
  const policies = read.map((branch) => (branch === undefined ? NO_VALUE : branch.policy));
  const choose = (values: readonly (Value | undefined)[]): ValueObject => ({
    "Fn::If": [condition ?? "", ...values.map((value) => value ?? NO_VALUE)],
  });
  if (!managed.includes(undefined)) {
    return { managed: choose(managed) };
  }
  if (!policies.includes(undefined)) {
    return { policy: choose(policies) };
  }
  throw resourceError(
    place.logicalId,
    "Different policy types within the same Fn::If statement is unsupported. Separate different policy types into different Fn::If statements",
  );
}

const NO_VALUE: ValueObject = { Ref: "AWS::NoValue" };

function documentOf(entry: Value, logicalId: string): ValueObject | undefined {
  if (!isObject(entry)) {
    return undefined;
  }
  if (entry["Statement"] !== undefined) {
    return entry;
  }
  const [name, ...others] = Object.keys(entry);
  const template = name === undefined ? undefined : POLICY_TEMPLATES[name];
  if (name === undefined || others.length > 0 || template === undefined) {
    return undefined;
  }
  const given = objectOf(entry[name]);
  const missing = template.parameters.filter((parameter) => given[parameter] === undefined);
  if (missing.length > 0) {
    const names = missing.map((parameter) => `'${parameter}'`).join(", ");
    throw resourceError(
      logicalId,
      `Following required parameters of template '${name}' don't have values: [${names}]`,
    );
  }
  return filledIn(template.definition, given) as ValueObject;
}

/** A template's own `Ref`s are its parameters. */
function filledIn(value: Value, given: ValueObject): Value {
  if (isList(value)) {
    return value.map((item) => filledIn(item, given));
  }
  if (!isObject(value)) {
    return value;
  }
  const name = value["Ref"];
  if (typeof name === "string" && given[name] !== undefined) {
    return given[name];
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, filledIn(item, given)]),
  );
}

export function managedPolicyArn(name: string): string {
  if (name.startsWith("arn:")) {
    return name;
  }
  for (const [path, names] of Object.entries(MANAGED_POLICY_PATHS)) {
    if (names.includes(name)) {
      return `arn:aws:iam::aws:policy/${path}/${name}`;
    }
  }
  return `arn:aws:iam::aws:policy/${name}`;
}

/** A statement that lets the function send to where its results or failures go. */
export function destinationPolicy(
  type: Value | undefined,
  destination: Value,
  logicalId: string,
): ValueObject | undefined {
  const actions: Readonly<Record<string, readonly [suffix: string, action: string]>> = {
    SQS: ["SQSPolicy", "sqs:SendMessage"],
    SNS: ["SNSPolicy", "sns:publish"],
    EventBridge: ["EventBridgePolicy", "events:PutEvents"],
    Lambda: ["LambdaPolicy", "lambda:InvokeFunction"],
  };
  if (type === "S3Bucket") {
    return bucketPolicy(destination, logicalId);
  }
  const known = typeof type === "string" ? actions[type] : undefined;
  if (known === undefined) {
    return undefined;
  }
  const [suffix, action] = known;
  return {
    PolicyName: logicalId + suffix,
    PolicyDocument: {
      Statement: [{ Action: action, Effect: "Allow", Resource: destination }],
    },
  };
}

function bucketPolicy(bucket: Value, logicalId: string): ValueObject {
  return {
    PolicyName: `${logicalId}S3Policy`,
    PolicyDocument: {
      Statement: [
        { Action: "s3:PutObject", Effect: "Allow", Resource: { "Fn::Join": ["/", [bucket, "*"]] } },
        { Action: "s3:ListBucket", Effect: "Allow", Resource: bucket },
      ],
    },
  };
}
