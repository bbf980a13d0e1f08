/**
 * What of Kinesis' slowness a test may ask for, by `curl -X PUT` with a body of JSON:
 *
 * | under `/_millrace`      | body                 | then                                                   |
 * |-------------------------|----------------------|--------------------------------------------------------|
 * | `/kinesis/throughput`   | `{"enforced": true}` | what shards take and give is limited                   |
 * | `/kinesis/transitions`  | `{"ms": 5000}`       | streams and consumers change their state for that long |
 *
 * Both are off in a new engine, and after a reset or a restart.
 */
import type { AdminRoutes } from "../gateway/admin.ts";
import type { Kinesis } from "../services/kinesis/service.ts";
import { badRequest, bodyOf } from "./admin-body.ts";

const TRANSITION_MS_MAX = 3_600_000;

export function kinesisRoutes({ meter, transitions }: Kinesis): AdminRoutes {
  const enforcement = (): object => ({ enforced: meter.isEnforced });
  const delay = (): object => ({ ms: transitions.ms });
  return {
    "GET /kinesis/throughput": async () => enforcement(),
    "PUT /kinesis/throughput": async (exchange) => {
      const { enforced } = bodyOf(await exchange.readBody());
      if (typeof enforced !== "boolean") {
        return badRequest('The body must be {"enforced": true} or {"enforced": false}.');
      }
      meter.isEnforced = enforced;
      return enforcement();
    },
    "GET /kinesis/transitions": async () => delay(),
    "PUT /kinesis/transitions": async (exchange) => {
      const { ms } = bodyOf(await exchange.readBody());
      if (typeof ms !== "number" || !(ms >= 0 && ms <= TRANSITION_MS_MAX)) {
        return badRequest(`The body must be {"ms": 0} up to {"ms": ${TRANSITION_MS_MAX}}.`);
      }
      transitions.ms = ms;
      return delay();
    },
  };
}
