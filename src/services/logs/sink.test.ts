import { describe, expect, test } from "vitest";
import { parseArn } from "../../base/arn.ts";
import { createLogsFixture } from "../../testing/logs-fixture.ts";

const ARN = "arn:aws:logs:us-east-1:000000000000:log-group";

function fixture() {
  const { call, logs, store } = createLogsFixture();
  const deliver = (resource: string, payload: string) =>
    store.write((tx) => {
      const target = parseArn(`${ARN}:${resource}`);
      const sourceArn = "arn:aws:sns:us-east-1:000000000000:orders";
      return target && logs.service.sink?.accept(tx, target, { payload, sourceArn });
    });
  const messages = async (logGroupName: string) =>
    ((await call("FilterLogEvents", { logGroupName })).events ?? []).map(
      ({ logStreamName, message }) => [logStreamName, message],
    );
  return { call, deliver, messages };
}

describe("logs as a target", () => {
  test("accept: makes group and stream when the target names a stream", async () => {
    const { deliver, messages } = fixture();
    expect(await deliver("a/b:log-stream:s", "one")).toEqual({ accepted: true });
    await deliver("a/b:log-stream:s", "two");
    expect(await messages("a/b")).toEqual([
      ["s", "one"],
      ["s", "two"],
    ]);
  });

  test("accept: a target that is a group has to be there", async () => {
    const { call, deliver, messages } = fixture();
    expect(await deliver("missing:*", "one")).toMatchObject({
      accepted: false,
      code: "ResourceNotFoundException",
    });
    await call("CreateLogGroup", { logGroupName: "there" });
    await deliver("there", "one");
    await deliver("there:*", "two");
    expect((await messages("there")).map(([, message]) => message)).toEqual(["one", "two"]);
  });
});
