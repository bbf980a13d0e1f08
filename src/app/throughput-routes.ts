/**
 * The switch behind which DynamoDB enforces provisioned throughput:
 * `curl -X PUT http://127.0.0.1:4566/_millrace/dynamodb/throughput -d '{"enforced": true}'`.
 * It is off in a new engine, and after a reset or a restart.
 */
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import type { AdminRoutes } from "../gateway/admin.ts";
import type { DynamoDb } from "../services/dynamodb/service.ts";
import type { HttpResponse } from "../wire/http.ts";

export function throughputRoutes({ throughput }: DynamoDb): AdminRoutes {
  const state = (): object => ({ enforced: throughput.isEnforced });
  return {
    "GET /dynamodb/throughput": async () => state(),
    "PUT /dynamodb/throughput": async (exchange) => {
      const enforced = requestedState(utf8Decode(await exchange.readBody()));
      if (enforced === undefined) {
        return badRequest();
      }
      throughput.isEnforced = enforced;
      return state();
    },
  };
}

function requestedState(body: string): boolean | undefined {
  try {
    const { enforced } = JSON.parse(body) as { readonly enforced?: unknown };
    return typeof enforced === "boolean" ? enforced : undefined;
  } catch {
    return undefined;
  }
}

function badRequest(): HttpResponse {
  const text =
    '{"message":"The body must be {\\"enforced\\": true} or {\\"enforced\\": false}."}\n';
  return {
    status: 400,
    headers: [["content-type", "application/json"]],
    body: utf8Encode(text),
  };
}
