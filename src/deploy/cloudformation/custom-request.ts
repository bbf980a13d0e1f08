/**
 * Asking the provider of a custom resource: a function, or whoever listens to a topic.
 *
 * The request's row, the timer that ends the wait and the delivery to the provider are one
 * transaction, and with it the work leaves the queue of the engine: from then on it waits for an
 * answer (`custom-answer.ts`), and no engine has to run for it. A crash before the commit has asked
 * nobody; after it nobody is asked again.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
import { parseArn } from "../../base/arn.ts";
import { RESPONSE_PATH } from "../../functions/bootstraps/response-path.ts";
import { mapScalars, scalarText, type ValueObject } from "../../languages/template/value.ts";
import { deliver, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { PropertyError } from "../resources/property-shape.ts";
import { ANSWER_TIMER, answerRows, workRows } from "./keys.ts";
import { CUSTOM_TIMEOUT_SECONDS_MAX } from "./limits.ts";
import type { StackEvent, StackState, Work } from "./state.ts";

export interface CustomRequestPorts {
  /** Where providers are reached: `lambda` and `sns`. */
  readonly sinks: Sinks;
  /** The engine's own address, which the answer goes to. */
  readonly endpoint: string;
}

/** A request whose answer is awaited, or was given and may be given again. */
export interface AnswerRow {
  readonly accountId: string;
  readonly region: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly workId: string;
  readonly requestId: string;
  readonly answered: boolean;
}

export interface CustomWork {
  readonly logicalId: string;
  readonly work: Work;
  /** Of the instance that is changed. */
  readonly physicalId: string | undefined;
  /** With dynamic references filled in. */
  readonly properties: ValueObject;
  readonly before: ValueObject | undefined;
}

const TOKEN_BYTES = 32;

/** What is refused before anybody is asked is a `PropertyError`; a provider that is not there, an event. */
export function askProvider(
  tx: WriteTx,
  { stack }: StackState,
  asked: CustomWork,
  ports: CustomRequestPorts,
): StackEvent | undefined {
  const { logicalId, work, properties } = asked;
  const serviceToken = serviceTokenOf(properties, stack.region);
  const timeoutSeconds = serviceTimeoutOf(properties);
  const token = Buffer.from(tx.random.bytes(TOKEN_BYTES)).toString("base64url");
  const requestId = tx.random.uuid();
  const request = {
    RequestType: REQUEST_TYPES[work.kind],
    ServiceToken: serviceToken,
    ResponseURL: `${ports.endpoint}${RESPONSE_PATH}${token}`,
    StackId: stack.id,
    RequestId: requestId,
    LogicalResourceId: logicalId,
    PhysicalResourceId: asked.physicalId,
    ResourceType: work.kind === "delete" ? work.instance.type : work.draft.type,
    ResourceProperties: texts(properties),
    OldResourceProperties: asked.before && texts(asked.before),
  };
  const acceptance = deliver(tx, ports.sinks, serviceToken, {
    payload: JSON.stringify(request),
    sourceArn: stack.id,
    subject: "AWS CloudFormation custom resource request",
  });
  if (!acceptance.accepted) {
    return { kind: "failed", workId: work.id, reason: acceptance.message };
  }
  const { accountId, region, id: stackId } = stack;
  const row = { accountId, region, stackId, logicalId, workId: work.id, requestId };
  answerRows.put(tx, [token], { ...row, answered: false });
  workRows.delete(tx, [stackId, logicalId]);
  tx.after({ dueMs: tx.nowMs + timeoutSeconds * 1000, kind: ANSWER_TIMER, key: [token] });
  return undefined;
}

const REQUEST_TYPES = { probe: "Create", create: "Create", update: "Update", delete: "Delete" };

/** Everything in a request is a text: providers are written for that. */
function texts(properties: ValueObject): ValueObject {
  return mapScalars(properties, (scalar) => scalarText(scalar) ?? null) as ValueObject;
}

function serviceTokenOf(properties: ValueObject, region: string): string {
  const token = scalarText(properties["ServiceToken"]);
  if (token === undefined || token === "") {
    throw new PropertyError("Property ServiceToken cannot be empty.");
  }
  const arn = parseArn(token);
  if (arn === undefined || !["lambda", "sns"].includes(arn.service) || arn.region !== region) {
    throw new PropertyError("Invalid service token.");
  }
  return token;
}

function serviceTimeoutOf(properties: ValueObject): number {
  const given = properties["ServiceTimeout"];
  const seconds = given === undefined ? CUSTOM_TIMEOUT_SECONDS_MAX : Number(scalarText(given));
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > CUSTOM_TIMEOUT_SECONDS_MAX) {
    throw new PropertyError(
      `ServiceTimeout must be an integer from 1 to ${CUSTOM_TIMEOUT_SECONDS_MAX}.`,
    );
  }
  return seconds;
}
