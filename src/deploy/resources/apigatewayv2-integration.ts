/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-integration.html */
import { list, map, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const MAPPING_KEYS = ["Destination", "Source"] as const;

export const apigatewayv2Integration: ResourceType = resourceType({
  type: "AWS::ApiGatewayV2::Integration",
  attributes: ["IntegrationId"],
  properties: {
    ApiId: replaces(text),
    ConnectionId: changes(text),
    ConnectionType: changes(text),
    CredentialsArn: changes(text),
    Description: changes(text),
    IntegrationMethod: changes(text),
    IntegrationSubtype: changes(text),
    IntegrationType: changes(text),
    IntegrationUri: changes(text),
    PayloadFormatVersion: changes(text),
    RequestParameters: changes(map(text)),
    ResponseParameters: changes(
      map(
        object(
          { ResponseParameters: list(object({ Destination: text, Source: text }, MAPPING_KEYS)) },
          ["ResponseParameters"],
        ),
      ),
    ),
    TimeoutInMillis: changes(number),
    TlsConfig: changes(object({ ServerNameToVerify: text })),
  },
  required: ["ApiId", "IntegrationType"],
  async create(ctx, properties) {
    const earlier = ctx.resumed ? await madeEarlier(ctx, properties) : undefined;
    const { ResponseParameters: _, ...given } = properties;
    const input = { ...given, ...responseMappings(properties) };
    const IntegrationId =
      earlier ?? (await call(ctx, "apigatewayv2", "CreateIntegration", input)).IntegrationId ?? "";
    return { physicalId: IntegrationId, attributes: { IntegrationId } };
  },
  async update(ctx, live, properties, before) {
    const { ResponseParameters: _, ...given } = properties;
    await call(ctx, "apigatewayv2", "UpdateIntegration", {
      ...given,
      ...changedMappings(properties, before),
      IntegrationId: live.physicalId,
    });
    return live;
  },
  async delete(ctx, { physicalId: IntegrationId }, { ApiId }) {
    await unless(
      ["NotFoundException"],
      call(ctx, "apigatewayv2", "DeleteIntegration", { ApiId, IntegrationId }),
    );
  },
});

interface Mapped {
  readonly RequestParameters?: Readonly<Record<string, string>> | undefined;
  readonly ResponseParameters?:
    | Readonly<
        Record<
          string,
          {
            readonly ResponseParameters: readonly {
              readonly Destination: string;
              readonly Source: string;
            }[];
          }
        >
      >
    | undefined;
}

type Mappings = Readonly<Record<string, string>>;

/** Templates list what the operation takes as a map. */
function responseMappings({ ResponseParameters }: Mapped): {
  readonly ResponseParameters?: Readonly<Record<string, Mappings>>;
} {
  if (ResponseParameters === undefined) {
    return {};
  }
  const mappings = Object.entries(ResponseParameters).map(
    ([status, { ResponseParameters: rows }]) => [
      status,
      Object.fromEntries(rows.map(({ Destination, Source }) => [Destination, Source])),
    ],
  );
  return { ResponseParameters: Object.fromEntries(mappings) };
}

/** An update leaves alone what it does not name, and takes away what it names with nothing. */
function changedMappings(after: Mapped, before: Mapped): object {
  const request = { ...emptied(before.RequestParameters), ...after.RequestParameters };
  const response = {
    ...Object.fromEntries(Object.keys(before.ResponseParameters ?? {}).map((key) => [key, {}])),
    ...responseMappings(after).ResponseParameters,
  };
  return {
    ...(Object.keys(request).length > 0 && { RequestParameters: request }),
    ...(Object.keys(response).length > 0 && { ResponseParameters: response }),
  };
}

function emptied(mappings: Mappings | undefined): Mappings {
  return Object.fromEntries(Object.keys(mappings ?? {}).map((key) => [key, ""]));
}

/**
 * An integration that no route uses and that is as ours would be: the one a run that was cut off
 * has left, or as good as it.
 */
async function madeEarlier(
  ctx: ResourceContext,
  wanted: {
    readonly ApiId: string;
    readonly IntegrationType: string;
    readonly IntegrationSubtype?: string | undefined;
    readonly IntegrationUri?: string | undefined;
  },
): Promise<string | undefined> {
  const { ApiId, IntegrationType, IntegrationSubtype, IntegrationUri } = wanted;
  const { Items: routes } = await call(ctx, "apigatewayv2", "GetRoutes", { ApiId });
  const used = new Set((routes ?? []).map(({ Target }) => Target));
  const { Items: integrations } = await call(ctx, "apigatewayv2", "GetIntegrations", { ApiId });
  const unused = (integrations ?? []).find(
    (integration) =>
      integration.IntegrationType === IntegrationType &&
      integration.IntegrationSubtype === IntegrationSubtype &&
      integration.IntegrationUri === IntegrationUri &&
      !used.has(`integrations/${integration.IntegrationId}`),
  );
  return unused?.IntegrationId;
}
