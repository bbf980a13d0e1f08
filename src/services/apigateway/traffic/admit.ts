/** API keys, usage plans and throttling: whether a request is one too many. */
import type { ReadTx } from "../../../store/store.ts";
import type { Buckets } from "../../api-front/token-buckets.ts";
import type { CorePorts } from "../../service.ts";
import {
  type ApiKeyRecord,
  apiKeys,
  apiKeysByValue,
  type MethodRecord,
  type UsagePlanRecord,
  usagePlans,
  usagePlansByKey,
} from "../keys.ts";
import { countRequest } from "../usage/quota.ts";
import type { Authorization } from "./authorize.ts";
import type { PathMatch } from "./compile.ts";
import { valuesOf } from "./headers.ts";
import type { Caller, Incoming } from "./incoming.ts";
import { Refusal } from "./refusal.ts";

export type AdmitPorts = CorePorts & { readonly buckets: Buckets };

interface Place {
  readonly match: PathMatch;
  readonly method: MethodRecord;
}

/** What is known of the caller besides: its API key, where the method requires one. */
export async function admit(
  ports: AdmitPorts,
  incoming: Incoming,
  place: Place,
  authorization: Authorization,
): Promise<Caller> {
  const { usageIdentifierKey, ...caller } = authorization;
  const known =
    place.method.apiKeyRequired === true
      ? { ...caller, ...(await admitKey(ports, incoming, place, usageIdentifierKey)) }
      : caller;
  throttleStage(ports, incoming, place);
  return known;
}

async function admitKey(
  ports: AdmitPorts,
  incoming: Incoming,
  place: Place,
  usageIdentifierKey: string | undefined,
): Promise<Pick<Caller, "apiKey" | "apiKeyId">> {
  const { apiKeySource } = incoming.compiled.snapshot;
  const value =
    apiKeySource === "AUTHORIZER"
      ? usageIdentifierKey
      : valuesOf(incoming.headers, "x-api-key").at(-1);
  const found = await ports.store.read((tx) => findPlan(tx, incoming, value));
  if (found === undefined) {
    throw new Refusal("INVALID_API_KEY");
  }
  throttleKey(ports, incoming, place, found);
  await count(ports, found);
  return { apiKey: value, apiKeyId: found.key.settings.id };
}

interface KeyInPlan {
  readonly key: ApiKeyRecord;
  readonly plan: UsagePlanRecord;
}

/** The plan by which an enabled key may call the stage. */
function findPlan(tx: ReadTx, { api, stage }: Incoming, value = ""): KeyInPlan | undefined {
  const owner = [api.accountId, api.region];
  const fits = /^[\x21-\x7e]{1,128}$/.test(value);
  const id = fits ? apiKeysByValue.get(tx, [...owner, value]) : undefined;
  const key = id === undefined ? undefined : apiKeys.get(tx, [...owner, id]);
  if (id === undefined || key?.settings.enabled !== true) {
    return undefined;
  }
  for (const { id: place } of usagePlansByKey.list(tx, { prefix: [...owner, id] })) {
    const plan = usagePlans.get(tx, [...owner, String(place.at(-1))]);
    const isIn = plan?.apiStages?.some(
      ({ apiId, stage: name }) => apiId === api.id && name === stage.stageName,
    );
    if (plan !== undefined && isIn === true) {
      return { key, plan };
    }
  }
  return undefined;
}

async function count(ports: AdmitPorts, { key, plan }: KeyInPlan): Promise<void> {
  const of = { planId: plan.id, keyId: key.settings.id };
  const counted = await ports.store.write((tx) => countRequest(tx, of, plan.quota));
  if (counted === "exceeded") {
    throw new Refusal("QUOTA_EXCEEDED");
  }
}

function throttleKey(
  ports: AdmitPorts,
  { api, stage, startMs }: Incoming,
  { match, method }: Place,
  { key, plan }: KeyInPlan,
): void {
  const own = plan.apiStages?.find(
    ({ apiId, stage: name }) => apiId === api.id && name === stage.stageName,
  )?.throttle;
  const ofMethod = own?.[`${match.resourcePath}/${method.httpMethod}`];
  const limits = [
    { at: `${match.resourceId} ${method.httpMethod}`, limit: ofMethod },
    { at: "", limit: plan.throttle },
  ];
  for (const { at, limit } of limits) {
    if (limit === undefined) {
      continue;
    }
    const bucket = `plan ${plan.id} ${key.settings.id} ${at}`;
    const asked = { ratePerSecond: limit.rateLimit, burst: limit.burstLimit };
    if (!ports.buckets.admits(bucket, asked, startMs)) {
      throw new Refusal("THROTTLED");
    }
  }
}

/** Settings of the method itself win over those of all methods. */
function throttleStage(
  { buckets }: AdmitPorts,
  { api, stage, startMs }: Incoming,
  { match, method }: Place,
): void {
  const settings = stage.methodSettings ?? {};
  const own = `${match.resourcePath.replace(/^\//, "")}/${method.httpMethod}`;
  const setting = settings[own] ?? settings["*/*"];
  if (setting === undefined) {
    return;
  }
  const key = `stage ${api.id} ${stage.stageName} ${match.resourceId} ${method.httpMethod}`;
  const limit = {
    ratePerSecond: setting.throttlingRateLimit,
    burst: setting.throttlingBurstLimit,
  };
  if (isLimited(limit) && !buckets.admits(key, limit, startMs)) {
    throw new Refusal("THROTTLED");
  }
}

/** A negative limit is none, as Terraform writes it. */
function isLimited(limit: {
  readonly ratePerSecond?: number | undefined;
  readonly burst?: number | undefined;
}): boolean {
  return (limit.ratePerSecond ?? 0) >= 0 && (limit.burst ?? 0) >= 0;
}
