/** Updates of custom resources, and crashes while they are on their way. */
import { describe, expect, test } from "vitest";
import {
  createCustom,
  customCreated,
  customTemplate,
  failRequest,
  outputsOf,
  PROVIDER,
  reasonOf,
  succeedRequest,
  takeRequest,
  updateCustom,
} from "../../testing/provider-fixture.ts";
import { takeRecorded } from "../../testing/recording-sink.ts";
import { createTestStacks, refusal, withStacks } from "../../testing/stacks-fixture.ts";

describe("an update", () => {
  test("sends the old properties, and changes in place under the same id", () =>
    withStacks(async (stacks) => {
      await customCreated(stacks, customTemplate("A: 1, B: 2"));
      await updateCustom(stacks, customTemplate("A: 2"));
      const event = await succeedRequest(stacks);
      await stacks.settledAs("shop", "UPDATE_COMPLETE");
      expect(event).toMatchObject({
        RequestType: "Update",
        PhysicalResourceId: "thing-1",
        ResourceProperties: { ServiceToken: PROVIDER, A: "2" },
        OldResourceProperties: { ServiceToken: PROVIDER, A: "1", B: "2" },
      });
      expect(await takeRecorded(stacks.store)).toEqual([]);
    }));

  test("another id: the old one is deleted in the clean-up, with its own properties", () =>
    withStacks(async (stacks) => {
      await customCreated(stacks, customTemplate("A: 1"));
      await updateCustom(stacks, customTemplate("A: 2"));
      await succeedRequest(stacks, { PhysicalResourceId: "thing-2" });
      const deletion = await succeedRequest(stacks);
      await stacks.settledAs("shop", "UPDATE_COMPLETE");
      expect(deletion).toMatchObject({
        RequestType: "Delete",
        PhysicalResourceId: "thing-1",
        ResourceProperties: { A: "1" },
      });
      expect(deletion["OldResourceProperties"]).toBeUndefined();
      const events = await stacks.events("shop");
      expect(events.slice(events.indexOf("- UPDATE_IN_PROGRESS"))).toEqual([
        "- UPDATE_IN_PROGRESS",
        "Thing UPDATE_IN_PROGRESS",
        "Thing UPDATE_IN_PROGRESS",
        "Thing UPDATE_COMPLETE",
        "- UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "Thing DELETE_IN_PROGRESS",
        "Thing DELETE_COMPLETE",
        "- UPDATE_COMPLETE",
      ]);
      await stacks.call("DeleteStack", { StackName: "shop" });
      expect((await succeedRequest(stacks)).PhysicalResourceId).toBe("thing-2");
    }));

  test("FAILED: the rollback updates it back", () =>
    withStacks(async (stacks) => {
      await customCreated(stacks, customTemplate("A: 1"));
      await updateCustom(stacks, customTemplate("A: 2"));
      await failRequest(stacks);
      const back = await succeedRequest(stacks);
      await stacks.settledAs("shop", "UPDATE_ROLLBACK_COMPLETE");
      expect(back).toMatchObject({
        RequestType: "Update",
        PhysicalResourceId: "thing-1",
        ResourceProperties: { A: "1" },
        OldResourceProperties: { A: "2" },
      });
      expect(await takeRecorded(stacks.store)).toEqual([]);
    }));

  test("FAILED with another id: the rollback deletes that one and keeps the old", () =>
    withStacks(async (stacks) => {
      await customCreated(stacks, customTemplate("A: 1", { outputs: "{Id: {Value: !Ref Thing}}" }));
      await updateCustom(stacks, customTemplate("A: 2", { outputs: "{Id: {Value: !Ref Thing}}" }));
      await failRequest(stacks, { PhysicalResourceId: "thing-2" });
      const deletion = await succeedRequest(stacks);
      await stacks.settledAs("shop", "UPDATE_ROLLBACK_COMPLETE");
      expect(deletion).toMatchObject({
        RequestType: "Delete",
        PhysicalResourceId: "thing-2",
        ResourceProperties: { A: "2" },
      });
      expect(await outputsOf(stacks)).toEqual({ Id: "thing-1" });
    }));

  test("another resource fails: the rollback goes back to the old id and deletes the new", () =>
    withStacks(async (stacks) => {
      const more = "  Other: {Type: Custom::Other, DependsOn: Thing, Properties: {X: 1}}";
      await customCreated(stacks, customTemplate("A: 1"));
      await updateCustom(stacks, customTemplate("A: 2", { more }));
      await succeedRequest(stacks, { PhysicalResourceId: "thing-2" });
      const deletion = await succeedRequest(stacks);
      await stacks.settledAs("shop", "UPDATE_ROLLBACK_COMPLETE");
      expect(deletion).toMatchObject({ RequestType: "Delete", PhysicalResourceId: "thing-2" });
      expect(await reasonOf(stacks, "CREATE_FAILED", "Other")).toBe(
        "Property ServiceToken cannot be empty.",
      );
      expect(await takeRecorded(stacks.store)).toEqual([]);
    }));

  test("a new one fails: the rollback deletes what it may have left", () =>
    withStacks(async (stacks) => {
      const more = `  Other: {Type: Custom::Other, Properties: {ServiceToken: "${PROVIDER}"}}`;
      await customCreated(stacks, customTemplate("A: 1"));
      await updateCustom(stacks, customTemplate("A: 1", { more }));
      await failRequest(stacks, { PhysicalResourceId: "other-1" });
      expect(await succeedRequest(stacks)).toMatchObject({
        RequestType: "Delete",
        LogicalResourceId: "Other",
        PhysicalResourceId: "other-1",
      });
      await stacks.settledAs("shop", "UPDATE_ROLLBACK_COMPLETE");
      const { StackResourceSummaries: rows = [] } = await stacks.call("ListStackResources", {
        StackName: "shop",
      });
      expect(rows.map((row) => row.LogicalResourceId)).toEqual(["Thing"]);
    }));

  test("its service token cannot change", () =>
    withStacks(async (stacks) => {
      await customCreated(stacks, customTemplate("A: 1"));
      await updateCustom(stacks, customTemplate("A: 2").replace(PROVIDER, `${PROVIDER}-2`));
      await stacks.settledAs("shop", "UPDATE_ROLLBACK_COMPLETE");
      expect(await reasonOf(stacks, "UPDATE_FAILED")).toBe(
        "Modifying service token is not allowed.",
      );
      expect(await takeRecorded(stacks.store)).toEqual([]);
    }));

  test("nothing changed: nobody is asked", () =>
    withStacks(async (stacks) => {
      await customCreated(stacks, customTemplate("A: 1"));
      expect(await refusal(updateCustom(stacks, customTemplate("A: 1")))).toBe(
        "ValidationError: No updates are to be performed.",
      );
    }));

  test("after a creation that failed and stayed: it is made anew, and the failed one deleted", () =>
    withStacks(async (stacks) => {
      const StackName = "shop";
      await stacks.call("CreateStack", {
        ...{ StackName, TemplateBody: customTemplate("A: 1"), OnFailure: "DO_NOTHING" },
      });
      await failRequest(stacks, { PhysicalResourceId: "half" });
      await stacks.settledAs("shop", "CREATE_FAILED");
      await updateCustom(stacks, customTemplate("A: 2"));
      expect((await succeedRequest(stacks)).RequestType).toBe("Create");
      expect(await succeedRequest(stacks)).toMatchObject({
        RequestType: "Delete",
        PhysicalResourceId: "half",
      });
      await stacks.settledAs("shop", "UPDATE_COMPLETE");
    }));

  test("a change set tells that what refers to it may change", () =>
    withStacks(async (stacks) => {
      const more = "  Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !GetAtt Thing.n}}";
      await createCustom(stacks, customTemplate("A: 1", { more }));
      await succeedRequest(stacks, { Data: { n: 4 } });
      await stacks.settledAs("shop", "CREATE_COMPLETE");
      const ChangeSetName = "next";
      const StackName = "shop";
      const TemplateBody = customTemplate("A: 2", { more });
      await stacks.call("CreateChangeSet", { StackName, ChangeSetName, TemplateBody });
      const { Changes: changes = [] } = await stacks.call("DescribeChangeSet", {
        ...{ StackName, ChangeSetName },
      });
      expect(
        changes.map(({ ResourceChange: change }) => [
          change?.LogicalResourceId,
          change?.Details?.[0]?.Evaluation,
        ]),
      ).toEqual([
        ["Thing", "Static"],
        ["Queue", "Dynamic"],
      ]);
    }));
});

