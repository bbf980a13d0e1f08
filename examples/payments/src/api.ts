import { NotFoundError, Router } from "@aws-lambda-powertools/event-handler/http";
import { metrics as measured } from "@aws-lambda-powertools/event-handler/http/middleware/metrics";
import { tracer as traced } from "@aws-lambda-powertools/event-handler/http/middleware/tracer";
import {
  IdempotencyAlreadyInProgressError,
  IdempotencyValidationError,
} from "@aws-lambda-powertools/idempotency";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Context } from "aws-lambda";
import { charge, idempotency } from "./charge.js";
import { parsePayment } from "./payment.js";
import { logger, metrics, setting, table, tracer } from "./tools.js";

const app = new Router({ logger });

app.use(traced(tracer));
app.use(measured(metrics));

app.post("/payments", async ({ req }) => {
  const body = await req.json().catch(() => undefined);
  const payment = await charge(parsePayment(body, req.headers.get("idempotency-key")));
  return { statusCode: 201, body: JSON.stringify(payment) };
});

app.get("/payments/:id", async ({ params }) => {
  const { id } = params;
  const { Item } = await table.send(
    new GetCommand({ TableName: setting("PAYMENTS_TABLE"), Key: { id } }),
  );
  if (Item === undefined) {
    throw new NotFoundError(`There is no payment ${id}.`);
  }
  return Item;
});

app.errorHandler(IdempotencyAlreadyInProgressError, async () => ({
  statusCode: 409,
  body: JSON.stringify({ message: "The payment is being charged: ask again." }),
}));

app.errorHandler(IdempotencyValidationError, async () => ({
  statusCode: 422,
  body: JSON.stringify({ message: "The key belongs to another payment." }),
}));

export const handler = async (event: unknown, context: Context): Promise<unknown> => {
  logger.addContext(context);
  idempotency.registerLambdaContext(context);
  return app.resolve(event, context);
};
