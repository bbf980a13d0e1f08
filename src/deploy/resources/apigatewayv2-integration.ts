/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-integration.html */
import { map, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

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
    TimeoutInMillis: changes(number),
    TlsConfig: changes(object({ ServerNameToVerify: text })),
  },
  required: ["ApiId", "IntegrationType"],
  async create(ctx, properties) {
    const earlier = ctx.resumed ? await madeEarlier(ctx, properties) : undefined;
    const IntegrationId =
      earlier ??
      (await call(ctx, "apigatewayv2", "CreateIntegration", properties)).IntegrationId ??
      "";
    return { physicalId: IntegrationId, attributes: { IntegrationId } };
  },
  async update(ctx, live, properties) {
    await call(ctx, "apigatewayv2", "UpdateIntegration", {
      ...properties,
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

/**
 * An integration that no route uses and that is as ours would be: the one a run that was cut off
 * has left, or as good as it.
 */
async function madeEarlier(
  ctx: ResourceContext,
  wanted: {
    readonly ApiId: string;
    readonly IntegrationType: string;
    readonly IntegrationUri?: string | undefined;
  },
): Promise<string | undefined> {
  const { ApiId, IntegrationType, IntegrationUri } = wanted;
  const { Items: routes } = await call(ctx, "apigatewayv2", "GetRoutes", { ApiId });
  const used = new Set((routes ?? []).map(({ Target }) => Target));
  const { Items: integrations } = await call(ctx, "apigatewayv2", "GetIntegrations", { ApiId });
  const unused = (integrations ?? []).find(
    (integration) =>
      integration.IntegrationType === IntegrationType &&
      integration.IntegrationUri === IntegrationUri &&
      !used.has(`integrations/${integration.IntegrationId}`),
  );
  return unused?.IntegrationId;
}
