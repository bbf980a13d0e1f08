import { archiveIdOfArn, requireArchive } from "../archive/archive.ts";
import { isActive, putReplay, replayArn, replayKey, replays } from "../archive/replay.ts";
import { sourceBusOf } from "../archive/source-bus.ts";
import { limitExceeded, replayAlreadyExists, validationException } from "../errors.ts";
import { ACTIVE_REPLAYS_MAX } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";
import { ruleOfArn } from "../rule.ts";

/** Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html */
export const startReplay: EventsOperation<"StartReplay"> = async (ctx, input) => {
  const { accountId, region, nowMs } = ctx;
  const id = { accountId, region, name: input.ReplayName };
  const archiveId = archiveIdOfArn(input.EventSourceArn);
  if (archiveId === undefined) {
    throw invalid("EventSourceArn", "Must contain an archive ARN.");
  }
  const [fromMs, untilMs] = [input.EventStartTime.getTime(), input.EventEndTime.getTime()];
  if (fromMs >= untilMs) {
    throw invalid("EventEndTime", "EventStartTime must be before EventEndTime.");
  }
  const { Arn: busArn, FilterArns: filterArns } = input.Destination;
  if (filterArns?.some((arn) => ruleOfArn(arn) === undefined)) {
    throw invalid("Destination.FilterArns", "Must contain rule ARNs.");
  }
  await ctx.store.write((tx) => {
    const archive = requireArchive(tx, archiveId);
    if (busArn !== archive.busArn) {
      throw invalid("Destination.Arn", "Cross event bus replay is not permitted.");
    }
    if (replays.get(tx, replayKey(id)) !== undefined) {
      throw replayAlreadyExists(id.name);
    }
    const all = [...replays.list(tx, { prefix: [accountId, region] })];
    if (all.filter(({ record }) => isActive(record)).length >= ACTIVE_REPLAYS_MAX) {
      throw limitExceeded();
    }
    putReplay(tx, {
      ...id,
      description: input.Description,
      archive: { ...archiveId, id: archive.id },
      archiveArn: input.EventSourceArn,
      bus: sourceBusOf(busArn),
      busArn,
      filterArns,
      fromMs,
      untilMs,
      state: "STARTING",
      startedMs: nowMs,
      steps: 0,
    });
  });
  return { ReplayArn: replayArn(id), State: "STARTING", ReplayStartTime: new Date(nowMs) };
};

function invalid(parameter: string, reason: string): Error {
  return validationException(`Parameter ${parameter} is not valid. Reason: ${reason}`);
}
