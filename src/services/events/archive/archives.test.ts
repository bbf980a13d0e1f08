import { describe, expect, test } from "vitest";
import { createEventsFixture, type EventsFixture, QUEUE } from "../../../testing/events-fixture.ts";

const BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const DAY_MS = 24 * 60 * 60_000;
const START = new Date("2025-12-31T00:00:00Z");
const END = new Date("2027-01-01T00:00:00Z");

async function archived(fixture: EventsFixture, options: object = {}): Promise<string> {
  const { ArchiveArn = "" } = await fixture.call("CreateArchive", {
    ArchiveName: "all",
    EventSourceArn: BUS,
    ...options,
  });
  return ArchiveArn;
}

async function replay(
  { call }: EventsFixture,
  EventSourceArn: string,
  options: { readonly name?: string; readonly rules?: readonly string[]; readonly end?: Date } = {},
): Promise<void> {
  await call("StartReplay", {
    ReplayName: options.name ?? "again",
    EventSourceArn,
    EventStartTime: START,
    EventEndTime: options.end ?? END,
    Destination: { Arn: BUS, FilterArns: options.rules },
  });
}

function detailsOf(records: Awaited<ReturnType<EventsFixture["delivered"]>>): readonly unknown[] {
  return records.map(({ envelope }) => JSON.parse(envelope.payload).detail.n);
}

describe("archives", () => {
  test("keep what matches, count it, and let it go after the retention", async () => {
    const fixture = createEventsFixture();
    const { call, clock, put, idle } = fixture;
    const pattern = { detail: { kind: ["a"] } };
    await archived(fixture, { EventPattern: JSON.stringify(pattern), RetentionDays: 2 });
    await put({ kind: "a", n: 1 });
    await put({ kind: "b" });
    await clock.advance(DAY_MS);
    await put({ kind: "a", n: 2 });
    const state = async () => {
      const { EventCount, SizeBytes = 0 } = await call("DescribeArchive", { ArchiveName: "all" });
      return [EventCount, SizeBytes > 0];
    };
    expect(await state()).toEqual([2, true]);
    await clock.advance(DAY_MS);
    await idle();
    expect(await state()).toEqual([1, true]);
    await clock.advance(DAY_MS);
    await idle();
    expect(await state()).toEqual([0, false]);
  });

  test("take a shorter retention for what is there, and none for ever", async () => {
    const fixture = createEventsFixture();
    const { call, clock, put, idle } = fixture;
    await archived(fixture);
    await put({ n: 1 });
    await clock.advance(400 * DAY_MS);
    const count = async () => (await call("DescribeArchive", { ArchiveName: "all" })).EventCount;
    expect(await count()).toBe(1);
    await call("UpdateArchive", { ArchiveName: "all", RetentionDays: 401 });
    await idle();
    expect(await count()).toBe(1);
    await call("UpdateArchive", { ArchiveName: "all", RetentionDays: 1 });
    await idle();
    expect(await count()).toBe(0);
  });

  test("take all events once their pattern is emptied", async () => {
    const fixture = createEventsFixture();
    const { call, put } = fixture;
    await archived(fixture, { EventPattern: '{"detail":{"kind":["a"]}}', Description: "kept" });
    await put({ kind: "b" });
    await call("UpdateArchive", { ArchiveName: "all", EventPattern: "" });
    await put({ kind: "b" });
    const { EventCount, EventPattern, Description } = await call("DescribeArchive", {
      ArchiveName: "all",
    });
    expect([EventCount, EventPattern, Description]).toEqual([1, undefined, "kept"]);
  });

  test("have a rule on their bus that only they may change", async () => {
    const fixture = createEventsFixture();
    const { call } = fixture;
    await archived(fixture);
    const Name = "Events-Archive-all";
    const rule = await call("DescribeRule", { Name });
    expect([rule.ManagedBy, rule.EventPattern]).toEqual([
      "prod.vhs.events.aws.internal",
      '{"replay-name":[{"exists":false}]}',
    ]);
    for (const change of [
      call("DisableRule", { Name }),
      call("PutRule", { Name, EventPattern: '{"source":["a"]}' }),
      call("RemoveTargets", { Rule: Name, Ids: [Name] }),
      call("DeleteRule", { Name }),
    ]) {
      await expect(change).rejects.toMatchObject({ code: "ManagedRuleException" });
    }
    await call("DeleteArchive", { ArchiveName: "all" });
    expect((await call("ListRules", {})).Rules).toEqual([]);
  });

  test("are listed, and refuse what AWS refuses", async () => {
    const fixture = createEventsFixture();
    const { call } = fixture;
    expect(await archived(fixture)).toBe("arn:aws:events:us-east-1:000000000000:archive/all");
    const { Archives } = await call("ListArchives", { EventSourceArn: BUS });
    expect(Archives?.map(({ ArchiveName, State }) => [ArchiveName, State])).toEqual([
      ["all", "ENABLED"],
    ]);
    const refusals = [
      [archived(fixture), "ResourceAlreadyExistsException"],
      [archived(fixture, { ArchiveName: "b", EventPattern: "{" }), "InvalidEventPatternException"],
      [
        archived(fixture, { ArchiveName: "b", EventSourceArn: `${BUS}x` }),
        "ResourceNotFoundException",
      ],
      [archived(fixture, { ArchiveName: "b", EventSourceArn: QUEUE }), "ValidationException"],
      [call("DescribeArchive", { ArchiveName: "b" }), "ResourceNotFoundException"],
      [call("ListArchives", { NamePrefix: "a", State: "ENABLED" }), "ValidationException"],
    ] as const;
    for (const [refused, code] of refusals) {
      await expect(refused).rejects.toMatchObject({ code });
    }
  });
});

