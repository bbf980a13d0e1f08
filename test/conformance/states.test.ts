/** Step Functions with the SDK: workflows as people print them, and the API around them. */
import {
  CreateActivityCommand,
  GetActivityTaskCommand,
  InvalidDefinition,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  TaskTimedOut,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { startEngine } from "./engine.ts";
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
const one = (state: object) => ({ StartAt: "S", States: { S: state } });

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
