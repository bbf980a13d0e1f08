/** What a tag operation's ARN names: an API or a stage. */
import { parseArn } from "../../base/arn.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { RequestContext } from "../service.ts";
import { putApi, requireApi } from "./api.ts";
import { resourceNotFound } from "./errors.ts";
import { stages } from "./keys.ts";
import { requireStage } from "./stage.ts";

export type Tags = Readonly<Record<string, string>>;

export function tagsOf(tx: ReadTx, ctx: RequestContext, arn: string): Tags {
  const { apiId, stage } = partsOf(arn);
  const api = requireApi(tx, ctx, apiId);
  const { settings } = stage === undefined ? api : requireStage(tx, apiId, stage);
  return settings.Tags ?? {};
}

export function changeTags(
  tx: WriteTx,
  ctx: RequestContext,
  arn: string,
  change: (tags: Tags) => Tags,
): void {
  const { apiId, stage } = partsOf(arn);
  const api = requireApi(tx, ctx, apiId);
  const Tags = change(tagsOf(tx, ctx, arn));
  if (stage === undefined) {
    putApi(tx, { ...api, settings: { ...api.settings, Tags } });
  } else {
    const before = requireStage(tx, apiId, stage);
    stages.put(tx, [apiId, stage], { ...before, settings: { ...before.settings, Tags } });
  }
}

/** `arn:aws:apigateway:us-east-1::/apis/a1b2c3/stages/dev` */
function partsOf(arn: string): { readonly apiId: string; readonly stage: string | undefined } {
  const [, apiId, stage] =
    parseArn(arn)?.resource.match(/^\/apis\/([^/]+)(?:\/stages\/([^/]+))?$/) ?? [];
  if (apiId === undefined) {
    throw resourceNotFound();
  }
  return { apiId, stage };
}
