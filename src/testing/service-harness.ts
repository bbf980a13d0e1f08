/** Calls operations of a service as a request would, without HTTP: for unit tests of services. */
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import type { RequestContext, Service } from "../services/service.ts";
import type { ServiceName } from "../wire/model.ts";
import type { Input, OperationName, Output } from "../wire/operations.ts";

export const TEST_ACCOUNT = "000000000000";
export const TEST_REGION = "us-east-1";

/** A request of the default account at `nowMs`; `overrides` name what matters to the test. */
export function requestContext(overrides: Partial<RequestContext> = {}): RequestContext {
  return {
    accountId: TEST_ACCOUNT,
    region: TEST_REGION,
    requestId: "00000000-0000-4000-8000-000000000000",
    nowMs: Date.UTC(2026, 0, 1),
    endpoint: "http://localhost:4566",
    abort: new AbortController().signal,
    trace: undefined,
    accessKeyId: undefined,
    ...overrides,
  };
}

/** An untyped call: `ctx` decides who asks and when. */
export async function callService(
  service: Service,
  operation: string,
  input: unknown,
  ctx: Partial<RequestContext> = {},
): Promise<unknown> {
  const run = service.operations[operation];
  if (run === undefined) {
    throw new Error(`${service.name} has no operation ${operation}`);
  }
  return run(requestContext(ctx), input);
}

export type ServiceCaller<S extends ServiceName> = <O extends OperationName<S>>(
  operation: O,
  input: Input<S, O>,
  ctx?: Partial<RequestContext>,
) => Promise<Output<S, O>>;

/** Calls with the operations' own types, each at the clock's present. */
export function serviceCaller<S extends ServiceName>(
  service: Service,
  clock: SimulatedClock,
): ServiceCaller<S> {
  return async <O extends OperationName<S>>(
    operation: O,
    input: Input<S, O>,
    ctx: Partial<RequestContext> = {},
  ) => {
    const output = await callService(service, operation, input, { nowMs: clock.nowMs(), ...ctx });
    return output as Output<S, O>;
  };
}
