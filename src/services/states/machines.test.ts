import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";

let fixture: StatesFixture;
const open = async (): Promise<StatesFixture> => {
  fixture = await createStatesFixture();
  return fixture;
};
afterEach(() => fixture.stop());

const result = (Result: string) => ({
  StartAt: "A",
  States: { A: { Type: "Pass", Result, End: true } },
});
const ROLE = "arn:aws:iam::000000000000:role/orders";

describe("state machines", () => {
  test("create: the same request is the same machine, another one an error", async () => {
    const { machine, refused, states } = await open();
    const arn = await machine("m", result("a"));
    expect(arn).toBe("arn:aws:states:us-east-1:000000000000:stateMachine:m");
    expect(await machine("m", result("a"), { roleArn: `${ROLE}2` })).toBe(arn);
    const other = { name: "m", roleArn: ROLE, definition: JSON.stringify(result("b")) };
    expect(await refused("CreateStateMachine", other)).toEqual({
      code: "StateMachineAlreadyExists",
      message: `State Machine Already Exists: '${arn}'`,
    });
    expect(await states("DescribeStateMachine", { stateMachineArn: arn })).toMatchObject({
      name: "m",
      status: "ACTIVE",
      type: "STANDARD",
      roleArn: ROLE,
      loggingConfiguration: { level: "OFF", includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: "AWS_OWNED_KEY" },
    });
  });

  test("a bad definition is refused with AWS's text", async () => {
    const { refused } = await open();
    const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}';
    expect(await refused("CreateStateMachine", { name: "m", roleArn: ROLE, definition })).toEqual({
      code: "InvalidDefinition",
      message:
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at " +
        "/States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
    });
  });

  test("what is not here of a distributed Map is refused by name", async () => {
    const { refused } = await open();
    const refusal = (more: object) => {
      const ProcessorConfig = { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" };
      const ItemProcessor = { ProcessorConfig, ...result("a") };
      const States = { M: { Type: "Map", ItemProcessor, End: true, ...more } };
      const definition = JSON.stringify({ StartAt: "M", States });
      return refused("CreateStateMachine", { name: "m", roleArn: ROLE, definition });
    };
    const Resource = "arn:aws:states:::s3:getObject";
    expect(
      await refusal({ ItemReader: { Resource, ReaderConfig: { InputType: "PARQUET" } } }),
    ).toEqual({
      code: "NotImplemented",
      message:
        "Millrace does not support the input type PARQUET of a Map state (at /States/M) of CreateStateMachine.",
    });
    expect((await refusal({ ItemReader: { Resource: "arn:aws:states:::x:y" } })).code).toBe(
      "NotImplemented",
    );
    expect((await refusal({ ResultWriter: {} })).code).toBe("NotImplemented");
  });

  test("tags", async () => {
    const { machine, states } = await open();
    const resourceArn = await machine("m", result("a"), { tags: [{ key: "a", value: "1" }] });
    await states("TagResource", { resourceArn, tags: [{ key: "b", value: "2" }] });
    await states("UntagResource", { resourceArn, tagKeys: ["a"] });
    expect((await states("ListTagsForResource", { resourceArn })).tags).toEqual([
      { key: "b", value: "2" },
    ]);
  });

  test("list: in pages", async () => {
    const { machine, states } = await open();
    for (const name of ["a", "b", "c"]) {
      await machine(name, result(name));
    }
    const first = await states("ListStateMachines", { maxResults: 2 });
    const { nextToken = "" } = first;
    const second = await states("ListStateMachines", { maxResults: 2, nextToken });
    const names = [...first.stateMachines, ...second.stateMachines].map(({ name }) => name);
    expect(names).toEqual(["a", "b", "c"]);
  });

  test("describe: the variables that states read, and metadata alone", async () => {
    const { machine, start, states } = await open();
    const definition = {
      QueryLanguage: "JSONata",
      StartAt: "A",
      States: {
        A: { Type: "Pass", Assign: { x: 1 }, Next: "B" },
        B: { Type: "Pass", Output: "{% $x %}", End: true },
      },
    };
    const stateMachineArn = await machine("m", definition);
    const variableReferences = { B: ["x"] };
    expect(await states("DescribeStateMachine", { stateMachineArn })).toMatchObject({
      variableReferences,
    });
    const executionArn = await start(stateMachineArn);
    expect(await states("DescribeStateMachineForExecution", { executionArn })).toMatchObject({
      variableReferences,
    });
    const includedData = "METADATA_ONLY";
    const metadata = await states("DescribeStateMachine", { stateMachineArn, includedData });
    expect(metadata.definition).toBe("{}");
    expect(metadata).not.toHaveProperty("variableReferences");
  });
});

