/**
 * Answers of the query protocol in JSON: what services that speak it (SQS, SNS) give to API Gateway,
 * which accepts JSON unless the integration maps another `Accept`. Members that are not there are
 * null. The form is that of answers which AWS gives in the samples of
 * https://github.com/aws-samples/serverless-patterns (apigw-sqs); no page documents it.
 */
import { utf8Encode } from "../../../base/bytes.ts";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import type { AwsError } from "../../../wire/aws-error.ts";
import type { Claim } from "../../../wire/claim.ts";
import { errorShapeOf } from "../../../wire/error-shapes.ts";
import type { HttpResponse } from "../../../wire/http.ts";
import { writeJson } from "../../../wire/json.ts";
import type { ServiceModel } from "../../../wire/model.ts";

export function queryAnswer(
  { model, operation }: Claim,
  output: unknown,
  requestId: string,
): HttpResponse {
  const shape = model.operations[operation]?.output;
  const result =
    shape === undefined
      ? {}
      : { [`${operation}Result`]: complete(model, shape, written(model, shape, output)) };
  const answer = sorted({ ResponseMetadata: { RequestId: requestId }, ...result });
  return jsonResponse(200, { [`${operation}Response`]: answer });
}

export function queryRefusal({ model }: Claim, error: AwsError, requestId: string): HttpResponse {
  const traits = errorShapeOf(model, error.code)?.traits;
  const isSenders = (traits?.fault ?? error.fault) === "client";
  const told = {
    Code: traits?.queryCode ?? error.code,
    Message: error.message,
    Type: isSenders ? "Sender" : "Receiver",
  };
  const status = traits?.queryStatus ?? traits?.status ?? error.status;
  return jsonResponse(status, { Error: told, RequestId: requestId });
}

function jsonResponse(status: number, document: JsonObject): HttpResponse {
  return {
    status,
    headers: [["content-type", "application/json"]],
    body: utf8Encode(JSON.stringify(document)),
  };
}

function written(model: ServiceModel, shape: string, output: unknown): unknown {
  return JSON.parse(writeJson(model, shape, output ?? {}, "own"));
}

/** Lists of SQS that have another name in this form than in any other. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  "sqs.ReceiveMessageResult.Messages": "messages",
  "sqs.ListQueuesResult.QueueUrls": "queueUrls",
};

function complete(model: ServiceModel, shapeName: string, value: unknown): unknown {
  const shape = model.shapes[shapeName];
  if (shape?.type === "list" && Array.isArray(value)) {
    return value.map((item) => complete(model, shape.member.shape, item));
  }
  if (!isJsonObject(value) || shape === undefined || shape.type === "list") {
    return value;
  }
  if (shape.type === "map") {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, complete(model, shape.value.shape, item)]),
    );
  }
  const members = Object.entries(shape.members).map(([name, member]) => [
    OWN_NAMES[`${model.name}.${shapeName}.${name}`] ?? name,
    value[name] === undefined ? null : complete(model, member.shape, value[name]),
  ]);
  return sorted(Object.fromEntries(members));
}

function sorted(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}
