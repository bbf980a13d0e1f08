/**
 * Lifecycle rules: which objects they are for, and when.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
import type { LifecycleRule, LifecycleRuleAndOperator, Tag } from "../../wire/models/s3.gen.ts";
import type { Tags } from "./tags.ts";

export interface Lifecycle {
  /** Each with an ID. */
  readonly rules: readonly LifecycleRule[];
  readonly transitionMinimum: TransitionMinimum;
}

export type TransitionMinimum = "all_storage_classes_128K" | "varies_by_storage_class";

/** What rules look at. */
export interface Ruled {
  readonly key: string;
  readonly sizeBytes: number;
  readonly tags: Tags;
}

export interface Due {
  readonly atMs: number;
  readonly ruleId: string;
}

export const DAY_MS = 86_400_000;
const KIB = 1024;
const TRANSITION_BYTES_MIN: number = 128 * KIB;
/** Storage classes in the order in which objects may move. */
const CLASSES = [
  "STANDARD",
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "ONEZONE_IA",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
];
export const TRANSITION_CLASSES: readonly string[] = CLASSES.slice(1);

/** Midnight UTC, which is when days are counted. */
export function midnightFrom(ms: number): number {
  return Math.ceil(ms / DAY_MS) * DAY_MS;
}

export function nextMidnight(nowMs: number): number {
  return (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
}

/** The conditions of a rule, wherever it has them. */
export function conditionsOf(rule: LifecycleRule): LifecycleRuleAndOperator {
  const { Filter: filter } = rule;
  if (filter === undefined) {
    return { Prefix: rule.Prefix };
  }
  if (filter.And !== undefined) {
    return filter.And;
  }
  const { Prefix, Tag: tag, ObjectSizeGreaterThan, ObjectSizeLessThan } = filter;
  const Tags: readonly Tag[] = tag === undefined ? [] : [tag];
  return { Prefix, Tags, ObjectSizeGreaterThan, ObjectSizeLessThan };
}

/** Whether the rule is in force and for this object. */
export function isFor(rule: LifecycleRule, object: Ruled): boolean {
  const { Prefix = "", Tags = [], ...size } = conditionsOf(rule);
  return (
    rule.Status === "Enabled" &&
    object.key.startsWith(Prefix) &&
    Tags.every(({ Key, Value }) => object.tags[Key] === Value) &&
    object.sizeBytes > (size.ObjectSizeGreaterThan ?? -1) &&
    object.sizeBytes < (size.ObjectSizeLessThan ?? Number.POSITIVE_INFINITY)
  );
}

/** When a current version expires: by the rule that is due first. */
export function expirationOf(
  { rules }: Lifecycle,
  object: Ruled & { readonly modifiedMs: number },
): Due | undefined {
  let first: Due | undefined;
  for (const rule of rules) {
    const { Days: days, Date: date } = rule.Expiration ?? {};
    const atMs = dueMs(object.modifiedMs, days, date);
    if (
      atMs !== undefined &&
      isFor(rule, object) &&
      atMs < (first?.atMs ?? Number.POSITIVE_INFINITY)
    ) {
      first = { atMs, ruleId: rule.ID ?? "" };
    }
  }
  return first;
}

function dueMs(
  fromMs: number,
  days: number | undefined,
  date: Date | undefined,
): number | undefined {
  return days === undefined ? date?.getTime() : midnightFrom(fromMs + days * DAY_MS);
}

/** The header that tells of it. */
export function expirationHeader({ atMs, ruleId }: Due): string {
  return `expiry-date="${new Date(atMs).toUTCString()}", rule-id="${encodeURIComponent(ruleId)}"`;
}

/** When a noncurrent version goes; `newerCount` says how many noncurrent ones are newer. */
export function noncurrentExpires(
  rule: LifecycleRule,
  noncurrentMs: number,
  newerCount: (max: number) => number,
  nowMs: number,
): boolean {
  const { NoncurrentDays: days, NewerNoncurrentVersions: kept } =
    rule.NoncurrentVersionExpiration ?? {};
  return days !== undefined && isDue(noncurrentMs, days, nowMs) && isBeyond(kept, newerCount);
}

function isDue(fromMs: number, days: number, nowMs: number): boolean {
  return midnightFrom(fromMs + days * DAY_MS) <= nowMs;
}

function isBeyond(kept: number | undefined, newerCount: (max: number) => number): boolean {
  return kept === undefined || newerCount(kept) >= kept;
}

/** The class that an object should have moved to by now, when it has not. */
export function transitionOf(
  lifecycle: Lifecycle,
  object: Ruled & { readonly modifiedMs: number; readonly storageClass: string },
  nowMs: number,
): string | undefined {
  let wanted: string | undefined;
  for (const rule of lifecycle.rules.filter((one) => isFor(one, object))) {
    for (const { Days: days, Date: date, StorageClass: name = "" } of rule.Transitions ?? []) {
      const atMs = dueMs(object.modifiedMs, days, date);
      if (atMs !== undefined && atMs <= nowMs && isLargeEnough(lifecycle, rule, name, object)) {
        wanted = lower(wanted, name);
      }
    }
  }
  return movesTo(object.storageClass, wanted);
}

export function noncurrentTransitionOf(
  lifecycle: Lifecycle,
  object: Ruled & { readonly noncurrentMs: number; readonly storageClass: string },
  newerCount: (max: number) => number,
  nowMs: number,
): string | undefined {
  let wanted: string | undefined;
  for (const rule of lifecycle.rules.filter((one) => isFor(one, object))) {
    for (const one of rule.NoncurrentVersionTransitions ?? []) {
      const { NoncurrentDays: days = 0, StorageClass: name = "" } = one;
      const isWanted =
        isDue(object.noncurrentMs, days, nowMs) &&
        isBeyond(one.NewerNoncurrentVersions, newerCount) &&
        isLargeEnough(lifecycle, rule, name, object);
      wanted = isWanted ? lower(wanted, name) : wanted;
    }
  }
  return movesTo(object.storageClass, wanted);
}

function lower(a: string | undefined, b: string): string {
  return a !== undefined && CLASSES.indexOf(a) > CLASSES.indexOf(b) ? a : b;
}

function movesTo(from: string, wanted: string | undefined): string | undefined {
  const moves = wanted !== undefined && CLASSES.indexOf(wanted) > CLASSES.indexOf(from);
  return moves ? wanted : undefined;
}

/**
 * Small objects stay, unless the rule speaks of sizes itself.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
function isLargeEnough(
  { transitionMinimum }: Lifecycle,
  rule: LifecycleRule,
  storageClass: string,
  { sizeBytes }: Ruled,
): boolean {
  const { ObjectSizeGreaterThan, ObjectSizeLessThan } = conditionsOf(rule);
  const isArchive = storageClass === "GLACIER" || storageClass === "DEEP_ARCHIVE";
  return (
    sizeBytes >= TRANSITION_BYTES_MIN ||
    ObjectSizeGreaterThan !== undefined ||
    ObjectSizeLessThan !== undefined ||
    (isArchive && transitionMinimum === "varies_by_storage_class")
  );
}

/** When the parts of an upload that nobody completes go. */
export function abortOf(
  { rules }: Lifecycle,
  upload: { readonly key: string; readonly initiatedMs: number },
): Due | undefined {
  let first: Due | undefined;
  const ruled = { key: upload.key, sizeBytes: 0, tags: {} };
  for (const rule of rules) {
    const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
    if (days !== undefined && isFor(rule, ruled)) {
      const atMs = midnightFrom(upload.initiatedMs + days * DAY_MS);
      first = first === undefined || atMs < first.atMs ? { atMs, ruleId: rule.ID ?? "" } : first;
    }
  }
  return first;
}

/** Whether a delete marker that has nothing below it goes. */
export function markerExpires(
  { rules }: Lifecycle,
  marker: { readonly key: string; readonly modifiedMs: number },
  nowMs: number,
): boolean {
  const ruled = { key: marker.key, sizeBytes: 0, tags: {} };
  return rules.some((rule) => {
    const { ExpiredObjectDeleteMarker: goes, Days: days } = rule.Expiration ?? {};
    const isOld = days !== undefined && isDue(marker.modifiedMs, days, nowMs);
    return (goes === true || isOld) && isFor(rule, ruled);
  });
}
