import { beforeEach, describe, expect, test } from "vitest";
import { createLogsFixture, type LogsFixture } from "../../testing/logs-fixture.ts";
import { EVENTS_SEARCHED_MAX } from "./limits.ts";

const START = Date.UTC(2026, 0, 1);
const GROUP = "/aws/lambda/orders";
const GROUP_ARN = `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}`;
const DAY_MS = 86_400_000;
const where = { logGroupName: GROUP, logStreamName: "a" };

let bench: LogsFixture;
let call: LogsFixture["call"];

beforeEach(() => {
  bench = createLogsFixture();
  call = bench.call;
});

async function createStreams(...names: string[]): Promise<void> {
  await call("CreateLogGroup", { logGroupName: GROUP });
  for (const logStreamName of names) {
    await call("CreateLogStream", { logGroupName: GROUP, logStreamName });
  }
}

/** Puts `message@time` events, times relative to the start. */
function put(logStreamName: string, ...texts: string[]) {
  const logEvents = texts.map((text) => {
    const [message = "", time = "0"] = text.split("@");
    return { message, timestamp: START + Number(time) };
  });
  return call("PutLogEvents", { logGroupName: GROUP, logStreamName, logEvents });
}

function messages(
  events: readonly { readonly message?: string | undefined }[] | undefined,
): readonly (string | undefined)[] {
  return (events ?? []).map(({ message }) => message);
}

describe("groups", () => {
  test("describe: lists by name, with prefix, pattern and pages", async () => {
    for (const logGroupName of ["b/two", "a/one", "b/one"]) {
      await call("CreateLogGroup", { logGroupName });
    }
    const names = async (input: Parameters<typeof call>[1]) => {
      const { logGroups } = await call("DescribeLogGroups", input as object);
      return logGroups?.map(({ logGroupName }) => logGroupName);
    };
    expect(await names({})).toEqual(["a/one", "b/one", "b/two"]);
    expect(await names({ logGroupNamePrefix: "b/" })).toEqual(["b/one", "b/two"]);
    expect(await names({ logGroupNamePattern: "one" })).toEqual(["a/one", "b/one"]);
    const first = await call("DescribeLogGroups", { limit: 2 });
    expect(first.logGroups?.length).toBe(2);
    expect(await names({ nextToken: first.nextToken })).toEqual(["b/two"]);
  });

  test("describe: shows what AWS shows", async () => {
    await createStreams("a");
    await put("a", "12345");
    const { logGroups } = await call("DescribeLogGroups", {});
    expect(logGroups).toEqual([
      {
        logGroupName: GROUP,
        creationTime: START,
        metricFilterCount: 0,
        arn: `${GROUP_ARN}:*`,
        storedBytes: 31,
        logGroupClass: "STANDARD",
        logGroupArn: GROUP_ARN,
        deletionProtectionEnabled: false,
      },
    ]);
  });

  test("create: refuses a second one, and what cannot be honoured", async () => {
    await createStreams();
    await expect(call("CreateLogGroup", { logGroupName: GROUP })).rejects.toMatchObject({
      code: "ResourceAlreadyExistsException",
      message: "The specified log group already exists",
    });
    await expect(
      call("CreateLogGroup", { logGroupName: "x", kmsKeyId: "k" }),
    ).rejects.toMatchObject({ status: 501, message: expect.stringContaining("kmsKeyId") });
  });

  test("delete: takes streams and events along, and leaves no row behind", async () => {
    await createStreams("a", "b");
    await put("a", "one", "two");
    await call("PutRetentionPolicy", { logGroupName: GROUP, retentionInDays: 1 });
    await call("DeleteLogGroup", { logGroupName: GROUP });
    await expect(call("GetLogEvents", where)).rejects.toMatchObject({
      message: "The specified log group does not exist.",
    });
    await bench.clock.advance(0);
    const rows = await bench.store.read((tx) => [
      ...tx.range({ prefix: ["logs"] }),
      ...tx.range({ prefix: ["timer"] }),
    ]);
    expect(rows).toEqual([]);
  });

  test("tags: are kept with the group, in both forms of the operations", async () => {
    await call("CreateLogGroup", { logGroupName: GROUP, tags: { stage: "dev" } });
    await call("TagResource", { resourceArn: `${GROUP_ARN}:*`, tags: { team: "a" } });
    await call("TagLogGroup", { logGroupName: GROUP, tags: { owner: "b" } });
    await call("UntagResource", { resourceArn: GROUP_ARN, tagKeys: ["stage"] });
    expect(await call("ListTagsForResource", { resourceArn: GROUP_ARN })).toEqual({
      tags: { team: "a", owner: "b" },
    });
    await call("UntagLogGroup", { logGroupName: GROUP, tags: ["owner"] });
    expect(await call("ListTagsLogGroup", { logGroupName: GROUP })).toEqual({
      tags: { team: "a" },
    });
    await expect(
      call("ListTagsForResource", { resourceArn: `${GROUP_ARN}x` }),
    ).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });
});

