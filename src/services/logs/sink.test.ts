import { expect, test } from "vitest";
import { createLogsFixture } from "../../testing/logs-fixture.ts";

const GROUP = "/aws/events/orders";

test("sink: a payload becomes a line; with a timestamp and a message it says which", async () => {
  const { store, clock, call, logs } = createLogsFixture();
  await call("CreateLogGroup", { logGroupName: GROUP });
  const target = {
    partition: "aws",
    service: "logs",
    region: "us-east-1",
    accountId: "000000000000",
    resource: `log-group:${GROUP}`,
  };
  const accept = (payload: string, resource = target.resource) =>
    store.write((tx) => {
      const sourceArn = "arn:aws:events:us-east-1:000000000000:rule/orders";
      return logs.service.sink?.accept(tx, { ...target, resource }, { payload, sourceArn });
    });
  await accept('{"detail":1}');
  await accept('{"timestamp":"2026-01-02T00:00:00Z","message":"told"}');
  await accept('{"timestamp":1767312000001,"message":"told by number"}');
  await accept('{"timestamp":"2026-01-02T00:00:00Z","message":{"a":1}}');
  expect(await accept("{}", "log-group:nothing")).toMatchObject({
    accepted: false,
    code: "ResourceNotFoundException",
  });
  const { events = [] } = await call("FilterLogEvents", { logGroupName: GROUP });
  const nowMs = clock.nowMs();
  expect(events.map(({ timestamp, message }) => [timestamp, message])).toEqual([
    [nowMs, '{"detail":1}'],
    [nowMs, '{"timestamp":"2026-01-02T00:00:00Z","message":{"a":1}}'],
    [Date.UTC(2026, 0, 2), "told"],
    [1767312000001, "told by number"],
  ]);
});
