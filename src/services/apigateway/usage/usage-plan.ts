/** Usage plans: what callers with certain API keys may do with certain stages. */
import type { ReadTx } from "../../../store/store.ts";
import type { PatchOperation, UsagePlan } from "../../../wire/models/apigateway.gen.ts";
import type { RequestContext } from "../../service.ts";
import { badRequest, notFound } from "../errors.ts";
import { isPartName } from "../ids.ts";
import { apis, stages, type UsagePlanRecord, usagePlans } from "../keys.ts";
import { number, optional, type PatchTable, patched, setIn, settable, text } from "../patch.ts";

export function requireUsagePlan(tx: ReadTx, ctx: RequestContext, id: string): UsagePlanRecord {
  const plan = isPartName(id) ? usagePlans.get(tx, [ctx.accountId, ctx.region, id]) : undefined;
  if (plan === undefined) {
    throw notFound("Invalid Usage Plan ID specified");
  }
  return plan;
}

/** How many days into a period its count may begin anew. */
const OFFSETS: Readonly<Record<string, number>> = { DAY: 0, WEEK: 6, MONTH: 27 };

export function checkUsagePlan(tx: ReadTx, ctx: RequestContext, plan: UsagePlan): void {
  const { quota, throttle, apiStages = [] } = plan;
  if (quota !== undefined) {
    const offsetMax = OFFSETS[quota.period ?? ""];
    if (quota.limit === undefined || quota.limit < 0 || offsetMax === undefined) {
      throw badRequest(
        "Usage Plan quota must have a positive limit and a period of DAY, WEEK or MONTH",
      );
    }
    const offset = quota.offset ?? 0;
    if (offset < 0 || offset > offsetMax) {
      throw badRequest(
        `Usage Plan quota offset must be between 0 and ${offsetMax} for period ${quota.period}`,
      );
    }
  }
  if ((throttle?.rateLimit ?? 0) < 0 || (throttle?.burstLimit ?? 0) < 0) {
    throw badRequest("Usage Plan throttle rate limit and burst limit must not be negative");
  }
  for (const { apiId = "", stage = "" } of apiStages) {
    const api = isPartName(apiId) ? apis.get(tx, [apiId]) : undefined;
    if (api?.accountId !== ctx.accountId || api.region !== ctx.region) {
      throw notFound(`Invalid API identifier specified ${ctx.accountId}:${apiId}`);
    }
    if (!isPartName(stage) || stages.get(tx, [apiId, stage]) === undefined) {
      throw notFound("Invalid stage identifier specified");
    }
  }
}

const PLAN: PatchTable = {
  "/apiStages": {
    ops: ["add", "remove", "replace"],
    apply: (record, { op, value = "" }) => {
      const [apiId, stage] = value.split(":");
      const before = stagesIn(record);
      const others = before.filter((one) => !(one.apiId === apiId && one.stage === stage));
      if (op === "remove" && others.length === before.length) {
        throw notFound(`Usage Plan is not associated with API stage ${value}`);
      }
      return { ...record, apiStages: op === "remove" ? others : [...others, { apiId, stage }] };
    },
  },
  "/apiStages/{}/throttle": {
    ops: ["remove", "replace"],
    apply: (record, { parts, value }) =>
      withStage(record, parts[1], () =>
        value === undefined ? {} : { throttle: JSON.parse(value) as object },
      ),
  },
  "/apiStages/{}/throttle/{}": {
    ops: ["remove"],
    apply: (record, { parts }) =>
      withStage(record, parts[1], ({ throttle }) => {
        const { [parts[3] ?? ""]: _, ...rest } = (throttle ?? {}) as Record<string, unknown>;
        return { throttle: rest };
      }),
  },
  "/apiStages/{}/throttle/{}/{}": {
    ops: ["add", "replace"],
    apply: (record, { parts, value = "" }) =>
      withStage(record, parts[1], (stage) =>
        setIn(stage, ["throttle", parts[3] ?? "", parts[4] ?? ""], number(value, parts.join("/"))),
      ),
  },
  "/description": settable(text),
  "/name": settable(text),
  "/productCode": optional(text),
  "/quota": { ops: ["remove"], apply: ({ quota: _, ...record }) => record },
  "/quota/limit": optional(number),
  "/quota/offset": optional(number),
  "/quota/period": optional(text),
  "/throttle": { ops: ["remove"], apply: ({ throttle: _, ...record }) => record },
  "/throttle/burstLimit": optional(number),
  "/throttle/rateLimit": optional(number),
};

type Json = Readonly<Record<string, unknown>>;

function stagesIn(record: Json): readonly Json[] {
  const list = record["apiStages"];
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

/** Changes the stage that `apiId:stage` names. */
function withStage(record: Json, named: string | undefined, change: (stage: Json) => Json): Json {
  const [apiId, stage] = (named ?? "").split(":");
  const isMeant = (one: Json): boolean => one["apiId"] === apiId && one["stage"] === stage;
  const list = stagesIn(record);
  if (!list.some(isMeant)) {
    throw notFound(`Usage Plan is not associated with API stage ${named}`);
  }
  const apiStages = list.map((one) => (isMeant(one) ? { apiId, stage, ...change(one) } : one));
  return { ...record, apiStages };
}

export function patchedUsagePlan(
  plan: UsagePlanRecord,
  operations: readonly PatchOperation[] | undefined,
): UsagePlanRecord {
  const after = patched(plan, operations, PLAN);
  return { ...after, throttle: unlessEmpty(after.throttle), quota: unlessEmpty(after.quota) };
}

function unlessEmpty<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}