describe("streams", () => {
  test("describe: by name and by the time of the last event, with pages", async () => {
    await createStreams("a", "b", "c");
    await put("a", "x@30");
    await put("b", "x@10");
    await put("c", "x@20");
    const names = async (input: object) => {
      const page = await call("DescribeLogStreams", { logGroupName: GROUP, ...input });
      return [page.logStreams?.map((stream) => stream.logStreamName).join(""), page.nextToken];
    };
    expect(await names({})).toEqual(["abc", undefined]);
    expect(await names({ descending: true, limit: 2 })).toEqual(["cb", "b"]);
    expect(await names({ descending: true, nextToken: "b" })).toEqual(["a", undefined]);
    expect(await names({ logStreamNamePrefix: "b" })).toEqual(["b", undefined]);
    expect(await names({ orderBy: "LastEventTime" })).toEqual(["bca", undefined]);
    const byTime = { orderBy: "LastEventTime", descending: true, limit: 2 };
    expect(await names(byTime)).toEqual(["ac", "2"]);
    expect(await names({ ...byTime, nextToken: "2" })).toEqual(["b", undefined]);
    await expect(names({ orderBy: "LastEventTime", logStreamNamePrefix: "a" })).rejects.toThrow(
      "Cannot order by LastEventTime with a logStreamNamePrefix.",
    );
  });

  test("delete: the events are gone, also from a stream of the same name", async () => {
    await createStreams("a");
    await put("a", "old");
    await call("DeleteLogStream", where);
    await call("CreateLogStream", where);
    expect(messages((await call("GetLogEvents", where)).events)).toEqual([]);
  });
});

describe("put", () => {
  beforeEach(() => createStreams("a"));

  test("refuses events out of order, a span over a day, and too much", async () => {
    await expect(put("a", "x@2", "y@1")).rejects.toThrow(
      "Log events in a single PutLogEvents request must be in chronological order.",
    );
    await expect(put("a", "x@0", `y@${DAY_MS + 1}`)).rejects.toThrow(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
    await expect(put("a", "x".repeat(600_000), "y".repeat(500_000))).rejects.toThrow(
      "Upload too large: 1100052 bytes exceeds limit of 1048576",
    );
  });

  test("rejects what is too old or too new, and stores the rest", async () => {
    const old = -14 * DAY_MS - 1;
    const answer = await put("a", `old@${old}`, `kept@${old + 1}`);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    const future = 2 * 3_600_000;
    expect(await put("a", `kept2@${future}`, `new@${future + 1}`)).toEqual({
      rejectedLogEventsInfo: { tooNewLogEventStartIndex: 1 },
    });
    await call("PutRetentionPolicy", { logGroupName: GROUP, retentionInDays: 1 });
    expect(await put("a", `expired@${-DAY_MS - 1}`, "kept3@-5")).toEqual({
      rejectedLogEventsInfo: { expiredLogEventEndIndex: 1 },
    });
    const { events } = await call("GetLogEvents", where);
    expect(messages(events)).toEqual(["kept3", "kept2"]);
  });

  test("refuses a stream that is not there", async () => {
    await expect(put("z", "x")).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "The specified log stream does not exist.",
    });
  });
});

describe("get", () => {
  beforeEach(async () => {
    await createStreams("a");
    await put("a", "1@1", "2@2", "3@2", "4@4", "5@5");
  });

  test("reads forward from the head and gets its own token back at the end", async () => {
    const first = await call("GetLogEvents", { ...where, startFromHead: true, limit: 3 });
    expect(messages(first.events)).toEqual(["1", "2", "3"]);
    const second = await call("GetLogEvents", { ...where, nextToken: first.nextForwardToken });
    expect(messages(second.events)).toEqual(["4", "5"]);
    const end = await call("GetLogEvents", { ...where, nextToken: second.nextForwardToken });
    expect(end.events).toEqual([]);
    expect(end.nextForwardToken).toBe(second.nextForwardToken);
    await put("a", "6@5");
    const more = await call("GetLogEvents", { ...where, nextToken: end.nextForwardToken });
    expect(messages(more.events)).toEqual(["6"]);
  });

  test("reads backward from the tail, oldest first on each page", async () => {
    const last = await call("GetLogEvents", { ...where, limit: 2 });
    expect(messages(last.events)).toEqual(["4", "5"]);
    const before = await call("GetLogEvents", {
      ...where,
      limit: 2,
      nextToken: last.nextBackwardToken,
    });
    expect(messages(before.events)).toEqual(["2", "3"]);
    const forward = await call("GetLogEvents", { ...where, nextToken: before.nextForwardToken });
    expect(messages(forward.events)).toEqual(["4", "5"]);
  });

  test("keeps to its times: the start is in, the end is not", async () => {
    const { events } = await call("GetLogEvents", {
      ...where,
      startTime: START + 2,
      endTime: START + 5,
    });
    expect(messages(events)).toEqual(["2", "3", "4"]);
  });

  test("takes the group by its ARN, and refuses a token of its own making", async () => {
    const { events } = await call("GetLogEvents", {
      logGroupIdentifier: GROUP_ARN,
      logStreamName: "a",
    });
    expect(events?.length).toBe(5);
    await expect(call("GetLogEvents", { ...where, nextToken: "f/1/s" })).rejects.toThrow(
      "The specified nextToken is invalid.",
    );
  });
});

