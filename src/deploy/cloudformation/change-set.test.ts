import { expect, test } from "vitest";
import { CHAIN, refusal, withStacks } from "../../testing/stacks-fixture.ts";

test("change sets: are made, told, executed; a stack under review has no resources", () =>
  withStacks(async (stacks) => {
    const { Id = "", StackId = "" } = await stacks.call("CreateChangeSet", {
      StackName: "shop",
      ChangeSetName: "first",
      ChangeSetType: "CREATE",
      TemplateBody: CHAIN,
    });
    expect(await stacks.call("DescribeChangeSet", { ChangeSetName: Id })).toMatchObject({
      Status: "CREATE_COMPLETE",
      ExecutionStatus: "AVAILABLE",
      Changes: [
        { ResourceChange: { Action: "Add", LogicalResourceId: "Dead" } },
        { ResourceChange: { Action: "Add", LogicalResourceId: "Orders" } },
      ],
    });
    const { Stacks: [reviewed] = [] } = await stacks.call("DescribeStacks", { StackName: "shop" });
    expect(reviewed?.StackStatus).toBe("REVIEW_IN_PROGRESS");
    await stacks.call("ExecuteChangeSet", { ChangeSetName: "first", StackName: "shop" });
    await stacks.settledAs("shop", "CREATE_COMPLETE");
    expect((await stacks.events("shop")).slice(0, 2)).toEqual([
      "- REVIEW_IN_PROGRESS",
      "- CREATE_IN_PROGRESS",
    ]);
    const changed = { StackName: "shop", ChangeSetType: "UPDATE" };
    await stacks.call("CreateChangeSet", {
      ...changed,
      ChangeSetName: "second",
      TemplateBody: CHAIN.replace(
        "Dead:\n    Type: AWS::SQS::Queue",
        "Dead:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: dead}",
      ),
    });
    const second = { StackName: "shop", ChangeSetName: "second" };
    expect((await stacks.call("DescribeChangeSet", second)).Changes).toMatchObject([
      { ResourceChange: { Action: "Modify", LogicalResourceId: "Dead", Replacement: "True" } },
      {
        ResourceChange: {
          Action: "Modify",
          LogicalResourceId: "Orders",
          Replacement: "False",
          Details: [{ Target: { Name: "RedrivePolicy" }, Evaluation: "Dynamic" }],
        },
      },
    ]);
    await stacks.call("DeleteChangeSet", second);
    expect(await refusal(stacks.call("DescribeChangeSet", second))).toBe(
      "ChangeSetNotFound: ChangeSet [second] does not exist",
    );
    await stacks.call("CreateChangeSet", {
      ...changed,
      ChangeSetName: "same",
      TemplateBody: CHAIN,
    });
    const same = { StackName: "shop", ChangeSetName: "same" };
    expect(await stacks.call("DescribeChangeSet", same)).toMatchObject({
      Status: "FAILED",
      ExecutionStatus: "UNAVAILABLE",
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    expect(await refusal(stacks.call("ExecuteChangeSet", same))).toMatch(
      /^InvalidChangeSetStatus: ChangeSet \[.*\] cannot be executed in its current status of \[FAILED\]$/,
    );
    expect(StackId).toMatch(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/shop\//);
  }));

test("templates: come from S3 whatever the host, and back as they were given", () =>
  withStacks(async (stacks) => {
    stacks.cloud.objects.set("bucket/a/b.yaml", CHAIN);
    for (const [index, url] of [
      "http://127.0.0.1:4566/bucket/a/b.yaml",
      "https://bucket.s3.us-east-1.amazonaws.com/a/b.yaml",
      "https://s3.amazonaws.com/bucket/a%2Fb.yaml",
    ].entries()) {
      await stacks.call("CreateStack", { StackName: `shop${index}`, TemplateURL: url });
      await stacks.settled(`shop${index}`);
    }
    const { TemplateBody: body, StagesAvailable: stages } = await stacks.call("GetTemplate", {
      StackName: "shop2",
    });
    expect(body).toBe(CHAIN);
    expect(stages).toEqual(["Original", "Processed"]);
    expect(
      await refusal(stacks.call("ValidateTemplate", { TemplateURL: "http://x/bucket/none" })),
    ).toBe("ValidationError: S3 error: The specified key does not exist.");
    expect(
      await refusal(
        stacks.call("CreateStack", { StackName: "big", TemplateBody: " ".repeat(51_201) }),
      ),
    ).toMatch(/Member must have length less than or equal to 51200$/);
  }));
