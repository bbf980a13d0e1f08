import type { EventsOperation } from "../ports.ts";
import { setRuleState } from "../rule-state.ts";

export const disableRule: EventsOperation<"DisableRule"> = (ctx, input) =>
  setRuleState(ctx, input, "DISABLED");
