/**
 * What browsers do with buckets beside calling operations: they ask whether a page may (CORS),
 * upload forms, and follow presigned links, which expire.
 *
 * A bucket that has cross-origin rules decides by them alone, for pages of every site. For other
 * buckets the rules of the engine hold, as for all services.
 *
 * Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import { utf8Encode } from "../base/bytes.ts";
import type { RequestContext } from "../services/service.ts";
import { AwsError } from "../wire/aws-error.ts";
import { fail } from "../wire/fail.ts";
import type { HttpRequest, HttpResponse } from "../wire/http.ts";
import { loadModel } from "../wire/models.ts";
import { type FormUpload, readFormUpload } from "../wire/multipart-form.ts";
import { bucketOfHost, objectLocation } from "../wire/s3-host.ts";
import { contextOf } from "./aws.ts";
import type { Exchange } from "./exchange.ts";
import { type GuardOptions, isAllowedHost } from "./guard.ts";
import type { Answer, Handler } from "./handlers.ts";

export interface S3PagePorts {
  /** The headers for a page, `false` when the bucket's rules refuse it; `undefined`: it has none. */
  corsOf(bucket: string, request: CorsQuestion): Promise<CorsHeaders | false | undefined>;
  postObject(ctx: RequestContext, bucket: string, form: FormUpload): Promise<PostedObject>;
}

export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly string[];
}

export interface PostedObject {
  readonly key: string;
  /** With its quotes. */
  readonly etag: string;
  readonly versionId: string | undefined;
}

type CorsHeaders = readonly (readonly [string, string])[];

export interface S3PageOptions extends GuardOptions {
  readonly s3: S3PagePorts;
  /** Answers operations, for pages that the bucket lets in. */
  readonly operations: Answer;
  /** Everything else that the gateway does. */
  readonly others: Answer;
}

/** Stands before the guard: a bucket may let in pages of other sites. */
export function answerBucketPages(options: S3PageOptions): Handler {
  return (exchange) => {
    const { head } = exchange;
    const origin = head.headers["origin"];
    const bucket = bucketOf(head);
    return origin === undefined || bucket === undefined || !isAllowedHost(head, options)
      ? undefined
      : (answerPage(exchange, { origin, bucket }, options) as Promise<HttpResponse>);
  };
}

async function answerPage(
  exchange: Exchange,
  { origin, bucket }: { readonly origin: string; readonly bucket: string },
  { s3, operations, others }: S3PageOptions,
): Promise<HttpResponse | undefined> {
  const { method, headers } = exchange.head;
  const wanted = headers["access-control-request-method"];
  const isPreflight = method === "OPTIONS" && wanted !== undefined;
  const asked = isPreflight ? (headers["access-control-request-headers"] ?? "") : "";
  const names = asked.split(",").map((name) => name.trim());
  const cors = await s3.corsOf(bucket, {
    origin,
    method: isPreflight ? wanted : method,
    headers: names.filter((name) => name !== ""),
  });
  if (cors === undefined) {
    return others(exchange);
  }
  if (isPreflight) {
    return cors === false
      ? refusal(exchange, corsIsNotAllowed(exchange.head, wanted))
      : { status: 200, headers: [...cors], body: new Uint8Array(0) };
  }
  const response = await (cors === false ? others : operations)(exchange);
  return response && withHeaders(response, cors === false ? [] : cors);
}

function withHeaders(response: HttpResponse, cors: CorsHeaders): HttpResponse {
  const own = response.headers.filter(([name]) => !/^(?:access-control-.*|vary)$/i.test(name));
  return { ...response, headers: [...own, ...cors] };
}

/** A form in a page: `POST /bucket` with a file. */
export function answerFormUploads(s3: S3PagePorts): Handler {
  return (exchange) => {
    const { method, headers, path } = exchange.head;
    const isForm = headers["content-type"]?.startsWith("multipart/form-data") === true;
    const bucket = bucketOf(exchange.head);
    const isBucket = bucketOfHost(headers["host"]) === undefined ? /^\/[^/]+\/?$/ : /^\/$/;
    return method === "POST" && isForm && bucket !== undefined && isBucket.test(path)
      ? answerForm(exchange, bucket, s3)
      : undefined;
  };
}

async function answerForm(
  exchange: Exchange,
  bucket: string,
  s3: S3PagePorts,
): Promise<HttpResponse> {
  const type = exchange.head.headers["content-type"] ?? "";
  try {
    const form = await readFormUpload(type, exchange.bodyStream());
    const credential = encodeURIComponent(form.fields.get("x-amz-credential") ?? "");
    const head = { ...exchange.head, query: credential && `X-Amz-Credential=${credential}` };
    const ctx = contextOf(exchange, head);
    return postedResponse(ctx, bucket, form, await s3.postObject(ctx, bucket, form));
  } catch (error) {
    if (error instanceof AwsError) {
      return refusal(exchange, error);
    }
    throw error;
  }
}

