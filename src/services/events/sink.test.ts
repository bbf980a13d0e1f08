import { expect, test } from "vitest";
import { deliver } from "../../outbox/sink.ts";
import { createEventsFixture, QUEUE, routed } from "../../testing/events-fixture.ts";
import { httpAnswer } from "../../testing/scripted-http.ts";

const BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const SOURCE = "arn:aws:pipes:us-east-1:000000000000:pipe/orders";

test("sink: a bus takes whole events alone", async () => {
  const fixture = createEventsFixture();
  await fixture.route("all", { source: ["app"] }, {});
  const give = (event: object) =>
    fixture.store.write((tx) =>
      deliver(tx, fixture.sinks, BUS, { payload: JSON.stringify(event), sourceArn: SOURCE }),
    );
  const event = {
    version: "0",
    id: "1",
    "detail-type": "t",
    source: "app",
    account: "1",
    time: "2026-01-01T00:00:00Z",
    region: "us-east-1",
    resources: [],
    detail: { n: 1 },
  };
  expect(await give({ n: 1 })).toMatchObject({ accepted: false, code: "InvalidArgument" });
  expect(await give(event)).toEqual({ accepted: true });
  const [got] = await fixture.delivered();
  expect([got?.target, JSON.parse(got?.envelope.payload ?? "")]).toEqual([QUEUE, event]);
});

test("sink: an API destination takes anything, and is tried again without a rule", async () => {
  const fixture = createEventsFixture();
  const arn = await routed(fixture);
  const answers = [httpAnswer(500), httpAnswer(200)];
  fixture.http.script(() => answers.shift() ?? httpAnswer(404));
  const give = (target: string) =>
    fixture.store.write((tx) =>
      deliver(tx, fixture.sinks, target, { payload: "text", sourceArn: SOURCE }),
    );
  expect(await give(arn)).toEqual({ accepted: true });
  await fixture.idle();
  await fixture.clock.advance(60_000);
  expect(fixture.http.requests.map(({ body }) => body)).toEqual(["text", "text"]);
  expect(await give(`${arn}x`)).toMatchObject({
    accepted: false,
    code: "ResourceNotFoundException",
  });
});
