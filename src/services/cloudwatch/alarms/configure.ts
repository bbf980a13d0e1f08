/** Putting alarms: what both kinds have in common. */
import type { Sinks } from "../../../outbox/sink.ts";
import type { WriteTx } from "../../../store/store.ts";
import type { Tag } from "../../../wire/models/cloudwatch.gen.ts";
import type { Owner } from "../keys.ts";
import { tagsOf } from "../tags.ts";
import { type Alarm, alarmArn, findAlarm, UNCHECKED } from "./alarm.ts";
import { addHistory } from "./history.ts";
import { busEvent, configuration, stateData } from "./messages.ts";
import { tellBus } from "./transition.ts";

export interface AlarmInput {
  readonly AlarmName: string;
  readonly AlarmDescription?: string | undefined;
  readonly ActionsEnabled?: boolean | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

/**
 * A new alarm, or the present one with everything but its state and tags anew.
 * The tags of a request count only for a new alarm, as on AWS.
 */
export function configured(
  present: Alarm | undefined,
  input: AlarmInput,
  own: Pick<Alarm, "actions"> & (Pick<Alarm, "metric"> | Pick<Alarm, "rule">),
  nowMs: number,
): Alarm {
  const { AlarmName: name, AlarmDescription: description, ActionsEnabled = true } = input;
  const state = present?.state ?? {
    value: "INSUFFICIENT_DATA",
    reason: UNCHECKED,
    reasonData: undefined,
    updatedMs: nowMs,
    transitionedMs: nowMs,
  };
  const tags = present?.tags ?? tagsOf(input.Tags);
  return {
    name,
    description,
    actionsEnabled: ActionsEnabled,
    configuredMs: nowMs,
    state,
    tags,
    ...own,
  };
}

/** History, and an event on the default bus. */
export function noteConfiguration(
  tx: WriteTx,
  sinks: Sinks,
  owner: Owner,
  {
    alarm,
    operation,
  }: { readonly alarm: Alarm; readonly operation: "create" | "update" | "delete" },
): void {
  addHistory(tx, owner, {
    alarmName: alarm.name,
    isComposite: alarm.rule !== undefined,
    type: "ConfigurationUpdate",
    summary: `Alarm "${alarm.name}" ${operation}d`,
    data: JSON.stringify({
      version: "1.0",
      type: operation === "create" ? "Create" : operation === "update" ? "Update" : "Delete",
      alarmArn: alarmArn(owner, alarm.name),
      alarmName: alarm.name,
      configuration: configuration(alarm),
    }),
  });
  const event = busEvent(owner, {
    id: tx.random.uuid(),
    alarm,
    type: "CloudWatch Alarm Configuration Change",
    atMs: tx.nowMs,
    detail: {
      alarmName: alarm.name,
      operation,
      state: stateData(alarm.state),
      configuration: {
        ...configuration(alarm),
        alarmName: alarm.name,
        actionsEnabled: alarm.actionsEnabled,
        okActions: alarm.actions.OK,
        alarmActions: alarm.actions.ALARM,
        insufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
        timestamp: new Date(alarm.configuredMs).toISOString(),
      },
    },
  });
  tellBus(tx, sinks, owner, event, alarm.name);
}

export function presentAlarm(
  tx: WriteTx,
  owner: Owner,
  input: AlarmInput,
): { readonly present: Alarm | undefined; readonly operation: "create" | "update" } {
  const present = findAlarm(tx, owner, input.AlarmName);
  return { present, operation: present === undefined ? "create" : "update" };
}