const CREATED = 201;
const SEE_OTHER = 303;
const NO_CONTENT = 204;

function postedResponse(
  ctx: RequestContext,
  bucket: string,
  { fields }: FormUpload,
  { key, etag, versionId }: PostedObject,
): HttpResponse {
  const location = objectLocation(ctx.endpoint, bucket, key);
  const headers: [string, string][] = [
    ["etag", etag],
    ["x-amz-request-id", ctx.requestId],
    ...(versionId === undefined ? [] : ([["x-amz-version-id", versionId]] as [string, string][])),
  ];
  const target = redirectOf(fields.get("success_action_redirect") ?? fields.get("redirect"));
  if (target !== undefined) {
    target.searchParams.set("bucket", bucket);
    target.searchParams.set("key", key);
    target.searchParams.set("etag", etag);
    return {
      status: SEE_OTHER,
      headers: [...headers, ["location", target.href]],
      body: new Uint8Array(0),
    };
  }
  headers.push(["location", location]);
  const wanted = Number(fields.get("success_action_status"));
  if (wanted !== CREATED) {
    return { status: wanted === 200 ? 200 : NO_CONTENT, headers, body: new Uint8Array(0) };
  }
  const members = { Location: location, Bucket: bucket, Key: key, ETag: etag };
  const xml = Object.entries(members)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
    .join("");
  return {
    status: CREATED,
    headers: [...headers, ["content-type", "application/xml"]],
    body: utf8Encode(`<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${xml}</PostResponse>`),
  };
}

/** What is no URL is ignored, as on AWS. */
function redirectOf(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const WEEK_SECONDS = 604_800;

/** Refuses presigned links whose time is over, on the clock of the engine. */
export function refuseExpiredLinks(): Handler {
  return (exchange) => {
    const { query } = exchange.head;
    if (!/(?:^|&)(?:X-Amz-Expires|Expires)=/i.test(query)) {
      return undefined;
    }
    const error = expiryError(new URLSearchParams(query), exchange.nowMs);
    return error && refusal(exchange, error);
  };
}

/** Sources: https://github.com/bryanjos/aws_auth/issues/31, https://github.com/minio/minio-js/issues/1312 */
function wrongValidity(seconds: string): string | undefined {
  if (!/^-?\d+$/.test(seconds)) {
    return "X-Amz-Expires should be a number";
  }
  if (Number(seconds) < 0) {
    return "X-Amz-Expires must be non-negative";
  }
  return Number(seconds) > WEEK_SECONDS
    ? `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${WEEK_SECONDS} seconds`
    : undefined;
}

function expiryError(query: URLSearchParams, nowMs: number): AwsError | undefined {
  const seconds = query.get("X-Amz-Expires");
  if (seconds !== null) {
    const wrong = wrongValidity(seconds);
    if (wrong !== undefined) {
      return new AwsError({ code: "AuthorizationQueryParametersError", message: wrong });
    }
    const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "");
    const [, year, month, day, hour, minute, second] = (signed ?? []).map(Number);
    if (year === undefined || month === undefined) {
      return undefined;
    }
    const startMs = Date.UTC(year, month - 1, day, hour, minute, second);
    const expiryMs = startMs + Number(seconds) * 1000;
    return expiryMs < nowMs ? expired(expiryMs, nowMs, seconds) : undefined;
  }
  const until = query.get("Expires");
  const isLink = query.get("Signature") !== null && query.get("AWSAccessKeyId") !== null;
  return until !== null && isLink && Number(until) * 1000 < nowMs
    ? expired(Number(until) * 1000, nowMs)
    : undefined;
}

function expired(expiryMs: number, nowMs: number, seconds?: string): AwsError {
  const whole = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  return new AwsError({
    code: "AccessDenied",
    message: "Request has expired",
    status: 403,
    members: {
      ...(seconds !== undefined && { "X-Amz-Expires": seconds }),
      Expires: whole(expiryMs),
      ServerTime: whole(nowMs),
    },
  });
}

function corsIsNotAllowed({ path }: HttpRequest, method: string): AwsError {
  return new AwsError({
    code: "AccessForbidden",
    message:
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    status: 403,
    members: { Method: method, ResourceType: /^\/[^/]*\/?$/.test(path) ? "BUCKET" : "OBJECT" },
  });
}

function refusal(exchange: Exchange, error: AwsError): HttpResponse {
  const claim = { model: loadModel("s3"), operation: "PutObject", protocol: "restXml" } as const;
  return fail(claim, error, exchange.requestId, exchange.head);
}

/** By the host, else the first segment of the path. */
function bucketOf({ headers, path }: HttpRequest): string | undefined {
  const bucket = bucketOfHost(headers["host"]);
  const first = path.split("/")[1];
  return bucket ?? (first === "" ? undefined : first);
}