describe("replays", () => {
  test("deliver each event of the time once, marked, and archive none of them again", async () => {
    const fixture = createEventsFixture();
    const { call, put, delivered, idle, clock } = fixture;
    const arn = await archived(fixture);
    for (let n = 0; n < 250; n += 1) {
      await put({ n });
    }
    await fixture.route("all", { source: ["app"] }, {});
    const end = new Date(clock.nowMs() + 1_000);
    await clock.advance(60_000);
    await put({ n: "late" });
    await delivered();
    await replay(fixture, arn, { end });
    await idle();
    const got = await delivered();
    expect(detailsOf(got)).toEqual(Array.from({ length: 250 }, (_, n) => n));
    expect(JSON.parse(got[0]?.envelope.payload ?? "")["replay-name"]).toBe("again");
    expect(await call("DescribeReplay", { ReplayName: "again" })).toMatchObject({
      State: "COMPLETED",
      EventLastReplayedTime: new Date("2026-01-01T00:00:00Z"),
      ReplayEndTime: new Date(clock.nowMs()),
    });
    expect((await call("DescribeArchive", { ArchiveName: "all" })).EventCount).toBe(251);
  });

  test("go to the rules they name", async () => {
    const fixture = createEventsFixture();
    const arn = await archived(fixture);
    await fixture.put({ n: 1 });
    await fixture.route("one", { source: ["app"] }, { Arn: `${QUEUE}-one` });
    await fixture.route("two", { source: ["app"] }, { Arn: `${QUEUE}-two` });
    await replay(fixture, arn, { rules: ["arn:aws:events:us-east-1:000000000000:rule/two"] });
    await fixture.idle();
    expect((await fixture.delivered()).map(({ target }) => target)).toEqual([`${QUEUE}-two`]);
  });

  test("go on after a crash, and stop when they are cancelled", async () => {
    const fixture = createEventsFixture();
    const { call, delivered, idle } = fixture;
    const arn = await archived(fixture);
    for (let n = 0; n < 350; n += 1) {
      await fixture.put({ n });
    }
    await fixture.route("all", { source: ["app"] }, {});
    await replay(fixture, arn);
    await fixture.restart();
    await idle();
    expect(await delivered()).toHaveLength(350);
    await replay(fixture, arn, { name: "stopped" });
    expect((await call("CancelReplay", { ReplayName: "stopped" })).State).toBe("CANCELLING");
    await idle();
    expect((await call("DescribeReplay", { ReplayName: "stopped" })).State).toBe("CANCELLED");
    expect((await delivered()).length).toBeLessThan(350);
    await expect(call("CancelReplay", { ReplayName: "stopped" })).rejects.toMatchObject({
      code: "IllegalStatusException",
    });
    const { Replays } = await call("ListReplays", { State: "COMPLETED" });
    expect(Replays?.map(({ ReplayName }) => ReplayName)).toEqual(["again"]);
  });

  test("refuse what AWS refuses, and fail when their archive is deleted", async () => {
    const fixture = createEventsFixture();
    const { call } = fixture;
    const arn = await archived(fixture);
    await fixture.put({ n: 1 });
    const start = (change: object) =>
      call("StartReplay", {
        ReplayName: "again",
        EventSourceArn: arn,
        EventStartTime: START,
        EventEndTime: END,
        Destination: { Arn: BUS },
        ...change,
      });
    const refusals = [
      [
        { EventSourceArn: BUS },
        "Parameter EventSourceArn is not valid. Reason: Must contain an archive ARN.",
      ],
      [{ EventSourceArn: `${arn}x` }, "Archive allx does not exist."],
      [
        { EventEndTime: START },
        "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.",
      ],
      [
        { Destination: { Arn: `${BUS}x` } },
        "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.",
      ],
      [
        { Destination: { Arn: BUS, FilterArns: [QUEUE] } },
        "Parameter Destination.FilterArns is not valid. Reason: Must contain rule ARNs.",
      ],
    ] as const;
    for (const [change, message] of refusals) {
      await expect(start(change)).rejects.toMatchObject({ message });
    }
    // Both are written before the first step of the replay.
    await Promise.all([start({}), call("DeleteArchive", { ArchiveName: "all" })]);
    await fixture.idle();
    expect((await call("DescribeReplay", { ReplayName: "again" })).State).toBe("FAILED");
    await expect(start({ EventSourceArn: arn })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });
});
