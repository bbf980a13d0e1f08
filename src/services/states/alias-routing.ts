/** Aliases: which versions they lead to. */
import type { ReadTx } from "../../store/store.ts";
import type { Input } from "../../wire/operations.ts";
import { machineArn, parseMachineArn } from "./arns.ts";
import { resourceNotFound, validationException } from "./errors.ts";
import { aliases, type Owner, ownedKey, versions } from "./keys.ts";
import type { Alias, Route } from "./machine-record.ts";

type Routing = Input<"states", "CreateStateMachineAlias">["routingConfiguration"];

const WEIGHT_SUM = 100;

/**
 * One or two versions of one machine, whose weights add up to 100.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_RoutingConfigurationListItem.html
 */
export function routingOf(
  tx: ReadTx,
  given: Routing,
): { readonly owner: Owner; readonly machine: string; readonly routing: readonly Route[] } {
  const parsed = given.map(({ stateMachineVersionArn: arn, weight }) => {
    const { name, qualifier, accountId, region } = parseMachineArn(arn);
    return { arn, owner: { accountId, region }, name, version: Number(qualifier), weight };
  });
  const [first] = parsed;
  if (first === undefined) {
    throw validationException("The routing configuration must have at least one version");
  }
  if (parsed.some(({ name }) => name !== first.name)) {
    throw validationException("Routing configuration must contain versions of one state machine");
  }
  if (new Set(parsed.map(({ version }) => version)).size < parsed.length) {
    throw validationException(
      "Routing configuration must contain distinct state machine version ARNs",
    );
  }
  if (parsed.reduce((sum, { weight }) => sum + weight, 0) !== WEIGHT_SUM) {
    throw validationException("Sum of routing configuration weights must equal 100");
  }
  for (const { arn, owner, name, version } of parsed) {
    if (!Number.isInteger(version) || !versions.get(tx, [...ownedKey(owner, name), version])) {
      throw resourceNotFound(arn);
    }
  }
  const routing = parsed.map(({ version, weight }) => ({ version, weight }));
  return { owner: first.owner, machine: first.name, routing };
}

export function existingAlias(
  tx: ReadTx,
  arn: string,
): { readonly owner: Owner; readonly machine: string; readonly alias: Alias } {
  const { name: machine, qualifier, accountId, region } = parseMachineArn(arn);
  const owner = { accountId, region };
  const alias =
    qualifier === undefined ? undefined : aliases.get(tx, [...ownedKey(owner, machine), qualifier]);
  if (alias === undefined) {
    throw resourceNotFound(arn);
  }
  return { owner, machine, alias };
}

export function describedRouting(
  owner: Owner,
  machine: string,
  { routing }: Alias,
): readonly { readonly stateMachineVersionArn: string; readonly weight: number }[] {
  return routing.map(({ version, weight }) => ({
    stateMachineVersionArn: `${machineArn(owner, machine)}:${version}`,
    weight,
  }));
}
