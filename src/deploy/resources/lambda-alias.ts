/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-alias.html */
import { provision, provisioned } from "./lambda-provisioned.ts";
import { shiftTraffic } from "./lambda-traffic.ts";
import { list, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const GONE = ["ResourceNotFoundException"];

const routing = object({
  AdditionalVersionWeights: list(
    object({ FunctionVersion: text, FunctionWeight: number }, [
      "FunctionVersion",
      "FunctionWeight",
    ]),
  ),
});

export const lambdaAlias: ResourceType = resourceType({
  type: "AWS::Lambda::Alias",
  attributes: ["AliasArn"],
  physicalName: { property: "Name", lengthMax: 128 },
  properties: {
    Description: changes(text),
    FunctionName: replaces(text),
    FunctionVersion: changes(text),
    Name: replaces(text),
    ProvisionedConcurrencyConfig: changes(provisioned),
    RoutingConfig: changes(routing),
  },
  required: ["FunctionName", "FunctionVersion", "Name"],
  exists: (ctx, { FunctionName, Name }) =>
    found(GONE, call(ctx, "lambda", "GetAlias", { FunctionName, Name })),
  async create(ctx, properties) {
    const alias = settingsOf(properties);
    await created(ctx, ["ResourceConflictException"], call(ctx, "lambda", "CreateAlias", alias));
    const { AliasArn = "" } = await call(ctx, "lambda", "GetAlias", {
      FunctionName: alias.FunctionName,
      Name: alias.Name,
    });
    await provision(ctx, qualified(alias), properties.ProvisionedConcurrencyConfig);
    return { physicalId: AliasArn, attributes: { AliasArn } };
  },
  async update(ctx, live, properties, before) {
    const alias = settingsOf(properties);
    await shiftTraffic(ctx, alias);
    await call(ctx, "lambda", "UpdateAlias", alias);
    const { ProvisionedConcurrencyConfig: wanted } = properties;
    if (wanted === undefined && before.ProvisionedConcurrencyConfig !== undefined) {
      await call(ctx, "lambda", "DeleteProvisionedConcurrencyConfig", qualified(alias));
    } else {
      await provision(ctx, qualified(alias), wanted);
    }
    return live;
  },
  async delete(ctx, _, { FunctionName, Name }) {
    await unless(GONE, call(ctx, "lambda", "DeleteAlias", { FunctionName, Name }));
  },
  identify: (ctx) => ctx.name,
});

function qualified({ FunctionName, Name }: Pick<Given, "FunctionName" | "Name">) {
  return { FunctionName, Qualifier: Name };
}

interface Given {
  readonly FunctionName: string;
  readonly FunctionVersion: string;
  readonly Name: string;
  readonly Description?: string | undefined;
  readonly RoutingConfig?: ReturnType<typeof routing> | undefined;
}

/** What a property that the template does not have goes back to is said too. */
function settingsOf({ FunctionName, FunctionVersion, Name, Description, RoutingConfig }: Given) {
  const weights = (RoutingConfig?.AdditionalVersionWeights ?? []).map(
    (one) => [one.FunctionVersion, one.FunctionWeight] as const,
  );
  return {
    FunctionName,
    FunctionVersion,
    Name,
    Description: Description ?? "",
    RoutingConfig: { AdditionalVersionWeights: Object.fromEntries(weights) },
  };
}
