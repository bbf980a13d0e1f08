/**
 * Aliases: names for versions, that may send a part of the invocations to a second version.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
import type { ReadTx } from "../../store/store.ts";
import type { Input, Output } from "../../wire/operations.ts";
import { aliasNotFound, invalidParameterValue } from "./errors.ts";
import { existingFunction } from "./function.ts";
import { type FunctionId, LATEST, qualifiedArn } from "./function-name.ts";
import { aliases, functionKey } from "./keys.ts";

export interface Alias extends FunctionId {
  readonly alias: string;
  /** What it points to: `3`, `$LATEST`. */
  readonly version: string;
  readonly description: string;
  /** What part of the invocations another version gets, by its number: 0 to 1. At most one. */
  readonly weights: Readonly<Record<string, number>>;
  readonly revisionId: string;
}

type Routing = Input<"lambda", "CreateAlias">["RoutingConfig"];

export function existingAlias(tx: ReadTx, id: FunctionId, name: string): Alias {
  const alias = aliases.get(tx, [...functionKey(id), name]);
  if (alias === undefined) {
    throw aliasNotFound(qualifiedArn(id, name));
  }
  return alias;
}

export function aliasesOf(tx: ReadTx, id: FunctionId): readonly Alias[] {
  return [...aliases.list(tx, { prefix: functionKey(id) })].map(({ record }) => record);
}

export function weightsOf(routing: Routing): Alias["weights"] {
  return routing?.AdditionalVersionWeights ?? {};
}

/** Every version it names is there, and weights are a share of one second version. */
export function checkAlias(tx: ReadTx, alias: Alias): void {
  const { version, weights } = alias;
  existingFunction(tx, { ...alias, qualifier: version });
  const routed = Object.entries(weights);
  if (routed.length === 0) {
    return;
  }
  if (routed.length > 1) {
    throw invalidParameterValue(
      "Number of items in AdditionalVersionWeights cannot be greater than 1",
    );
  }
  for (const [other, weight] of routed) {
    if (version === LATEST || other === LATEST) {
      throw invalidParameterValue(
        "$LATEST is not supported for an alias pointing to more than 1 version",
      );
    }
    if (other === version) {
      throw invalidParameterValue(
        `Invalid function version ${other}. Function version ${other} is already included in routing configuration.`,
      );
    }
    if (weight < 0 || weight > 1) {
      throw invalidParameterValue(
        `Invalid weight ${weight} for version ${other}: a weight is between 0.0 and 1.0.`,
      );
    }
    existingFunction(tx, { ...alias, qualifier: other });
  }
}

/** The version an invocation goes to; `chance` is uniform in [0, 1). */
export function routedVersion({ version, weights }: Alias, chance: number): string {
  let bound = 0;
  for (const [other, weight] of Object.entries(weights)) {
    bound += weight;
    if (chance < bound) {
      return other;
    }
  }
  return version;
}

export function shownAlias(alias: Alias): Output<"lambda", "GetAlias"> {
  const { weights } = alias;
  return {
    AliasArn: qualifiedArn(alias, alias.alias),
    Name: alias.alias,
    FunctionVersion: alias.version,
    Description: alias.description,
    ...(Object.keys(weights).length > 0 && {
      RoutingConfig: { AdditionalVersionWeights: weights },
    }),
    RevisionId: alias.revisionId,
  };
}
