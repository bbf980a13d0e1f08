/** The target of a deployment: its function, by name. */
import type { ReadTx } from "../../store/store.ts";
import { type Deployment, requireDeployment } from "./deployment.ts";
import { targetDoesNotExist } from "./errors.ts";
import type { Owner } from "./keys.ts";

export function requireTarget(
  tx: ReadTx,
  owner: Owner,
  { deploymentId, targetId }: { readonly deploymentId: string; readonly targetId: string },
): Deployment {
  const deployment = requireDeployment(tx, owner, deploymentId);
  if (deployment.spec.functionName !== targetId) {
    throw targetDoesNotExist(targetId);
  }
  return deployment;
}
