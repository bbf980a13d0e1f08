/** A group goes with its deployments; one that is under way stops where it is. */
import type { WriteTx } from "../../store/store.ts";
import type { DeploymentGroup } from "./deployment-group.ts";
import { active, deployments, groupKey, groups, histories, type Owner, ownerKey } from "./keys.ts";

export function removeGroup(
  tx: WriteTx,
  owner: Owner,
  { application, name }: DeploymentGroup,
): void {
  const key = groupKey(owner, { application, group: name });
  for (const { id, record } of [...histories.list(tx, { prefix: ownerKey(owner) })]) {
    if (record.application === application && record.group === name) {
      histories.delete(tx, id);
      deployments.delete(tx, [...ownerKey(owner), record.id]);
    }
  }
  active.delete(tx, key);
  groups.delete(tx, key);
}
