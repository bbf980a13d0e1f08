/**
 * The `ResponseURL` of custom resources. Providers put their answers there without credentials: who
 * knows the URL may answer, as with a presigned URL of S3, whose answers these are.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
import { RESPONSE_PATH } from "../functions/bootstraps/response-path.ts";
import { AwsError } from "../wire/aws-error.ts";
import { fail } from "../wire/fail.ts";
import type { HttpResponse } from "../wire/http.ts";
import { loadModel } from "../wire/models.ts";
import type { Exchange } from "./exchange.ts";
import type { Handler } from "./handlers.ts";

export interface CustomResourcePorts {
  /** `false` when the URL has expired. */
  answer(token: string, body: Uint8Array): Promise<boolean>;
}

export function answerCustomResources(ports: CustomResourcePorts): Handler {
  return (exchange) =>
    exchange.head.path.startsWith(RESPONSE_PATH) ? take(ports, exchange) : undefined;
}

async function take(ports: CustomResourcePorts, exchange: Exchange): Promise<HttpResponse> {
  const { head, requestId } = exchange;
  const token = head.path.slice(RESPONSE_PATH.length);
  const body = await exchange.readBody();
  if (head.method === "PUT" && (await ports.answer(token, body))) {
    return { status: 200, headers: [], body: new Uint8Array(0) };
  }
  const claim = { model: loadModel("s3"), operation: "PutObject", protocol: "restXml" } as const;
  const expired = new AwsError({
    code: "AccessDenied",
    message: "Request has expired",
    status: 403,
  });
  return fail(claim, expired, requestId, head);
}
