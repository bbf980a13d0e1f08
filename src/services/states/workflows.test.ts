/** Whole workflows as people write them: orders, payments, fan-out. */
import { afterEach, describe, expect, test } from "vitest";
import { createStatesFixture, type StatesFixture } from "../../testing/states-fixture.ts";

let fixture: StatesFixture;
afterEach(() => fixture.stop());

/** Functions that note their calls; those named in `failing` throw an error of that name. */
async function world(
  names: readonly string[],
  failing: Readonly<Record<string, string>> = {},
  answers: Readonly<Record<string, unknown>> = {},
): Promise<StatesFixture & { readonly called: readonly string[] }> {
  fixture = await createStatesFixture();
  const called: string[] = [];
  for (const name of names) {
    await fixture.fn(name, (event) => {
      called.push(name);
      const error = failing[name];
      if (error !== undefined) {
        const thrown = new Error(`${name} says no`);
        thrown.name = error;
        throw thrown;
      }
      return name in answers ? answers[name] : event;
    });
  }
  return { ...fixture, called };
}

const fn = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

describe("an order", () => {
  const order = {
    Comment: "Process order workflow",
    StartAt: "ValidateOrder",
    States: {
      ValidateOrder: { Type: "Task", Resource: fn("ValidateOrder"), Next: "ProcessPayment" },
      ProcessPayment: { Type: "Task", Resource: fn("ProcessPayment"), Next: "IsPaymentSuccessful" },
      IsPaymentSuccessful: {
        Type: "Choice",
        Choices: [{ Variable: "$.paymentSuccess", BooleanEquals: true, Next: "ShipOrder" }],
        Default: "PaymentFailed",
      },
      ShipOrder: { Type: "Task", Resource: fn("ShipOrder"), End: true },
      PaymentFailed: { Type: "Fail", Cause: "Payment processing failed", Error: "PaymentError" },
    },
  };

  test.each([
    [true, { status: "SUCCEEDED" }, ["ValidateOrder", "ProcessPayment", "ShipOrder"]],
    [
      false,
      { status: "FAILED", error: "PaymentError", cause: "Payment processing failed" },
      ["ValidateOrder", "ProcessPayment"],
    ],
  ])("paid: %s", async (paymentSuccess, ending, calls) => {
    const { machine, start, ended, called } = await world(
      ["ValidateOrder", "ProcessPayment", "ShipOrder"],
      {},
      { ProcessPayment: { paymentSuccess } },
    );
    expect(await ended(await start(await machine("order", order), { id: 1 }))).toMatchObject(
      ending,
    );
    expect(called).toEqual(calls);
  });

  test("a branch without states is no machine", async () => {
    fixture = await createStatesFixture();
    const definition = JSON.stringify({
      StartAt: "Broadcast",
      States: {
        Broadcast: {
          Type: "Parallel",
          Branches: [{ StartAt: "ProcessA" }, { StartAt: "ProcessB" }, { StartAt: "ProcessC" }],
        },
      },
    });
    const { result, diagnostics } = await fixture.states("ValidateStateMachineDefinition", {
      definition,
    });
    expect(result).toBe("FAIL");
    expect(diagnostics.map(({ location }) => location)).toEqual(
      expect.arrayContaining([0, 1, 2].map((index) => `/States/Broadcast/Branches[${index}]`)),
    );
  });
});

