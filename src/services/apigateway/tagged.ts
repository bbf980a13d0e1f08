/** What a tag operation's ARN names: an API, a stage, an API key or a usage plan. */
import { parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { RequestContext } from "../service.ts";
import { notFound } from "./errors.ts";
import { apiKeys, stages, usagePlans } from "./keys.ts";
import { putApi, requireApi } from "./rest-api.ts";
import { requireStage } from "./stage.ts";
import { requireApiKey } from "./usage/api-key.ts";
import { requireUsagePlan } from "./usage/usage-plan.ts";

export type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags | undefined;
  put(tx: WriteTx, tags: Tags): void;
}

export function tagsOf(tx: ReadTx, ctx: RequestContext, arn: string): Tags {
  return find(tx, ctx, arn).tags ?? {};
}

export function changeTags(
  tx: WriteTx,
  ctx: RequestContext,
  arn: string,
  change: (tags: Tags) => Tags,
): void {
  const tagged = find(tx, ctx, arn);
  tagged.put(tx, change(tagged.tags ?? {}));
}

/** `arn:aws:apigateway:us-east-1::/restapis/a1b2c3/stages/dev` */
function find(tx: ReadTx, ctx: RequestContext, arn: string): Tagged {
  const [, kind, id = "", stageName] =
    parseArn(decoded(arn))?.resource.match(
      /^\/(restapis|apikeys|usageplans)\/([^/]+)(?:\/stages\/([^/]+))?$/,
    ) ?? [];
  if (kind === "restapis") {
    return stageName === undefined ? taggedApi(tx, ctx, id) : taggedStage(tx, ctx, id, stageName);
  }
  const place = [ctx.accountId, ctx.region, id];
  if (kind === "apikeys") {
    const key = requireApiKey(tx, ctx, id);
    return {
      tags: key.settings.tags,
      put: (to, tags) => apiKeys.put(to, place, { ...key, settings: { ...key.settings, tags } }),
    };
  }
  if (kind === "usageplans") {
    const plan = requireUsagePlan(tx, ctx, id);
    return { tags: plan.tags, put: (to, tags) => usagePlans.put(to, place, { ...plan, tags }) };
  }
  throw notFound("Invalid resource identifier specified");
}

function taggedApi(tx: ReadTx, ctx: RequestContext, id: string): Tagged {
  const api = requireApi(tx, ctx, id);
  return {
    tags: api.settings.tags,
    put: (to, tags) => putApi(to, { ...api, settings: { ...api.settings, tags } }),
  };
}

function taggedStage(tx: ReadTx, ctx: RequestContext, id: string, stageName: string): Tagged {
  requireApi(tx, ctx, id);
  const stage = requireStage(tx, id, stageName);
  return {
    tags: stage.settings.tags,
    put: (to, tags) =>
      stages.put(to, [id, stageName], { ...stage, settings: { ...stage.settings, tags } }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
