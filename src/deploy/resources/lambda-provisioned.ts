/** Provisioned concurrency of a version or an alias: a deployment waits until it is there. */
import { number, object, PropertyError, type Shape } from "./property-shape.ts";
import { call, type ResourceContext } from "./resource-type.ts";
import { waitUntil } from "./wait.ts";

export interface ProvisionedConcurrency {
  readonly ProvisionedConcurrentExecutions: number;
}

export const provisioned: Shape<ProvisionedConcurrency> = object(
  { ProvisionedConcurrentExecutions: number },
  ["ProvisionedConcurrentExecutions"],
);

/** Throws when the environments could not be initialised. */
export async function provision(
  ctx: ResourceContext,
  of: { readonly FunctionName: string; readonly Qualifier: string },
  wanted: ProvisionedConcurrency | undefined,
): Promise<void> {
  if (wanted === undefined) {
    return;
  }
  await call(ctx, "lambda", "PutProvisionedConcurrencyConfig", { ...of, ...wanted });
  await waitUntil(ctx, `provisioned concurrency of ${of.FunctionName}`, async () => {
    const config = await call(ctx, "lambda", "GetProvisionedConcurrencyConfig", of);
    if (config.Status === "FAILED") {
      throw new PropertyError(
        `Provisioned Concurrency configuration failed to be applied. Reason: ${config.StatusReason}`,
      );
    }
    return config.Status === "READY" ? config : undefined;
  });
}