describe("an order with inventory, fulfilment and refund", () => {
  const caught = (error: string, Next: string): object[] => [{ ErrorEquals: [error], Next }];
  const single = (name: string): object => ({
    StartAt: name,
    States: { [name]: { Type: "Task", Resource: fn(name), End: true } },
  });
  const order = {
    Comment: "Order Processing Workflow",
    StartAt: "ValidateOrder",
    States: {
      ValidateOrder: {
        Type: "Task",
        Resource: fn("ValidateOrder"),
        Next: "CheckInventory",
        Catch: caught("ValidationError", "OrderFailed"),
        Retry: [
          {
            ErrorEquals: ["States.TaskFailed"],
            IntervalSeconds: 2,
            MaxAttempts: 3,
            BackoffRate: 2,
          },
        ],
      },
      CheckInventory: {
        Type: "Task",
        Resource: fn("CheckInventory"),
        Next: "ProcessPayment",
        Catch: caught("InsufficientInventory", "OrderFailed"),
      },
      ProcessPayment: {
        Type: "Task",
        Resource: fn("ProcessPayment"),
        Next: "FulfillOrder",
        Catch: caught("PaymentFailed", "RefundAndFail"),
      },
      FulfillOrder: {
        Type: "Parallel",
        Branches: [single("UpdateInventory"), single("SendConfirmation")],
        Next: "OrderComplete",
      },
      OrderComplete: { Type: "Succeed" },
      RefundAndFail: { Type: "Task", Resource: fn("Refund"), Next: "OrderFailed" },
      OrderFailed: {
        Type: "Fail",
        Error: "OrderProcessingFailed",
        Cause: "Order could not be processed",
      },
    },
  };
  const FUNCTIONS = [
    ...["ValidateOrder", "CheckInventory", "ProcessPayment"],
    ...["UpdateInventory", "SendConfirmation", "Refund"],
  ];

  test("all goes well", async () => {
    const { machine, start, ended, called } = await world(FUNCTIONS);
    const ending = await ended(await start(await machine("order", order), { id: 1 }));
    expect(ending).toMatchObject({ status: "SUCCEEDED", output: '[{"id":1},{"id":1}]' });
    expect(called).toHaveLength(5);
  });

  test.each([
    ["ValidateOrder", "ValidationError", 14_000, ["ValidateOrder"]],
    ["CheckInventory", "InsufficientInventory", 0, ["ValidateOrder", "CheckInventory"]],
    [
      "ProcessPayment",
      "PaymentFailed",
      0,
      ["ValidateOrder", "CheckInventory", "ProcessPayment", "Refund"],
    ],
  ])("%s fails with %s", async (name, error, delayMs, steps) => {
    const { machine, start, ended, called } = await world(FUNCTIONS, { [name]: error });
    const ending = await ended(await start(await machine("order", order)));
    expect(ending).toMatchObject({ status: "FAILED", error: "OrderProcessingFailed" });
    const elapsedMs = (ending.stopDate?.getTime() ?? 0) - ending.startDate.getTime();
    expect(elapsedMs).toBe(delayMs);
    expect([...new Set(called)]).toEqual(steps);
  });
});

