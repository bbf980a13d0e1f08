/**
 * How each service refuses an input that breaks a constraint of its model, and which constraints
 * it leaves to its own code.
 */
import { AwsError } from "./aws-error.ts";
import type { ServiceModel, ServiceName } from "./model.ts";
import { type Violation, validationMessage } from "./violations.ts";

export interface CheckPolicy {
  /** Whether the service has this constraint checked here at all. */
  readonly applies: (violation: Violation, operation: string) => boolean;
  readonly refusal: (violations: readonly Violation[], place: CheckPlace) => AwsError;
}

export interface CheckPlace {
  readonly model: ServiceModel;
  readonly operation: string;
}

export function checkPolicyOf(service: ServiceName): CheckPolicy {
  return POLICIES[service];
}

/** The usual message under the service's code. */
function coded(code: string): CheckPolicy {
  return {
    applies: () => true,
    refusal: (violations) => new AwsError({ code, message: validationMessage(violations) }),
  };
}

const POLICIES: Readonly<Record<ServiceName, CheckPolicy>> = {
  apigateway: coded("BadRequestException"),
  apigatewayv2: coded("BadRequestException"),
  applicationautoscaling: coded("ValidationException"),
  cloudformation: coded("ValidationError"),
  cloudwatch: coded("ValidationError"),
  codedeploy: coded("ValidationException"),
  dynamodb: coded("ValidationException"),
  dynamodbstreams: coded("ValidationException"),
  events: coded("ValidationException"),
  iam: { applies: () => true, refusal: refuseInIam },
  kinesis: { applies: isCheckedInKinesis, refusal: coded("ValidationException").refusal },
  lambda: { applies: isCheckedInLambda, refusal: coded("ValidationException").refusal },
  logs: coded("InvalidParameterException"),
  pipes: coded("ValidationException"),
  s3: { applies: isRequired, refusal: refuseInS3 },
  scheduler: coded("ValidationException"),
  schemas: coded("BadRequestException"),
  secretsmanager: coded("ValidationException"),
  sns: coded("ValidationError"),
  sqs: { applies: isRequired, refusal: refuseInSqs },
  ssm: coded("ValidationException"),
  states: coded("ValidationException"),
  sts: coded("ValidationError"),
};

function isRequired(violation: Violation): boolean {
  return violation.kind === "required";
}

/** Whether a record needs a partition key depends on its stream. */
function isCheckedInKinesis({ kind, path }: Violation): boolean {
  return kind !== "required" || path.at(-1)?.name !== "PartitionKey";
}

/** Lambda answers an unknown runtime in code, with the runtimes it has and another error. */
function isCheckedInLambda({ path }: Violation): boolean {
  return path.at(-1)?.name !== "Runtime";
}

/**
 * IAM says of a name's characters what they may be, in place of the pattern.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const IAM_NAME_PATTERN = "Member must satisfy regular expression pattern: [\\w+=,.@-]+";

function refuseInIam(violations: readonly Violation[]): AwsError {
  const [first] = violations;
  const name = first?.path.at(-1)?.name ?? "";
  const message =
    first?.constraint === IAM_NAME_PATTERN && violations.length === 1
      ? `The specified value for ${name.charAt(0).toLowerCase()}${name.slice(1)} is invalid. ` +
        "It must contain only alphanumeric characters and/or the following: +=,.@_-"
      : validationMessage(violations);
  return new AwsError({ code: "ValidationError", message });
}

/**
 * SQS names the parameter as the query protocol does: `SendMessageBatchRequestEntry.1.Id`.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
function refuseInSqs([first]: readonly Violation[], { model, operation }: CheckPlace): AwsError {
  let shape = model.operations[operation]?.input;
  const parts = (first?.path ?? []).map(({ kind, name }) => {
    const current = shape === undefined ? undefined : model.shapes[shape];
    if (kind === "member" && current !== undefined && "members" in current) {
      const member = current.members[name];
      shape = member?.shape;
      return member?.xmlName ?? name;
    }
    shape = current?.type === "list" ? current.member.shape : undefined;
    return name;
  });
  return new AwsError({
    code: "MissingParameter",
    message: `The request must contain the parameter ${parts.join(".")}.`,
  });
}

/**
 * S3 checks in code what its model bounds; what is missing from a document makes it malformed.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
function refuseInS3([first]: readonly Violation[], { model, operation }: CheckPlace): AwsError {
  const [member] = first?.path ?? [];
  const input = model.shapes[model.operations[operation]?.input ?? ""];
  const binding = input !== undefined && "members" in input && input.members[member?.name ?? ""];
  if (first?.path.length === 1 && binding && binding.payload) {
    return new AwsError({ code: "MissingRequestBodyError", message: "Request Body is empty" });
  }
  if (first?.path.length === 1 && binding && (binding.query ?? binding.header) !== undefined) {
    return new AwsError({
      code: "InvalidArgument",
      message: `The request is missing ${binding.query ?? binding.header}`,
    });
  }
  return new AwsError({
    code: "MalformedXML",
    message:
      "The XML you provided was not well-formed or did not validate against our published schema",
  });
}