describe("versions and aliases", () => {
  async function published() {
    const opened = await open();
    const { machine, states } = opened;
    const arn = await machine("m", result("one"), { publish: true, versionDescription: "first" });
    await states("UpdateStateMachine", {
      stateMachineArn: arn,
      definition: JSON.stringify(result("two")),
      publish: true,
    });
    return { ...opened, arn };
  }

  test("a version keeps its definition; publishing the same again makes none", async () => {
    const { states, arn, start, ended } = await published();
    const { stateMachineVersionArn } = await states("PublishStateMachineVersion", {
      stateMachineArn: arn,
    });
    expect(stateMachineVersionArn).toBe(`${arn}:2`);
    const { stateMachineVersions } = await states("ListStateMachineVersions", {
      stateMachineArn: arn,
    });
    expect(stateMachineVersions.map((each) => each.stateMachineVersionArn)).toEqual([
      `${arn}:2`,
      `${arn}:1`,
    ]);
    const executionArn = await start(`${arn}:1`);
    expect(await ended(executionArn)).toMatchObject({
      output: '"one"',
      stateMachineArn: arn,
      stateMachineVersionArn: `${arn}:1`,
    });
    expect(await states("DescribeStateMachine", { stateMachineArn: `${arn}:1` })).toMatchObject({
      stateMachineArn: `${arn}:1`,
      description: "first",
    });
  });

  test("publish: of the revision that was meant, or not at all", async () => {
    const { states, arn, refused } = await published();
    expect(
      (await refused("PublishStateMachineVersion", { stateMachineArn: arn, revisionId: "INITIAL" }))
        .code,
    ).toBe("ConflictException");
    const { revisionId = "" } = await states("DescribeStateMachine", { stateMachineArn: arn });
    await states("PublishStateMachineVersion", { stateMachineArn: arn, revisionId });
  });

  test("an alias leads to versions by weight, and protects them", async () => {
    const { states, arn, start, ended, refused } = await published();
    const route = (version: number, weight: number) => ({
      stateMachineVersionArn: `${arn}:${version}`,
      weight,
    });
    const alias = `${arn}:prod`;
    const { stateMachineAliasArn } = await states("CreateStateMachineAlias", {
      name: "prod",
      routingConfiguration: [route(1, 50), route(2, 50)],
    });
    expect(stateMachineAliasArn).toBe(alias);
    const outputs = new Set<string | undefined>();
    for (let count = 0; count < 30; count += 1) {
      const ending = await ended(await start(alias));
      expect(ending.stateMachineAliasArn).toBe(alias);
      outputs.add(ending.output);
    }
    expect(outputs).toEqual(new Set(['"one"', '"two"']));
    expect(
      await refused("DeleteStateMachineVersion", { stateMachineVersionArn: `${arn}:1` }),
    ).toEqual({
      code: "ConflictException",
      message:
        "Version to be deleted must not be referenced by an alias. Current list of aliases " +
        "referencing version 1: [prod]",
    });
    await states("UpdateStateMachineAlias", {
      stateMachineAliasArn: alias,
      routingConfiguration: [route(2, 100)],
    });
    await states("DeleteStateMachineVersion", { stateMachineVersionArn: `${arn}:1` });
    const { routingConfiguration } = await states("DescribeStateMachineAlias", {
      stateMachineAliasArn: alias,
    });
    expect(routingConfiguration).toEqual([route(2, 100)]);
    const { stateMachineAliases } = await states("ListStateMachineAliases", {
      stateMachineArn: arn,
    });
    expect(stateMachineAliases).toHaveLength(1);
    await states("DeleteStateMachineAlias", { stateMachineAliasArn: alias });
    expect((await refused("DescribeStateMachineAlias", { stateMachineAliasArn: alias })).code).toBe(
      "ResourceNotFound",
    );
  });

  test("weights add up to 100", async () => {
    const { arn, refused } = await published();
    const routingConfiguration = [{ stateMachineVersionArn: `${arn}:1`, weight: 50 }];
    expect(
      (await refused("CreateStateMachineAlias", { name: "x", routingConfiguration })).code,
    ).toBe("ValidationException");
  });
});