describe("an order with compensation", () => {
  const task = (name: string, more: object): object => ({
    Type: "Task",
    Resource: fn(name),
    ...more,
  });
  const catches = (error: string, Next: string): object[] => [{ ErrorEquals: [error], Next }];
  const saga = {
    Comment: "Order Processing Workflow",
    StartAt: "ValidateOrder",
    States: {
      ValidateOrder: task("validate-order", {
        Next: "CheckInventory",
        Catch: catches("ValidationError", "OrderFailed"),
      }),
      CheckInventory: task("check-inventory", {
        Next: "ProcessPayment",
        Catch: catches("InsufficientInventory", "OrderFailed"),
      }),
      ProcessPayment: task("process-payment", {
        Next: "UpdateInventory",
        Catch: catches("PaymentFailed", "OrderFailed"),
      }),
      UpdateInventory: task("update-inventory", {
        Next: "SendNotification",
        Catch: catches("States.ALL", "CompensatePayment"),
      }),
      SendNotification: task("send-notification", { End: true }),
      CompensatePayment: task("compensate-payment", { Next: "OrderFailed" }),
      OrderFailed: { Type: "Fail", Cause: "Order processing failed" },
    },
  };
  const FUNCTIONS = [
    ...["validate-order", "check-inventory", "process-payment"],
    ...["update-inventory", "send-notification", "compensate-payment"],
  ];

  test("what fails after the payment is compensated, also over a crash at every step", async () => {
    const { machine, start, states, called, restart, settle } = await world(FUNCTIONS, {
      "update-inventory": "AnyError",
    });
    const executionArn = await start(await machine("saga", saga));
    for (let crash = 0; crash < 6; crash += 1) {
      await restart();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await settle();
    expect(await states("DescribeExecution", { executionArn })).toMatchObject({
      status: "FAILED",
      cause: "Order processing failed",
    });
    expect([...new Set(called)]).toEqual([
      "validate-order",
      "check-inventory",
      "process-payment",
      "update-inventory",
      "compensate-payment",
    ]);
  });
});

describe("a payment", () => {
  const printed = {
    Comment: "Payment processing workflow with retry and compensation",
    StartAt: "ValidatePayment",
    States: {
      ValidatePayment: {
        Type: "Task",
        Resource: fn("validate-payment"),
        Retry: [
          {
            ErrorEquals: ["Lambda.ServiceException", "Lambda.TooManyRequestsException"],
            IntervalSeconds: 2,
            MaxAttempts: 3,
            BackoffRate: 2,
          },
        ],
        Catch: [
          {
            ErrorEquals: ["ValidationError"],
            Next: "PaymentValidationFailed",
            ResultPath: "$.error",
          },
        ],
        Next: "ChargeCard",
      },
      ChargeCard: {
        Type: "Task",
        Resource: fn("charge-card"),
        HeartbeatSeconds: 30,
        TimeoutSeconds: 10,
        Catch: [
          {
            ErrorEquals: ["CardDeclined", "InsufficientFunds"],
            Next: "RefundIfPartial",
            ResultPath: "$.error",
          },
        ],
        Next: "SendConfirmation",
      },
      SendConfirmation: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage",
        Parameters: {
          QueueUrl: "http://127.0.0.1:4566/000000000000/email-queue",
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
      PaymentFailed: { Type: "Fail", Error: "PaymentFailed", Cause: "Card charge failed" },
    },
  };

  test("with states that are missing it is refused, each at its place", async () => {
    fixture = await createStatesFixture();
    const definition = JSON.stringify(printed);
    const { diagnostics } = await fixture.states("ValidateStateMachineDefinition", { definition });
    expect(diagnostics.map(({ message, location }) => [message, location])).toEqual([
      [
        "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
        "/States/ChargeCard/HeartbeatSeconds",
      ],
      ["Missing 'Next' target: PaymentValidationFailed", "/States/ValidatePayment/Catch[0]/Next"],
      ["Missing 'Next' target: ProcessRefund", "/States/RefundIfPartial/Choices[0]/Next"],
    ]);
  });

  const whole = {
    ...printed,
    States: {
      ...printed.States,
      ChargeCard: { ...printed.States.ChargeCard, HeartbeatSeconds: 10, TimeoutSeconds: 30 },
      PaymentValidationFailed: { Type: "Fail", Error: "ValidationFailed" },
      ProcessRefund: { Type: "Task", Resource: fn("process-refund"), Next: "PaymentFailed" },
    },
  };
  const FUNCTIONS = ["validate-payment", "charge-card", "process-refund"];
  const PAYMENT = { payment_id: "p1", amount: 12 };

  test("charged: the confirmation is in the queue", async () => {
    const { machine, start, ended, call } = await world(FUNCTIONS);
    const { QueueUrl = "" } = await call("sqs", "CreateQueue", { QueueName: "email-queue" });
    expect((await ended(await start(await machine("pay", whole), PAYMENT))).status).toBe(
      "SUCCEEDED",
    );
    const { Messages: [message] = [] } = await call("sqs", "ReceiveMessage", { QueueUrl });
    expect(JSON.parse(message?.Body ?? "")).toEqual({ type: "payment_confirmation", ...PAYMENT });
  });

  test("declined after a part was charged: refunded, with the error beside the input", async () => {
    const { machine, start, ended, called, host } = await world(FUNCTIONS, {
      "charge-card": "CardDeclined",
    });
    const input = { ...PAYMENT, partial_charge: true };
    const ending = await ended(await start(await machine("pay", whole), input));
    expect(ending).toMatchObject({ status: "FAILED", error: "PaymentFailed" });
    expect(called).toEqual(FUNCTIONS);
    const refund = JSON.parse(Buffer.from(host.calls.at(-1)?.invocation.payload ?? "").toString());
    expect(refund).toMatchObject({ ...input, error: { Error: "CardDeclined" } });
  });
});
