import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect, test } from "vitest";
import { createSystemClock } from "../../src/platform/clock.ts";
import { ACCOUNT, pagesOf, REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const logs = new CloudWatchLogsClient(engine.config);
const logGroupName = "/app/orders";
const nowMs = createSystemClock().nowMs();

async function putLines(logStreamName: string, messages: readonly string[]): Promise<void> {
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = messages.map((message, index) => ({ timestamp: nowMs + index, message }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

test("events: are put, read in order and found by pattern", async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await putLines("one", ["plain text", '{"level":"ERROR","code":500}', "ERROR text"]);
  await putLines("two", ['{"level":"INFO","code":200}']);
  const read = await logs.send(
    new GetLogEventsCommand({ logGroupName, logStreamName: "one", startFromHead: true, limit: 2 }),
  );
  expect(read.events?.map(({ message }) => message)).toEqual([
    "plain text",
    '{"level":"ERROR","code":500}',
  ]);
  const rest = await logs.send(
    new GetLogEventsCommand({
      logGroupName,
      logStreamName: "one",
      startFromHead: true,
      nextToken: read.nextForwardToken,
    }),
  );
  expect(rest.events?.map(({ message }) => message)).toEqual(["ERROR text"]);
  const found = async (filterPattern: string) =>
    (
      await pagesOf(
        paginateFilterLogEvents({ client: logs, pageSize: 1 }, { logGroupName, filterPattern }),
      )
    ).flatMap(({ events = [] }) => events.map(({ message }) => message));
  expect(await found("ERROR")).toEqual(['{"level":"ERROR","code":500}', "ERROR text"]);
  expect(await found("{ $.code >= 200 && $.level = INFO }")).toEqual([
    '{"level":"INFO","code":200}',
  ]);
});

test("groups and streams: are described in pages, with retention", async () => {
  for (const name of ["/page/1", "/page/2", "/page/3"]) {
    await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
  }
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: "/page/1", retentionInDays: 7 }));
  const pages = await pagesOf(
    paginateDescribeLogGroups({ client: logs, pageSize: 2 }, { logGroupNamePrefix: "/page/" }),
  );
  expect(pages.map((page) => page.logGroups?.length)).toEqual([2, 1]);
  expect(pages[0]?.logGroups?.[0]).toMatchObject({
    logGroupName: "/page/1",
    arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/page/1:*`,
    retentionInDays: 7,
  });
  await logs.send(new CreateLogStreamCommand({ logGroupName: "/page/1", logStreamName: "s" }));
  const { logStreams } = await logs.send(
    new DescribeLogStreamsCommand({ logGroupName: "/page/1" }),
  );
  expect(logStreams).toMatchObject([{ logStreamName: "s" }]);
});

test("errors: are the classes of the SDK", async () => {
  const create = () => logs.send(new CreateLogGroupCommand({ logGroupName: "/twice" }));
  await create();
  await expect(create()).rejects.toThrow(ResourceAlreadyExistsException);
  await logs.send(new DeleteLogGroupCommand({ logGroupName: "/twice" }));
  await expect(
    logs.send(new DescribeLogStreamsCommand({ logGroupName: "/twice" })),
  ).rejects.toThrow(ResourceNotFoundException);
  await expect(
    logs.send(new PutRetentionPolicyCommand({ logGroupName: "/page/1", retentionInDays: 8 })),
  ).rejects.toMatchObject({ name: "InvalidParameterException" });
});
