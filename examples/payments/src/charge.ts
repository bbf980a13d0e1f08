import { randomUUID } from "node:crypto";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { getParameter } from "@aws-lambda-powertools/parameters/ssm";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { NewPayment, Payment } from "./payment.js";
import { logger, metrics, setting, table, tracer } from "./tools.js";

/** The same key with another amount is a mistake of the client, and refused. */
export const idempotency = new IdempotencyConfig({
  eventKeyJmesPath: "key",
  payloadValidationJmesPath: "[merchant, amountCents]",
  expiresAfterSeconds: 60 * 60,
});

/** Charges a payment once for each key, however often it is asked. */
export const charge = makeIdempotent(
  async (payment: NewPayment): Promise<Payment> => {
    const feePercent = Number(await getParameter(setting("FEE_PARAMETER"), { maxAge: 1 }));
    const feeCents = Math.round((payment.amountCents * feePercent) / 100);
    const charged = { ...payment, id: randomUUID(), feeCents };
    await table.send(new PutCommand({ TableName: setting("PAYMENTS_TABLE"), Item: charged }));
    tracer.putAnnotation("paymentId", charged.id);
    metrics.addMetric("ChargedCents", MetricUnit.Count, payment.amountCents);
    logger.info("payment charged", { id: charged.id, key: payment.key });
    return charged;
  },
  {
    persistenceStore: new DynamoDBPersistenceLayer({ tableName: setting("IDEMPOTENCY_TABLE") }),
    config: idempotency,
  },
);
