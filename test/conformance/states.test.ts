/** Step Functions with the SDK: workflows as people print them, and the API around them. */
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetActivityTaskCommand,
  InvalidArn,
  InvalidDefinition,
  InvalidExecutionInput,
  InvalidName,
  ListTagsForResourceCommand,
  paginateListExecutions,
  paginateListStateMachines,
  RedriveExecutionCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineDoesNotExist,
  StateMachineTypeNotSupported,
  StopExecutionCommand,
  TaskTimedOut,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { ACCOUNT, pagesOf, REGION, startEngine } from "./engine.ts";
import { createSteps, statesClients } from "./states-clients.ts";

const engine = await startEngine();
const { sfn, machine, start, ended, history } = statesClients(engine);
const sqs = new SQSClient(engine.config);
const NAMES = [
  ...["validate-order", "check-inventory", "process-payment", "update-inventory", "ship-order"],
  ...["send-confirmation", "refund", "validate-payment", "charge-card", "process-refund", "unsafe"],
] as const;
const arnOf = await createSteps(engine, NAMES);
const task = (name: (typeof NAMES)[number], more: object) => ({
  Type: "Task",
  Resource: arnOf(name),
  ...more,
});
const caught = (error: string, Next: string) => [{ ErrorEquals: [error], Next }];
const pass = { Type: "Pass", End: true };
const one = (state: object) => ({ StartAt: "S", States: { S: state } });
const MISSING = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:missing`;

describe("an order with a payment that is looked at", () => {
  const order = {
    StartAt: "ValidateOrder",
    States: {
      ValidateOrder: task("validate-order", { Next: "ProcessPayment" }),
      ProcessPayment: task("process-payment", { Next: "IsPaymentSuccessful" }),
      IsPaymentSuccessful: {
        Type: "Choice",
        Choices: [{ Variable: "$.paymentSuccess", BooleanEquals: true, Next: "ShipOrder" }],
        Default: "PaymentFailed",
      },
      ShipOrder: task("ship-order", { End: true }),
      PaymentFailed: { Type: "Fail", Cause: "Payment processing failed", Error: "PaymentError" },
    },
  };

  test.each([
    [true, { status: "SUCCEEDED" }],
    [false, { status: "FAILED", error: "PaymentError", cause: "Payment processing failed" }],
  ])("paid: %s", async (paymentSuccess, ending) => {
    const arn = await machine(`payment-${paymentSuccess}`, order);
    const input = { answers: { "process-payment": { paymentSuccess } } };
    expect(await ended(await start(arn, input))).toMatchObject(ending);
  });
});

describe("an order with inventory, fulfilment and refund", () => {
  const alone = (name: "update-inventory" | "send-confirmation") => ({
    StartAt: name,
    States: { [name]: task(name, { End: true }) },
  });
  const order = {
    StartAt: "ValidateOrder",
    States: {
      ValidateOrder: task("validate-order", {
        Next: "CheckInventory",
        Catch: caught("ValidationError", "OrderFailed"),
        Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 1 }],
      }),
      CheckInventory: task("check-inventory", {
        Next: "ProcessPayment",
        Catch: caught("InsufficientInventory", "OrderFailed"),
      }),
      ProcessPayment: task("process-payment", {
        Next: "FulfillOrder",
        Catch: caught("PaymentFailed", "RefundAndFail"),
      }),
      FulfillOrder: {
        Type: "Parallel",
        Branches: [alone("update-inventory"), alone("send-confirmation")],
        Next: "OrderComplete",
      },
      OrderComplete: { Type: "Succeed" },
      RefundAndFail: task("refund", { Next: "OrderFailed" }),
      OrderFailed: {
        Type: "Fail",
        Error: "OrderProcessingFailed",
        Cause: "Order could not be processed",
      },
    },
  };

  test("fulfilled: the outputs of both branches", async () => {
    const { status, output } = await ended(await start(await machine("order", order), { id: 1 }));
    expect([status, output]).toEqual(["SUCCEEDED", '[{"id":1},{"id":1}]']);
  });

  test.each([
    ["validate-order", "ValidationError", ["ValidateOrder", "OrderFailed"]],
    [
      "check-inventory",
      "InsufficientInventory",
      ["ValidateOrder", "CheckInventory", "OrderFailed"],
    ],
    [
      "process-payment",
      "PaymentFailed",
      ["ValidateOrder", "CheckInventory", "ProcessPayment", "RefundAndFail", "OrderFailed"],
    ],
  ])("%s fails with %s", async (name, error, states) => {
    const executionArn = await start(await machine("order", order), { failing: { [name]: error } });
    expect(await ended(executionArn)).toMatchObject({
      status: "FAILED",
      error: "OrderProcessingFailed",
      cause: "Order could not be processed",
    });
    const entered = (await history(executionArn)).map((event) => event.stateEnteredEventDetails);
    expect(entered.flatMap((details) => details?.name ?? [])).toEqual(states);
  });
});

describe("an order whose payment is compensated", () => {
  const order = {
    StartAt: "ValidateOrder",
    States: {
      ValidateOrder: task("validate-order", {
        Next: "CheckInventory",
        Catch: caught("ValidationError", "OrderFailed"),
      }),
      CheckInventory: task("check-inventory", {
        Next: "ProcessPayment",
        Catch: caught("InsufficientInventory", "OrderFailed"),
      }),
      ProcessPayment: task("process-payment", {
        Next: "UpdateInventory",
        Catch: caught("PaymentFailed", "OrderFailed"),
      }),
      UpdateInventory: task("update-inventory", {
        Next: "SendNotification",
        Catch: caught("States.ALL", "CompensatePayment"),
      }),
      SendNotification: task("send-confirmation", { End: true }),
      CompensatePayment: task("refund", { Next: "OrderFailed" }),
      OrderFailed: { Type: "Fail", Cause: "Order processing failed" },
    },
  };

  test.each([
    [{}, "SUCCEEDED", false],
    [{ "process-payment": "PaymentFailed" }, "FAILED", false],
    [{ "update-inventory": "AnyError" }, "FAILED", true],
  ])("failing: %j", async (failing, status, isCompensated) => {
    const executionArn = await start(await machine("compensated", order), { failing });
    expect((await ended(executionArn)).status).toBe(status);
    const states = (await history(executionArn)).map((item) => item.stateEnteredEventDetails?.name);
    expect(states.includes("CompensatePayment")).toBe(isCompensated);
  });
});

describe("a payment with a confirmation", () => {
  const payment = (QueueUrl: string) => ({
    StartAt: "ValidatePayment",
    States: {
      ValidatePayment: task("validate-payment", {
        Retry: [{ ErrorEquals: ["Lambda.ServiceException", "Lambda.TooManyRequestsException"] }],
        Catch: [{ ErrorEquals: ["ValidationError"], Next: "PaymentFailed", ResultPath: "$.error" }],
        Next: "ChargeCard",
      }),
      ChargeCard: task("charge-card", {
        HeartbeatSeconds: 10,
        TimeoutSeconds: 30,
        Catch: [
          {
            ErrorEquals: ["CardDeclined", "InsufficientFunds"],
            Next: "RefundIfPartial",
            ResultPath: "$.error",
          },
        ],
        Next: "SendConfirmation",
      }),
      SendConfirmation: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage",
        Parameters: {
          QueueUrl,
          MessageBody: {
            type: "payment_confirmation",
            "payment_id.$": "$.payment_id",
            "amount.$": "$.amount",
          },
        },
        End: true,
      },
      RefundIfPartial: {
        Type: "Choice",
        Choices: [{ Variable: "$.partial_charge", BooleanEquals: true, Next: "ProcessRefund" }],
        Default: "PaymentFailed",
      },
      ProcessRefund: task("process-refund", { Next: "PaymentFailed" }),
      PaymentFailed: { Type: "Fail", Error: "PaymentFailed", Cause: "Card charge failed" },
    },
  });

  test("charged: confirmed through the queue", async () => {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "email-queue" }));
    const arn = await machine("pay", payment(QueueUrl));
    const input = { payment_id: "p1", amount: 12 };
    expect((await ended(await start(arn, input))).status).toBe("SUCCEEDED");
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(JSON.parse(Messages?.[0]?.Body ?? "")).toEqual({
      type: "payment_confirmation",
      ...input,
    });
  });

  test("declined after a part was charged: refunded", async () => {
    const arn = await machine("pay-part", payment("any"));
    const failing = { "charge-card": "CardDeclined" };
    const executionArn = await start(arn, { partial_charge: true, failing });
    expect(await ended(executionArn)).toMatchObject({ status: "FAILED", error: "PaymentFailed" });
    const refunded = (await history(executionArn)).find(
      (event) => event.stateEnteredEventDetails?.name === "ProcessRefund",
    );
    expect(JSON.parse(refunded?.stateEnteredEventDetails?.input ?? "")).toMatchObject({
      partial_charge: true,
      error: { Error: "CardDeclined" },
    });
  });

  test("printed with states that it lacks: refused, and told where", async () => {
    const { States, ...rest } = payment("any");
    const { ProcessRefund: _, ...lacking } = States;
    const definition = { ...rest, States: lacking };
    await expect(machine("lacking", definition)).rejects.toThrow(InvalidDefinition);
    const { result, diagnostics } = await sfn.send(
      new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(definition) }),
    );
    expect([result, diagnostics?.map(({ location }) => location)]).toEqual([
      "FAIL",
      ["/States/RefundIfPartial/Choices[0]/Next"],
    ]);
  });
});

describe("patterns", () => {
  test("a poller: asks, waits, and asks again until it is done", async () => {
    const arn = await machine("poller", {
      QueryLanguage: "JSONata",
      StartAt: "Submit",
      States: {
        Submit: { Type: "Pass", Assign: { asked: 0 }, Next: "Ask" },
        Ask: { Type: "Pass", Assign: { asked: "{% $asked + 1 %}" }, Next: "Done?" },
        "Done?": {
          Type: "Choice",
          Choices: [{ Condition: "{% $asked = 3 %}", Next: "Done" }],
          Default: "Pause",
        },
        Pause: { Type: "Wait", Seconds: "{% 0 %}", Next: "Ask" },
        Done: { Type: "Succeed", Output: "{% {'asked': $asked} %}" },
      },
    });
    expect((await ended(await start(arn))).output).toBe('{"asked":3}');
  });

  test("scatter and gather: each item in its own iteration, results in their order", async () => {
    const arn = await machine("scatter", {
      StartAt: "Scatter",
      States: {
        Scatter: {
          Type: "Map",
          ItemsPath: "$.orders",
          MaxConcurrency: 2,
          ItemSelector: {
            "id.$": "$$.Map.Item.Value.id",
            "at.$": "$$.Map.Item.Index",
            "failing.$": "$$.Map.Item.Value.failing",
          },
          ItemProcessor: {
            StartAt: "Price",
            States: {
              Price: task("validate-order", { Next: "Good", Catch: caught("NoPrice", "Bad") }),
              Good: { Type: "Pass", Parameters: { "id.$": "$.id", "at.$": "$.at" }, End: true },
              Bad: { Type: "Pass", Result: "unknown", End: true },
            },
          },
          ResultSelector: { "all.$": "$", "count.$": "States.ArrayLength($)" },
          End: true,
        },
      },
    });
    const failing = { "validate-order": "NoPrice" };
    const orders = [
      { id: "a", failing: {} },
      { id: "b", failing },
      { id: "c", failing: {} },
    ];
    const { output } = await ended(await start(arn, { orders }));
    expect(JSON.parse(output ?? "")).toEqual({
      all: [{ id: "a", at: 0 }, "unknown", { id: "c", at: 2 }],
      count: 3,
    });
  });

  test("a circuit breaker: opens after a failure, and lets nothing through while it is open", async () => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "circuit" }));
    const arn = await machine("breaker", {
      StartAt: "Look",
      States: {
        Look: {
          Type: "Task",
          Resource: "arn:aws:states:::aws-sdk:sqs:getQueueAttributes",
          Parameters: { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] },
          ResultSelector: {
            "failures.$": "States.StringToJson($.Attributes.ApproximateNumberOfMessages)",
          },
          ResultPath: "$.circuit",
          Next: "Open?",
        },
        "Open?": {
          Type: "Choice",
          Choices: [{ Variable: "$.circuit.failures", NumericGreaterThan: 0, Next: "Rejected" }],
          Default: "Call",
        },
        Call: task("unsafe", { End: true, Catch: caught("States.ALL", "Trip") }),
        Trip: {
          Type: "Task",
          Resource: "arn:aws:states:::sqs:sendMessage",
          Parameters: { QueueUrl, MessageBody: "failure" },
          Next: "Failed",
        },
        Failed: { Type: "Fail", Error: "CallFailed" },
        Rejected: { Type: "Fail", Error: "CircuitOpen" },
      },
    });
    expect((await ended(await start(arn))).status).toBe("SUCCEEDED");
    const bad = await ended(await start(arn, { failing: { unsafe: "Boom" } }));
    expect(bad.error).toBe("CallFailed");
    expect((await ended(await start(arn))).error).toBe("CircuitOpen");
  });

  test("a worker of its own: takes a task from an activity, beats, and answers", async () => {
    const { activityArn } = await sfn.send(new CreateActivityCommand({ name: "packing" }));
    const arn = await machine("activity", one({ Type: "Task", Resource: activityArn, End: true }));
    const executionArn = await start(arn, { parcel: 7 });
    const { taskToken, input } = await sfn.send(
      new GetActivityTaskCommand({ activityArn, workerName: "ada" }),
    );
    expect(input).toBe('{"parcel":7}');
    await sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '"packed"' }));
    expect((await ended(executionArn)).output).toBe('"packed"');
    await expect(sfn.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }))).rejects.toThrow(
      TaskTimedOut,
    );
  });

  test("a token through a queue is answered by whoever takes the message", async () => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "tokens" }));
    const arn = await machine(
      "token",
      one({
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Parameters: { QueueUrl, MessageBody: { "token.$": "$$.Task.Token" } },
        End: true,
      }),
    );
    const executionArn = await start(arn);
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }),
    );
    const { Body = "", ReceiptHandle } = Messages?.[0] ?? {};
    const { token: taskToken } = JSON.parse(Body);
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"by":"ada"}' }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    expect((await ended(executionArn)).output).toBe('{"by":"ada"}');
  });
});

describe("executions", () => {
  test("the whole history, in pages, forward and backward", async () => {
    const executionArn = await start(await machine("history", one(pass)), { a: 1 });
    await ended(executionArn);
    expect(await history(executionArn)).toMatchObject([
      {
        id: 1,
        previousEventId: 0,
        type: "ExecutionStarted",
        timestamp: expect.any(Date),
        executionStartedEventDetails: { input: '{"a":1}' },
      },
      {
        id: 2,
        type: "PassStateEntered",
        stateEnteredEventDetails: {
          name: "S",
          input: '{"a":1}',
          inputDetails: { truncated: false },
        },
      },
      { id: 3, type: "PassStateExited", stateExitedEventDetails: { name: "S", output: '{"a":1}' } },
      { id: 4, type: "ExecutionSucceeded", executionSucceededEventDetails: { output: '{"a":1}' } },
    ]);
  });

  test("a name starts once: the same input is the same execution, another is refused", async () => {
    const arn = await machine("named", one({ Type: "Wait", Seconds: 600, End: true }));
    const first = await start(arn, { a: 1 }, "same");
    expect(await start(arn, { a: 1 }, "same")).toBe(first);
    await expect(start(arn, { a: 2 }, "same")).rejects.toThrow(ExecutionAlreadyExists);
    await sfn.send(new StopExecutionCommand({ executionArn: first, error: "E", cause: "enough" }));
    expect(await sfn.send(new DescribeExecutionCommand({ executionArn: first }))).toMatchObject({
      status: "ABORTED",
      error: "E",
      cause: "enough",
      stopDate: expect.any(Date),
    });
    const listed = await pagesOf(
      paginateListExecutions({ client: sfn }, { stateMachineArn: arn, statusFilter: "ABORTED" }),
    );
    expect(listed.flatMap(({ executions = [] }) => executions)).toMatchObject([{ name: "same" }]);
  });

  test("one that failed is redriven from where it failed", async () => {
    const arn = await machine("redrive", {
      StartAt: "A",
      States: { A: { Type: "Pass", Next: "B" }, B: task("unsafe", { End: true }) },
    });
    const executionArn = await start(arn, { failing: { unsafe: "Boom" } });
    expect(await ended(executionArn)).toMatchObject({
      status: "FAILED",
      error: "Boom",
      redriveStatus: "REDRIVABLE",
    });
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    expect(await ended(executionArn)).toMatchObject({ status: "FAILED", redriveCount: 1 });
    const types = (await history(executionArn)).map(({ type }) => type);
    expect(types.filter((type) => type === "PassStateEntered")).toHaveLength(1);
    expect(types).toContain("ExecutionRedriven");
  });

  test("an Express machine answers at once, and with its error when it fails", async () => {
    const type = "EXPRESS" as const;
    const stateMachineArn = await machine("quick", one(pass), { type });
    expect(
      await sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{"n":1}' })),
    ).toMatchObject({
      status: "SUCCEEDED",
      output: '{"n":1}',
      startDate: expect.any(Date),
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
    const failing = await machine("quick-bad", one({ Type: "Fail", Error: "E", Cause: "c" }), {
      type,
    });
    expect(
      await sfn.send(new StartSyncExecutionCommand({ stateMachineArn: failing })),
    ).toMatchObject({ status: "FAILED", error: "E", cause: "c" });
    const standard = await machine("slow", one(pass));
    await expect(
      sfn.send(new StartSyncExecutionCommand({ stateMachineArn: standard })),
    ).rejects.toThrow(StateMachineTypeNotSupported);
  });
});

describe("machines", () => {
  test("versions and aliases: an alias keeps to its version when the machine changes", async () => {
    const result = (Result: string) => one({ ...pass, Result });
    const { stateMachineArn, stateMachineVersionArn } = await sfn
      .send(
        new UpdateStateMachineCommand({
          stateMachineArn: await machine("released", result("one")),
          definition: JSON.stringify(result("two")),
          publish: true,
          versionDescription: "the second",
        }),
      )
      .then((updated) => ({
        ...updated,
        stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:released`,
      }));
    const { stateMachineAliasArn = "" } = await sfn.send(
      new CreateStateMachineAliasCommand({
        name: "live",
        routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
      }),
    );
    const definition = JSON.stringify(result("three"));
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
    const ending = await ended(await start(stateMachineAliasArn));
    expect(ending).toMatchObject({ output: '"two"', stateMachineAliasArn, stateMachineVersionArn });
    expect((await ended(await start(stateMachineArn))).output).toBe('"three"');
  });

  test("described, listed, tagged, deleted", async () => {
    const stateMachineArn = await machine("kept", one(pass), { tags: [{ key: "a", value: "b" }] });
    expect(await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      name: "kept",
      status: "ACTIVE",
      type: "STANDARD",
    });
    const { tags } = await sfn.send(
      new ListTagsForResourceCommand({ resourceArn: stateMachineArn }),
    );
    expect(tags).toEqual([{ key: "a", value: "b" }]);
    const listed = async () => {
      const pages = await pagesOf(paginateListStateMachines({ client: sfn, pageSize: 3 }, {}));
      return pages.flatMap(({ stateMachines = [] }) => stateMachines.map(({ name }) => name));
    };
    expect(await listed()).toContain("kept");
    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    expect(await listed()).not.toContain("kept");
  });

  test("errors are the SDK's classes", async () => {
    const stateMachineArn = await machine("errors", one(pass));
    const sent = (input: { stateMachineArn: string; input?: string; name?: string }) =>
      sfn.send(new StartExecutionCommand(input));
    await expect(sent({ stateMachineArn: MISSING })).rejects.toThrow(StateMachineDoesNotExist);
    await expect(sent({ stateMachineArn: "no arn" })).rejects.toThrow(InvalidArn);
    await expect(sent({ stateMachineArn, input: "{" })).rejects.toThrow(InvalidExecutionInput);
    await expect(sent({ stateMachineArn, name: "a*b" })).rejects.toThrow(InvalidName);
    await expect(
      sfn.send(
        new DescribeExecutionCommand({
          executionArn: stateMachineArn.replace("stateMachine", "execution").concat(":none"),
        }),
      ),
    ).rejects.toThrow(ExecutionDoesNotExist);
  });
});
