/**
 * What of DynamoDB's slowness a test may ask for, by `curl -X PUT` with a body of JSON:
 *
 * | under `/_millrace`          | body                 | then                                       |
 * |-----------------------------|----------------------|--------------------------------------------|
 * | `/dynamodb/throughput`      | `{"enforced": true}` | provisioned throughput is enforced         |
 * | `/dynamodb/creation-delay`  | `{"ms": 5000}`       | new tables are `CREATING` for that long    |
 *
 * Both are off in a new engine, and after a reset or a restart.
 */
import type { AdminRoutes } from "../gateway/admin.ts";
import type { DynamoDb } from "../services/dynamodb/service.ts";
import { badRequest, bodyOf } from "./admin-body.ts";

export function dynamoDbRoutes({ throughput, creationDelay }: DynamoDb): AdminRoutes {
  const enforcement = (): object => ({ enforced: throughput.isEnforced });
  const delay = (): object => ({ ms: creationDelay.ms });
  return {
    "GET /dynamodb/throughput": async () => enforcement(),
    "PUT /dynamodb/throughput": async (exchange) => {
      const { enforced } = bodyOf(await exchange.readBody());
      if (typeof enforced !== "boolean") {
        return badRequest('The body must be {"enforced": true} or {"enforced": false}.');
      }
      throughput.isEnforced = enforced;
      return enforcement();
    },
    "GET /dynamodb/creation-delay": async () => delay(),
    "PUT /dynamodb/creation-delay": async (exchange) => {
      const { ms } = bodyOf(await exchange.readBody());
      if (typeof ms !== "number" || !(ms >= 0 && ms <= CREATION_DELAY_MS_MAX)) {
        return badRequest(`The body must be {"ms": 0} up to {"ms": ${CREATION_DELAY_MS_MAX}}.`);
      }
      creationDelay.ms = ms;
      return delay();
    },
  };
}

const CREATION_DELAY_MS_MAX = 3_600_000;
