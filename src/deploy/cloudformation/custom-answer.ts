/**
 * The answer of a custom resource's provider: put to the request's `ResponseURL`, whenever it comes,
 * or given up when `ServiceTimeout` is over. The first counts; the URL takes more until it expires,
 * as a presigned URL of S3 would.
 *
 * Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 * and, for reasons, https://github.com/PaloAltoNetworks/aws-elb-autoscaling/issues/23 (status),
 * https://github.com/aws-cloudformation/custom-resource-helper/issues/67 (physical id),
 * https://github.com/aws-samples/amazon-cloudfront-secure-static-site/pull/25 (length),
 * https://github.com/DataDog/datadog-aws-controltower/issues/9 (none).
 */
import { utf8Decode } from "../../base/bytes.ts";
import { isObject, type Value, type ValueObject } from "../../languages/template/value.ts";
import type { Store, Timer, WriteTx } from "../../store/store.ts";
import type { AnswerRow } from "./custom-request.ts";
import { answerRows } from "./keys.ts";
import { CUSTOM_ANSWER_BYTES_MAX, CUSTOM_PHYSICAL_ID_BYTES_MAX } from "./limits.ts";
import type { Instance, ResourceRecord, StackEvent, Work } from "./state.ts";
import { loadState, transact } from "./transact.ts";

type Answer =
  | {
      readonly status: "SUCCESS";
      readonly physicalId: string;
      readonly attributes: ValueObject;
      readonly noEcho: boolean;
    }
  | { readonly status: "FAILED"; readonly physicalId: string; readonly reason: string }
  /** What is no answer: a failure all the same. */
  | { readonly status: undefined; readonly reason: string };

/** Takes what was put to a `ResponseURL`; `false` when it has expired or never was one. */
export function takeAnswer(store: Store, token: string, body: Uint8Array): Promise<boolean> {
  const answer = readAnswer(body);
  return store.write((tx) => {
    const row = answerRows.get(tx, [token]);
    if (row === undefined) {
      return false;
    }
    if (!row.answered) {
      answerRows.put(tx, [token], { ...row, answered: true });
      conclude(tx, row, (work, live) => eventOf(answer, { row, work, live }));
    }
    return true;
  });
}

/** `ServiceTimeout` is over: the URL takes nothing any more. */
export function endWait(tx: WriteTx, timer: Timer): void {
  const row = answerRows.get(tx, timer.key);
  if (row === undefined) {
    return;
  }
  answerRows.delete(tx, timer.key);
  if (!row.answered) {
    const reason =
      `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${row.requestId}]. ` +
      "If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.";
    conclude(tx, row, (work, live) => eventOf({ status: undefined, reason }, { row, work, live }));
  }
}

function conclude(
  tx: WriteTx,
  row: AnswerRow,
  outcome: (work: Work, live: Instance | undefined) => StackEvent,
): void {
  const { accountId, region, stackId, logicalId, workId } = row;
  const state = loadState(tx, { accountId, region, id: stackId });
  const resource: ResourceRecord | undefined = state?.resources.get(logicalId);
  if (state !== undefined && resource?.work?.id === workId) {
    transact(tx, state, outcome(resource.work, resource.live));
  }
}

function eventOf(
  answer: Answer,
  about: {
    readonly row: AnswerRow;
    readonly work: Work;
    readonly live: Instance | undefined;
  },
): StackEvent {
  const { row, work, live } = about;
  const workId = work.id;
  if (answer.status === "SUCCESS") {
    const { physicalId, attributes, noEcho } = answer;
    return { kind: "done", workId, physicalId, attributes, noEcho };
  }
  if (answer.status === "FAILED") {
    const reason = `Received response status [FAILED] from custom resource. Message returned: ${answer.reason} (RequestId: ${row.requestId})`;
    return { kind: "failed", workId, reason, physicalId: answer.physicalId };
  }
  // Nobody knows what was made. CloudFormation makes an id up, and has that deleted.
  const physicalId =
    work.kind === "delete" ? work.instance.physicalId : (live?.physicalId ?? work.draft.name);
  return { kind: "failed", workId, reason: answer.reason, physicalId };
}

export function readAnswer(body: Uint8Array): Answer {
  if (body.length > CUSTOM_ANSWER_BYTES_MAX) {
    return invalid("Response object is too long.");
  }
  const given = parsed(body);
  if (!isObject(given)) {
    return invalid("Invalid Response object: Response is not a valid JSON object");
  }
  const { Status: status, PhysicalResourceId: physicalId, Reason: reason, Data: data } = given;
  if (status !== "SUCCESS" && status !== "FAILED") {
    return invalid(`Invalid Response object: '${plain(status)}' is not a valid ResponseStatus`);
  }
  if (!isPhysicalId(physicalId)) {
    return invalid("Invalid PhysicalResourceId");
  }
  if (status === "FAILED") {
    return { status, physicalId, reason: plain(reason) };
  }
  if (data !== undefined && data !== null && !isObject(data)) {
    return invalid("Invalid Response object: Value of property Data must be an object");
  }
  const noEcho = given["NoEcho"] === true || given["NoEcho"] === "true";
  return { status, physicalId, attributes: data ?? {}, noEcho };
}

function parsed(body: Uint8Array): Value | undefined {
  try {
    return JSON.parse(utf8Decode(body)) as Value;
  } catch {
    return undefined;
  }
}

function invalid(reason: string): Answer {
  return { status: undefined, reason };
}

function isPhysicalId(value: Value | undefined): value is string {
  return (
    typeof value === "string" &&
    value !== "" &&
    Buffer.byteLength(value) <= CUSTOM_PHYSICAL_ID_BYTES_MAX
  );
}

function plain(value: Value | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
