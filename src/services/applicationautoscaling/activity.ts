/** What was scaled: the latest activities of each target. */
import { type Collection, collection } from "../../store/collection.ts";
import type { WriteTx } from "../../store/store.ts";
import type { ScalingActivity } from "../../wire/models/applicationautoscaling.gen.ts";
import { nameOf, type Owner, ownerKey, type TargetId } from "./keys.ts";
import { ACTIVITIES_MAX } from "./limits.ts";

export interface Activity extends TargetId {
  readonly id: string;
  readonly description: string;
  readonly cause: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly status: "Successful" | "Failed";
  readonly message: string;
}

export const activities: Collection<Activity> = collection<Activity>(
  "applicationautoscaling",
  "activity",
);

export function addActivity(tx: WriteTx, owner: Owner, activity: Activity): void {
  const prefix = [...ownerKey(owner), nameOf(activity)];
  activities.put(tx, [...prefix, tx.orderedId()], activity);
  const all = [...activities.list(tx, { prefix, reverse: true, limit: ACTIVITIES_MAX + 1 })];
  const oldest = all[ACTIVITIES_MAX];
  if (oldest !== undefined) {
    activities.delete(tx, oldest.id);
  }
}

export function describeActivity(activity: Activity): ScalingActivity {
  return {
    ActivityId: activity.id,
    ServiceNamespace: activity.namespace,
    ResourceId: activity.resourceId,
    ScalableDimension: activity.dimension,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startMs),
    EndTime: new Date(activity.endMs),
    StatusCode: activity.status,
    StatusMessage: activity.message,
  };
}
