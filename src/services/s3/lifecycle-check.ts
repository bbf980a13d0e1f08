/**
 * What PutBucketLifecycleConfiguration takes.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
import type { LifecycleRule } from "../../wire/models/s3.gen.ts";
import { invalidArgument, invalidRequest, malformedXml } from "./errors.ts";
import { conditionsOf, DAY_MS, TRANSITION_CLASSES } from "./lifecycle.ts";

const RULES_MAX = 1_000;
const ID_LENGTH_MAX = 255;
const IA_DAYS_MIN = 30;
const NEWER_VERSIONS_MAX = 100;

/** The rules, each with an ID; throws for what AWS does not take. */
export function checkedRules(
  given: readonly LifecycleRule[],
  newId: () => string,
): readonly LifecycleRule[] {
  if (given.length === 0 || given.length > RULES_MAX) {
    throw malformedXml();
  }
  const rules = given.map((rule) => ({ ...rule, ID: rule.ID || newId() }));
  if (new Set(rules.map((rule) => rule.ID)).size < rules.length) {
    throw wrong("RuleId must be unique. Found same ID for more than one rule");
  }
  for (const rule of rules) {
    checkRule(rule);
  }
  return rules;
}

function checkRule(rule: LifecycleRule & { readonly ID: string }): void {
  if (rule.ID.length > ID_LENGTH_MAX) {
    throw wrong("ID length should not exceed allowed limit of 255", "ID");
  }
  if (rule.Status !== "Enabled" && rule.Status !== "Disabled") {
    throw malformedXml();
  }
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) {
    throw malformedXml();
  }
  const hasAction =
    rule.Expiration !== undefined ||
    rule.NoncurrentVersionExpiration !== undefined ||
    rule.AbortIncompleteMultipartUpload !== undefined ||
    (rule.Transitions?.length ?? 0) > 0 ||
    (rule.NoncurrentVersionTransitions?.length ?? 0) > 0;
  if (!hasAction) {
    throw invalidRequest("At least one action needs to be specified in a rule");
  }
  checkFilter(rule);
  checkExpiration(rule);
  checkTransitions(rule);
  checkNoncurrent(rule);
}

function checkFilter(rule: LifecycleRule): void {
  const { And: and, ...single } = rule.Filter ?? {};
  const given = Object.values(single).filter((value) => value !== undefined);
  if (given.length > 1 || (given.length === 1 && and !== undefined)) {
    throw malformedXml();
  }
  const {
    Tags: tags = [],
    ObjectSizeGreaterThan: above,
    ObjectSizeLessThan: below,
  } = conditionsOf(rule);
  if (new Set(tags.map((tag) => tag.Key)).size < tags.length) {
    throw invalidRequest("Duplicate Tag Keys are not allowed.");
  }
  if (above !== undefined && below !== undefined && above >= below) {
    throw invalidRequest(
      "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
    );
  }
  const isNarrow = tags.length > 0 || above !== undefined || below !== undefined;
  if (isNarrow && rule.AbortIncompleteMultipartUpload !== undefined) {
    const what = tags.length > 0 ? "Tags" : "Object Size";
    throw invalidRequest(`AbortIncompleteMultipartUpload cannot be specified with ${what}.`);
  }
  if (isNarrow && rule.Expiration?.ExpiredObjectDeleteMarker !== undefined) {
    const what = tags.length > 0 ? "Tags" : "Object Size";
    throw invalidRequest(`ExpiredObjectDeleteMarker cannot be specified with ${what}.`);
  }
}

function checkExpiration({ Expiration: expiration }: LifecycleRule): void {
  if (expiration === undefined) {
    return;
  }
  const { Days: days, Date: date, ExpiredObjectDeleteMarker: marker } = expiration;
  if ([days, date, marker].filter((value) => value !== undefined).length !== 1) {
    throw malformedXml();
  }
  if (days !== undefined && !isPositive(days)) {
    throw wrong("'Days' for Expiration action must be a positive integer");
  }
  checkDate(date);
}

function checkDate(date: Date | undefined): void {
  if (date !== undefined && date.getTime() % DAY_MS !== 0) {
    throw wrong("'Date' must be at midnight GMT");
  }
}

function checkTransitions(rule: LifecycleRule): void {
  for (const { Days: days, Date: date, StorageClass: name = "" } of rule.Transitions ?? []) {
    if (!TRANSITION_CLASSES.includes(name) || (days === undefined) === (date === undefined)) {
      throw malformedXml();
    }
    checkDate(date);
    if (days !== undefined && !(Number.isInteger(days) && days >= 0)) {
      throw wrong("'Days' in Transition action must be nonnegative");
    }
    const isInfrequent = name === "STANDARD_IA" || name === "ONEZONE_IA";
    if (days !== undefined && isInfrequent && days < IA_DAYS_MIN) {
      throw wrong(
        `'Days' in Transition action must be greater than or equal to ${IA_DAYS_MIN} for storageClass '${name}'`,
      );
    }
    const end = rule.Expiration?.Days;
    if (days !== undefined && end !== undefined && end <= days) {
      const prefix = conditionsOf(rule).Prefix ?? "";
      throw wrong(
        `'Days' in the Expiration action for filter '(prefix=${prefix})' must be greater than 'Days' in the Transition action`,
      );
    }
  }
}

function checkNoncurrent(rule: LifecycleRule): void {
  const { NoncurrentVersionExpiration: expiration } = rule;
  if (expiration !== undefined && !isPositive(expiration.NoncurrentDays)) {
    throw wrong(
      "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
    );
  }
  for (const one of rule.NoncurrentVersionTransitions ?? []) {
    if (!TRANSITION_CLASSES.includes(one.StorageClass ?? "") || one.NoncurrentDays === undefined) {
      throw malformedXml();
    }
  }
  const abortDays = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  if (rule.AbortIncompleteMultipartUpload !== undefined && !isPositive(abortDays)) {
    throw wrong(
      "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
    );
  }
  const counts = [expiration, ...(rule.NoncurrentVersionTransitions ?? [])];
  for (const count of counts.map((one) => one?.NewerNoncurrentVersions)) {
    if (count !== undefined && (!isPositive(count) || count > NEWER_VERSIONS_MAX)) {
      throw wrong("'NewerNoncurrentVersions' must be a positive integer of at most 100");
    }
  }
}

function isPositive(value: number | undefined): boolean {
  return value !== undefined && Number.isInteger(value) && value > 0;
}

function wrong(message: string, name = "LifecycleConfiguration"): Error {
  return invalidArgument(message, { name, value: "" });
}
