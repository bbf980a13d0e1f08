/**
 * Staging labels: each is attached to one version at most.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
export const CURRENT = "AWSCURRENT";
export const PENDING = "AWSPENDING";
export const PREVIOUS = "AWSPREVIOUS";

/** Version ids by label. */
export type Stages = Readonly<Record<string, string>>;

export function versionAt(stages: Stages, label: string): string | undefined {
  return Object.hasOwn(stages, label) ? stages[label] : undefined;
}

/** The labels of a version, in their order. */
export function labelsOf(stages: Stages, versionId: string): readonly string[] {
  const labels = Object.keys(stages);
  return labels.filter((label) => stages[label] === versionId).sort();
}

/** Attaches labels to a version. Who loses `AWSCURRENT` gets `AWSPREVIOUS`. */
export function withLabels(stages: Stages, versionId: string, labels: readonly string[]): Stages {
  const before = versionAt(stages, CURRENT);
  const moved = Object.fromEntries(labels.map((label) => [label, versionId]));
  const isDisplaced = labels.includes(CURRENT) && before !== undefined && before !== versionId;
  return { ...stages, ...moved, ...(isDisplaced && { [PREVIOUS]: before }) };
}

export function withoutLabel(stages: Stages, label: string): Stages {
  return Object.fromEntries(Object.entries(stages).filter(([other]) => other !== label));
}

/** The labels of each version that has any. */
export function labelsByVersion(stages: Stages): Readonly<Record<string, readonly string[]>> {
  const ids = [...new Set(Object.values(stages))].sort();
  return Object.fromEntries(ids.map((id) => [id, labelsOf(stages, id)]));
}

/** The version of a rotation that has begun and has not come to its end. */
export function unfinishedVersion(stages: Stages): string | undefined {
  const pending = versionAt(stages, PENDING);
  return pending === versionAt(stages, CURRENT) ? undefined : pending;
}
