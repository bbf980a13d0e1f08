/** A function host whose invocations stand in the journal. */
import type { FunctionHost } from "../functions/function-host.ts";
import type { Journal } from "../outbox/journal.ts";
import type { Clock } from "../platform/clock.ts";

export function journaledHost(
  host: FunctionHost,
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
): FunctionHost {
  return {
    ...host,
    async invoke(spec, invocation) {
      const result = await host.invoke(spec, invocation);
      journal.note({
        atMs: clock.nowMs(),
        kind: "invocation",
        target: invocation.invokedArn,
        outcome: result.functionError ?? "ok",
        requestId: invocation.requestId,
        trace: invocation.trace,
        durationMs: result.report.durationMs,
        initDurationMs: result.report.initDurationMs,
        initPhases: result.report.initPhases,
      });
      return result;
    },
  };
}
