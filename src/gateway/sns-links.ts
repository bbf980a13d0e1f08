/**
 * The links in messages of SNS, and the certificate that their signatures are checked with: requests
 * that browsers and message validators make, without credentials.
 *
 * Sources: https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
import { utf8Encode } from "../base/bytes.ts";
import { AwsError } from "../wire/aws-error.ts";
import { fail } from "../wire/fail.ts";
import type { HttpRequest, HttpResponse } from "../wire/http.ts";
import { loadModel } from "../wire/models.ts";
import { respond } from "../wire/respond.ts";
import type { Exchange } from "./exchange.ts";
import type { Handler } from "./handlers.ts";

export interface SnsLinkPorts {
  readonly links: {
    /** Answers the subscription's ARN. */
    confirm(request: {
      readonly topicArn: string;
      readonly token: string;
      readonly isAuthenticated: boolean;
    }): Promise<string>;
    unsubscribe(subscriptionArn: string): Promise<void>;
  };
  readCertificate(path: string): Promise<string | undefined>;
}

const CERTIFICATE_PREFIX = "/SimpleNotificationService-";

export function answerSnsLinks(sns: SnsLinkPorts): Handler {
  return (exchange) => {
    const { head } = exchange;
    if (head.method !== "GET") {
      return undefined;
    }
    if (head.path.startsWith(CERTIFICATE_PREFIX)) {
      return answerCertificate(sns, head.path);
    }
    const link = linkOf(head);
    return link && answerLink(sns, link, exchange);
  };
}

async function answerCertificate(sns: SnsLinkPorts, path: string): Promise<HttpResponse> {
  const pem = await sns.readCertificate(path);
  return pem === undefined
    ? { status: 404, headers: [], body: new Uint8Array(0) }
    : { status: 200, headers: [["content-type", "application/x-pem-file"]], body: utf8Encode(pem) };
}

interface Link {
  readonly operation: "ConfirmSubscription" | "Unsubscribe";
  readonly parameters: URLSearchParams;
}

/** A signed request goes the way of all operations. */
function linkOf({ path, query, headers }: HttpRequest): Link | undefined {
  if (path !== "/" || headers["authorization"] !== undefined || !query.includes("Action=")) {
    return undefined;
  }
  const parameters = new URLSearchParams(query);
  const operation = parameters.get("Action");
  const isSigned = parameters.has("X-Amz-Signature");
  return (operation === "ConfirmSubscription" || operation === "Unsubscribe") && !isSigned
    ? { operation, parameters }
    : undefined;
}

async function answerLink(
  sns: SnsLinkPorts,
  { operation, parameters }: Link,
  { requestId, head }: Exchange,
): Promise<HttpResponse> {
  const claim = { model: loadModel("sns"), operation, protocol: "awsQuery" } as const;
  try {
    const output = await follow(sns, operation, parameters);
    return respond(claim, output, requestId);
  } catch (error) {
    if (error instanceof AwsError) {
      return fail(claim, error, requestId, head);
    }
    throw error;
  }
}

async function follow(
  { links }: SnsLinkPorts,
  operation: Link["operation"],
  parameters: URLSearchParams,
): Promise<unknown> {
  if (operation === "Unsubscribe") {
    await links.unsubscribe(parameters.get("SubscriptionArn") ?? "");
    return {};
  }
  const isAuthenticated = parameters.get("AuthenticateOnUnsubscribe")?.toLowerCase() === "true";
  const topicArn = parameters.get("TopicArn") ?? "";
  const token = parameters.get("Token") ?? "";
  return { SubscriptionArn: await links.confirm({ topicArn, token, isAuthenticated }) };
}
