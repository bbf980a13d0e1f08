import { afterEach, describe, expect, test } from "vitest";
import { API_KEY } from "../../testing/events-fixture.ts";
import { httpAnswer } from "../../testing/scripted-http.ts";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";

let fixture: StatesFixture;
const open = async (): Promise<StatesFixture> => {
  fixture = await createStatesFixture();
  return fixture;
};
afterEach(() => fixture.stop());

const F = "arn:aws:lambda:us-east-1:000000000000:function:double";

function tried(state: object, more: object = {}) {
  return fixture.states("TestState", { definition: JSON.stringify(state), ...more });
}

describe("TestState", () => {
  test("the output, and where it leads", async () => {
    await open();
    const pass = { Type: "Pass", Parameters: { "b.$": "$.a" }, Next: "Other" };
    expect(await tried(pass, { input: '{"a":1}' })).toEqual({
      status: "SUCCEEDED",
      output: '{"b":1}',
      nextState: "Other",
    });
    const choice = {
      Type: "Choice",
      Choices: [{ Variable: "$.a", IsPresent: true, Next: "X" }],
      Default: "Y",
    };
    expect((await tried(choice, { input: '{"a":1}' })).nextState).toBe("X");
    expect((await tried(choice)).nextState).toBe("Y");
    expect(await tried({ Type: "Wait", Seconds: 3_600, End: true })).toEqual({
      status: "SUCCEEDED",
      output: "{}",
    });
    expect(await tried({ Type: "Fail", Error: "E", Cause: "c" })).toEqual({
      status: "FAILED",
      error: "E",
      cause: "c",
    });
  });

  test("a task is done, and its data can be followed", async () => {
    const { fn } = await open();
    await fn("double", (event) => ({ n: (event as { n: number }).n * 2 }));
    const task = {
      Type: "Task",
      Resource: F,
      InputPath: "$.in",
      Parameters: { "n.$": "$.n" },
      ResultSelector: { "m.$": "$.n" },
      ResultPath: "$.out",
      End: true,
    };
    const input = '{"in":{"n":2}}';
    expect(await tried(task, { input, inspectionLevel: "DEBUG" })).toEqual({
      status: "SUCCEEDED",
      output: '{"in":{"n":2},"out":{"m":4}}',
      inspectionData: {
        input,
        afterInputPath: '{"n":2}',
        afterParameters: '{"n":2}',
        result: '{"n":4}',
        afterResultSelector: '{"m":4}',
        afterResultPath: '{"in":{"n":2},"out":{"m":4}}',
        variables: "{}",
      },
    });
  });

  test("mocks: a result, an error that is retried, and then caught", async () => {
    const { host } = await open();
    const task = {
      Type: "Task",
      QueryLanguage: "JSONata",
      Resource: F,
      Output: "{% $states.result.n + $x %}",
      Retry: [{ ErrorEquals: ["E"], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2 }],
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Saved" }],
      Next: "Next",
    };
    expect(await tried(task, { mock: { result: '{"n":1}' }, variables: '{"x":2}' })).toMatchObject({
      status: "SUCCEEDED",
      output: "3",
      nextState: "Next",
    });
    const mock = { errorOutput: { error: "E", cause: "c" } };
    expect(
      await tried(task, {
        mock,
        inspectionLevel: "DEBUG",
        stateConfiguration: { retrierRetryCount: 1 },
      }),
    ).toMatchObject({
      status: "RETRIABLE",
      error: "E",
      cause: "c",
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 6 } },
    });
    expect(await tried(task, { mock, stateConfiguration: { retrierRetryCount: 2 } })).toEqual({
      status: "CAUGHT_ERROR",
      error: "E",
      cause: "c",
      output: '{"Error":"E","Cause":"c"}',
      nextState: "Saved",
    });
    expect(host.calls).toEqual([]);
  });

  test("a state of a whole machine, and what cannot be tested", async () => {
    const { refused } = await open();
    const inner = { StartAt: "B", States: { B: { Type: "Pass", Result: 7, End: true } } };
    const machine = {
      StartAt: "P",
      States: { P: { Type: "Parallel", Branches: [inner], End: true } },
    };
    expect((await tried(machine, { stateName: "B" })).output).toBe("7");
    const definition = JSON.stringify(machine);
    expect((await refused("TestState", { definition, stateName: "P" })).code).toBe(
      "InvalidDefinition",
    );
    expect((await refused("TestState", { definition })).code).toBe("ValidationException");
    expect((await refused("TestState", { definition: '{"Type":"Pass"}' })).code).toBe(
      "InvalidDefinition",
    );
    expect((await refused("TestState", { definition: "{" })).code).toBe("InvalidDefinition");
  });

  const refusal = async (state: object, more: object = {}): Promise<string> => {
    const definition = JSON.stringify(state);
    const { code, message } = await fixture.refused("TestState", { definition, ...more });
    return `${code}: ${message}`;
  };
  const inner = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };
  const result = (value: unknown) => ({ mock: { result: JSON.stringify(value) } });
  const failing = { mock: { errorOutput: { error: "E", cause: "c" } } };

  test("a Map state: what its items become, a mocked result, and errors of it", async () => {
    await open();
    const map = {
      Type: "Map",
      ItemsPath: "$.items",
      ItemSelector: { "v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "k.$": "$.k" },
      MaxConcurrency: 3,
      ItemProcessor: inner,
      ResultSelector: { "first.$": "$[0]" },
      ResultPath: "$.out",
      Catch: [
        { ErrorEquals: ["X"], Next: "N" },
        { ErrorEquals: ["E"], Next: "N" },
      ],
      Next: "N",
    };
    const input = '{"items":["a","b"],"k":1}';
    const debug = { input, inspectionLevel: "DEBUG" };
    expect(await tried(map, { ...debug, ...result([7, 8]) })).toEqual({
      status: "SUCCEEDED",
      output: '{"items":["a","b"],"k":1,"out":{"first":7}}',
      nextState: "N",
      inspectionData: {
        input,
        afterInputPath: input,
        afterItemsPath: '["a","b"]',
        afterItemSelector: '[{"v":"a","i":0,"k":1},{"v":"b","i":1,"k":1}]',
        maxConcurrency: 3,
        result: "[7,8]",
        afterResultSelector: '{"first":7}',
        afterResultPath: '{"items":["a","b"],"k":1,"out":{"first":7}}',
        variables: "{}",
      },
    });
    const stateConfiguration = { errorCausedByState: "I" };
    expect(await tried(map, { ...debug, ...failing, stateConfiguration })).toMatchObject({
      status: "CAUGHT_ERROR",
      error: "E",
      inspectionData: { errorDetails: { catchIndex: 1 } },
    });
    expect(await refusal(map, { input })).toMatch(/^InvalidDefinition: .*only with a mock/);
    expect(await refusal(map, { input, ...result({}) })).toMatch(/^ValidationException: .*array/);
    const unknown = { input, ...failing, stateConfiguration: { errorCausedByState: "Z" } };
    expect(await refusal(map, unknown)).toMatch(/^ValidationException: .*'Z'/);
    expect(await tried(map, { input: "{}", ...result([]) })).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
    });
  });

  test("a distributed Map state: items that were read, batches, tolerated failures", async () => {
    await open();
    const map = {
      Type: "Map",
      QueryLanguage: "JSONata",
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        Arguments: { Bucket: "b", Key: "k" },
        ReaderConfig: { InputType: "JSON", ItemsPointer: "/rows" },
      },
      ItemSelector: { id: "{% $states.context.Map.Item.Value.id %}" },
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { by: "{% $states.input.by %}" } },
      ToleratedFailureCount: 1,
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
        ...inner,
      },
      End: true,
    };
    const mapItemReaderData = '{"rows":[{"id":1},{"id":2},{"id":3}]}';
    const options = {
      input: '{"by":"me"}',
      inspectionLevel: "DEBUG",
      ...result([1, 2]),
    };
    const tolerated = { mapItemReaderData, mapIterationFailureCount: 1 };
    expect(await tried(map, { ...options, stateConfiguration: tolerated })).toMatchObject({
      status: "SUCCEEDED",
      output: "[1,2]",
      inspectionData: {
        afterItemsPointer: '[{"id":1},{"id":2},{"id":3}]',
        afterItemSelector: '[{"id":1},{"id":2},{"id":3}]',
        afterItemBatcher:
          '[{"BatchInput":{"by":"me"},"Items":[{"id":1},{"id":2}]},' +
          '{"BatchInput":{"by":"me"},"Items":[{"id":3}]}]',
        toleratedFailureCount: 1,
        result: "[1,2]",
      },
    });
    const exceeded = { mapItemReaderData, mapIterationFailureCount: 2 };
    expect(await tried(map, { ...options, stateConfiguration: exceeded })).toMatchObject({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
    });
    const more = { mapItemReaderData, mapIterationFailureCount: 4 };
    expect(await refusal(map, { ...options, stateConfiguration: more })).toMatch(
      /^ValidationException: .*number of items/,
    );
  });

  test("a Parallel state: a result for each branch", async () => {
    await open();
    const parallel = {
      Type: "Parallel",
      Parameters: { "x.$": "$.a" },
      Branches: [inner, { StartAt: "J", States: { J: { Type: "Succeed" } } }],
      Retry: [
        { ErrorEquals: ["X"], IntervalSeconds: 9 },
        { ErrorEquals: ["E"], IntervalSeconds: 5 },
      ],
      Next: "N",
    };
    const options = { input: '{"a":1}', inspectionLevel: "DEBUG" };
    expect(await tried(parallel, { ...options, ...result([1, "b"]) })).toMatchObject({
      status: "SUCCEEDED",
      output: '[1,"b"]',
      nextState: "N",
      inspectionData: { afterParameters: '{"x":1}', result: '[1,"b"]' },
    });
    expect(await tried(parallel, { ...options, ...failing })).toMatchObject({
      status: "RETRIABLE",
      inspectionData: { errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 5 } },
    });
    expect(await refusal(parallel, result([1]))).toMatch(/2 elements/);
  });

  test("mocks are held against the shape of the operation", async () => {
    await open();
    const task = (resource: string) => ({
      Type: "Task",
      Resource: `arn:aws:states:::${resource}`,
      Parameters: {},
      End: true,
    });
    const start = task("aws-sdk:sfn:startExecution");
    const good = { ExecutionArn: "arn", StartDate: "2026-01-01T00:00:00Z" };
    expect(await tried(start, result(good))).toMatchObject({ status: "SUCCEEDED" });
    expect(await refusal(start, result({ ExecutionArn: "arn" }))).toBe(
      "ValidationException: The mock result is not valid: 'StartDate' is required",
    );
    const mode = (value: unknown, fieldValidationMode: string) => ({
      mock: { result: JSON.stringify(value), fieldValidationMode },
    });
    expect(await tried(start, mode({}, "PRESENT"))).toMatchObject({ status: "SUCCEEDED" });
    expect(await refusal(start, mode({ ExecutionArn: 1 }, "PRESENT"))).toMatch(/type string/);
    expect(await tried(start, mode([1], "NONE"))).toMatchObject({ output: "[1]" });
    const item = task("dynamodb:getItem");
    expect(await refusal(item, result({ Item: { a: "b" } }))).toMatch(
      /'Item\.a' must be an object/,
    );
    expect(await refusal(item, result({ Itm: {} }))).toMatch(/'Itm' is not a member/);
    expect(
      await tried(item, result({ Item: { a: { S: "b" } }, SdkHttpMetadata: {} })),
    ).toMatchObject({ status: "SUCCEEDED" });
    const token = {
      ...task("sqs:sendMessage.waitForTaskToken"),
      Parameters: { "t.$": "$$.Task.Token" },
    };
    expect(await refusal(token)).toMatch(/^InvalidDefinition/);
    expect(await tried(token, result("anything"))).toMatchObject({ output: '"anything"' });
    expect(await refusal({ Type: "Pass", End: true }, result(1))).toMatch(
      /^ValidationException: A mock can only be specified for Task, Map, or Parallel states/,
    );
    expect(await refusal(start, { mock: {} })).toMatch(/^ValidationException/);
    expect(await refusal(start, { mock: { result: "{" } })).toMatch(/valid JSON/);
  });

  test("the context object is given with a mock", async () => {
    await open();
    const task = {
      Type: "Task",
      Resource: F,
      Parameters: { "id.$": "$$.Execution.Id", "v.$": "$$.Map.Item.Value", "n.$": "$$.State.Name" },
      End: true,
    };
    const context = JSON.stringify({
      Execution: { Id: "arn:mine" },
      Map: { Item: { Index: 3, Value: "x" } },
    });
    const debug = { inspectionLevel: "DEBUG", context };
    expect((await tried(task, { ...debug, ...result(1) })).inspectionData).toMatchObject({
      afterParameters: '{"id":"arn:mine","v":"x","n":"State"}',
    });
    expect(await refusal(task, { context })).toMatch(/^ValidationException: .*mock/);
    const odd = JSON.stringify({ Execution: { Id: 7 } });
    expect(await refusal(task, { ...result(1), context: odd })).toMatch(/'Execution\.Id'/);
    const other = JSON.stringify({ Nothing: {} });
    expect(await refusal(task, { ...result(1), context: other })).toMatch(/'Nothing'/);
  });

  test("an HTTP task: its request and its answer, and the secrets of the connection", async () => {
    const { http, call, settle } = await open();
    http.script(() => httpAnswer(201, '{"ok":true}', { "x-one": "1" }));
    const { ConnectionArn } = await call("events", "CreateConnection", {
      Name: "conn",
      AuthorizationType: "API_KEY",
      AuthParameters: API_KEY,
    });
    await settle();
    const task = {
      Type: "Task",
      Resource: "arn:aws:states:::http:invoke",
      Parameters: {
        ApiEndpoint: "https://example.com/a",
        Method: "POST",
        Authentication: { ConnectionArn },
        QueryParameters: { q: "a b" },
        RequestBody: { n: 1 },
      },
      End: true,
    };
    const options = { inspectionLevel: "TRACE" };
    const { inspectionData } = await tried(task, options);
    expect(inspectionData).toMatchObject({
      request: {
        protocol: "https",
        method: "POST",
        url: "https://example.com/a?q=a%20b",
        body: '{"n":1}',
      },
      response: { statusCode: "201", statusMessage: "Created", body: '{"ok":true}' },
    });
    expect(JSON.parse(inspectionData?.response?.headers ?? "")).toEqual({ "x-one": ["1"] });
    const { ApiKeyName = "", ApiKeyValue = "" } = API_KEY.ApiKeyAuthParameters ?? {};
    const headersOf = (text: string | undefined) => JSON.parse(text ?? "{}");
    expect(headersOf(inspectionData?.request?.headers)).not.toHaveProperty([ApiKeyName]);
    const revealed = await tried(task, { ...options, revealSecrets: true });
    const headers = headersOf(revealed.inspectionData?.request?.headers);
    expect(headers).toHaveProperty([ApiKeyName], ApiKeyValue);
  });
});