describe("a crash", () => {
  test("while an answer is awaited: the next engine takes it, and asks nobody again", () =>
    withStacks(async (stacks) => {
      await createCustom(stacks, customTemplate("A: 1"));
      const { event } = await takeRequest(stacks);
      await stacks.stop();
      stacks.restart();
      await new Promise<void>((resolve) => setImmediate(resolve));
      expect(await takeRecorded(stacks.store)).toEqual([]);
      await stacks.answer(event.ResponseURL, { Status: "SUCCESS", PhysicalResourceId: "x" });
      await stacks.settledAs("shop", "CREATE_COMPLETE");
    }));

  test("before the request was committed: the next engine asks, once", async () => {
    const stacks = createTestStacks();
    stacks.start();
    stacks.cloud.parameters.set("p", "v");
    stacks.cloud.dieAt(0, "after");
    await createCustom(stacks, customTemplate('A: "{{resolve:ssm:p}}"'));
    await stacks.died();
    stacks.restart();
    const { event } = await takeRequest(stacks);
    expect(event["ResourceProperties"]).toMatchObject({ A: "v" });
    await stacks.answer(event.ResponseURL, { Status: "SUCCESS", PhysicalResourceId: "x" });
    await stacks.settledAs("shop", "CREATE_COMPLETE");
    await stacks.stop();
  });

  test("the work of others goes on while an answer is awaited", () =>
    withStacks(async (stacks) => {
      await createCustom(
        stacks,
        customTemplate("A: 1", { more: "  Queue: {Type: AWS::SQS::Queue}" }),
      );
      const { event } = await takeRequest(stacks);
      await stacks.answer(event.ResponseURL, { Status: "SUCCESS", PhysicalResourceId: "x" });
      await stacks.settledAs("shop", "CREATE_COMPLETE");
      expect(await takeRecorded(stacks.store)).toEqual([]);
    }));
});