describe("filter", () => {
  test("merges the streams by time, and pages through them", async () => {
    await createStreams("a", "b");
    await put("a", "1@1", "4@4", "5@5");
    await put("b", "2@2", "3@4", "6@6");
    const seen: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await call("FilterLogEvents", { logGroupName: GROUP, limit: 2, nextToken });
      seen.push(...messages(page.events));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(seen).toEqual(["1", "2", "4", "3", "5", "6"]);
  });

  test("finds by pattern, stream and time, ends included", async () => {
    await createStreams("a", "b");
    await put("a", "ERROR one@1", "fine@2", "ERROR two@3");
    await put("b", "ERROR three@3");
    const found = async (input: object) =>
      messages((await call("FilterLogEvents", { logGroupName: GROUP, ...input })).events);
    expect(await found({ filterPattern: "ERROR" })).toEqual([
      "ERROR one",
      "ERROR two",
      "ERROR three",
    ]);
    expect(await found({ logStreamNames: ["b"] })).toEqual(["ERROR three"]);
    expect(await found({ logStreamNamePrefix: "a", startTime: START + 2 })).toEqual([
      "fine",
      "ERROR two",
    ]);
    expect(await found({ endTime: START + 2 })).toEqual(["ERROR one", "fine"]);
    await expect(found({ filterPattern: "a.b" })).rejects.toMatchObject({
      code: "InvalidParameterException",
      message: "Invalid character(s) in term 'a.b'",
    });
  });

  test("shows each event as AWS does, with an id of 56 digits", async () => {
    await createStreams("a");
    await put("a", "x@1");
    await bench.clock.advance(5);
    expect(await call("FilterLogEvents", { logGroupName: GROUP })).toEqual({
      events: [
        {
          logStreamName: "a",
          timestamp: START + 1,
          message: "x",
          ingestionTime: START,
          eventId: expect.stringMatching(/^\d{56}$/),
        },
      ],
      searchedLogStreams: [],
    });
  });

  test("answers an empty page with a token when it has searched enough", async () => {
    await createStreams("a");
    const batch = Array.from({ length: 10_000 }, () => "x");
    for (let count = 0; count <= EVENTS_SEARCHED_MAX; count += batch.length) {
      await put("a", ...batch);
    }
    await put("a", "needle@1");
    const search = { logGroupName: GROUP, filterPattern: "needle" };
    const first = await call("FilterLogEvents", search);
    expect([first.events, typeof first.nextToken]).toEqual([[], "string"]);
    const second = await call("FilterLogEvents", { ...search, nextToken: first.nextToken });
    expect(messages(second.events)).toEqual(["needle"]);
  });
});

describe("retention", () => {
  test("hides what has expired at once and removes it in time", async () => {
    await createStreams("a");
    await put("a", "old@0", "new@1000");
    await call("PutRetentionPolicy", { logGroupName: GROUP, retentionInDays: 1 });
    await bench.clock.advance(DAY_MS + 500);
    expect(messages((await call("GetLogEvents", where)).events)).toEqual(["new"]);
    await bench.clock.advance(2 * 3_600_000);
    const { logGroups } = await call("DescribeLogGroups", {});
    expect(logGroups?.[0]?.storedBytes).toBe(0);
    const left = await bench.store.read((tx) => [...tx.range({ prefix: ["logs", "event"] })]);
    expect(left).toEqual([]);
  });

  test("ends with the policy", async () => {
    await createStreams("a");
    await put("a", "old");
    await call("PutRetentionPolicy", { logGroupName: GROUP, retentionInDays: 1 });
    await call("DeleteRetentionPolicy", { logGroupName: GROUP });
    await bench.clock.advance(3 * DAY_MS);
    expect(messages((await call("GetLogEvents", where)).events)).toEqual(["old"]);
  });

  test("takes only the days that AWS takes", async () => {
    await createStreams();
    await expect(
      call("PutRetentionPolicy", { logGroupName: GROUP, retentionInDays: 2 }),
    ).rejects.toThrow("Value '2' at 'retentionInDays' failed to satisfy constraint");
  });
});
