/** Every resource type that can be deployed. */
import { apigatewayAccount } from "./apigateway-account.ts";
import { apigatewayApiKey } from "./apigateway-api-key.ts";
import { apigatewayAuthorizer } from "./apigateway-authorizer.ts";
import { apigatewayDeployment } from "./apigateway-deployment.ts";
import { apigatewayGatewayResponse } from "./apigateway-gateway-response.ts";
import { apigatewayMethod } from "./apigateway-method.ts";
import { apigatewayModel } from "./apigateway-model.ts";
import { apigatewayRequestValidator } from "./apigateway-request-validator.ts";
import { apigatewayResource } from "./apigateway-resource.ts";
import { apigatewayRestApi } from "./apigateway-rest-api.ts";
import { apigatewayStage } from "./apigateway-stage.ts";
import { apigatewayUsagePlan } from "./apigateway-usage-plan.ts";
import { apigatewayUsagePlanKey } from "./apigateway-usage-plan-key.ts";
import { apigatewayv2Api } from "./apigatewayv2-api.ts";
import { apigatewayv2Authorizer } from "./apigatewayv2-authorizer.ts";
import { apigatewayv2Deployment } from "./apigatewayv2-deployment.ts";
import { apigatewayv2Integration } from "./apigatewayv2-integration.ts";
import { apigatewayv2Route } from "./apigatewayv2-route.ts";
import { apigatewayv2Stage } from "./apigatewayv2-stage.ts";
import { applicationautoscalingScalableTarget } from "./applicationautoscaling-scalable-target.ts";
import { applicationautoscalingScalingPolicy } from "./applicationautoscaling-scaling-policy.ts";
import { cloudwatchAlarm } from "./cloudwatch-alarm.ts";
import { cloudwatchCompositeAlarm } from "./cloudwatch-composite-alarm.ts";
import { cloudwatchDashboard } from "./cloudwatch-dashboard.ts";
import { codedeployApplication } from "./codedeploy-application.ts";
import { codedeployDeploymentConfig } from "./codedeploy-deployment-config.ts";
import { codedeployDeploymentGroup } from "./codedeploy-deployment-group.ts";
import { customResource, isCustomType } from "./custom-resource.ts";
import { dynamodbGlobalTable } from "./dynamodb-global-table.ts";
import { dynamodbTable } from "./dynamodb-table.ts";
import { eventSchemasDiscoverer } from "./event-schemas-discoverer.ts";
import { eventSchemasRegistry } from "./event-schemas-registry.ts";
import { eventSchemasSchema } from "./event-schemas-schema.ts";
import { eventsApiDestination } from "./events-api-destination.ts";
import { eventsArchive } from "./events-archive.ts";
import { eventsConnection } from "./events-connection.ts";
import { eventsEventBus } from "./events-event-bus.ts";
import { eventsEventBusPolicy } from "./events-event-bus-policy.ts";
import { eventsRule } from "./events-rule.ts";
import { iamManagedPolicy } from "./iam-managed-policy.ts";
import { iamPolicy } from "./iam-policy.ts";
import { iamRole } from "./iam-role.ts";
import { kinesisResourcePolicy } from "./kinesis-resource-policy.ts";
import { kinesisStream } from "./kinesis-stream.ts";
import { kinesisStreamConsumer } from "./kinesis-stream-consumer.ts";
import { lambdaAlias } from "./lambda-alias.ts";
import { lambdaCodeSigningConfig } from "./lambda-code-signing-config.ts";
import { lambdaEventInvokeConfig } from "./lambda-event-invoke-config.ts";
import { lambdaEventSourceMapping } from "./lambda-event-source-mapping.ts";
import { lambdaFunction } from "./lambda-function.ts";
import { lambdaLayerVersion } from "./lambda-layer-version.ts";
import { lambdaLayerVersionPermission } from "./lambda-layer-version-permission.ts";
import { lambdaPermission } from "./lambda-permission.ts";
import { lambdaUrl } from "./lambda-url.ts";
import { lambdaVersion } from "./lambda-version.ts";
import { logsLogGroup } from "./logs-log-group.ts";
import { logsMetricFilter } from "./logs-metric-filter.ts";
import { logsSubscriptionFilter } from "./logs-subscription-filter.ts";
import { cdkMetadata, waitConditionHandle } from "./no-operation.ts";
import { pipesPipe } from "./pipes-pipe.ts";
import type { ResourceType } from "./resource-type.ts";
import { s3Bucket } from "./s3-bucket.ts";
import { s3BucketPolicy } from "./s3-bucket-policy.ts";
import { schedulerSchedule } from "./scheduler-schedule.ts";
import { schedulerScheduleGroup } from "./scheduler-schedule-group.ts";
import { secretsManagerResourcePolicy } from "./secretsmanager-resource-policy.ts";
import { secretsManagerRotationSchedule } from "./secretsmanager-rotation-schedule.ts";
import { secretsManagerSecret } from "./secretsmanager-secret.ts";
import { snsSubscription } from "./sns-subscription.ts";
import { snsTopic } from "./sns-topic.ts";
import { snsTopicPolicy } from "./sns-topic-policy.ts";
import { sqsQueue } from "./sqs-queue.ts";
import { sqsQueuePolicy } from "./sqs-queue-policy.ts";
import { ssmParameter } from "./ssm-parameter.ts";
import { stepfunctionsActivity } from "./stepfunctions-activity.ts";
import { stepfunctionsStateMachine } from "./stepfunctions-state-machine.ts";
import { stepfunctionsStateMachineAlias } from "./stepfunctions-state-machine-alias.ts";
import { stepfunctionsStateMachineVersion } from "./stepfunctions-state-machine-version.ts";

export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    apigatewayAccount,
    apigatewayApiKey,
    apigatewayAuthorizer,
    apigatewayDeployment,
    apigatewayGatewayResponse,
    apigatewayMethod,
    apigatewayModel,
    apigatewayRequestValidator,
    apigatewayResource,
    apigatewayRestApi,
    apigatewayStage,
    apigatewayUsagePlan,
    apigatewayUsagePlanKey,
    apigatewayv2Api,
    apigatewayv2Authorizer,
    apigatewayv2Deployment,
    apigatewayv2Integration,
    apigatewayv2Route,
    apigatewayv2Stage,
    applicationautoscalingScalableTarget,
    applicationautoscalingScalingPolicy,
    codedeployApplication,
    codedeployDeploymentConfig,
    codedeployDeploymentGroup,
    cloudwatchAlarm,
    cloudwatchCompositeAlarm,
    cloudwatchDashboard,
    dynamodbGlobalTable,
    dynamodbTable,
    eventSchemasDiscoverer,
    eventSchemasRegistry,
    eventSchemasSchema,
    eventsApiDestination,
    eventsArchive,
    eventsConnection,
    eventsEventBus,
    eventsEventBusPolicy,
    eventsRule,
    iamManagedPolicy,
    iamPolicy,
    iamRole,
    kinesisResourcePolicy,
    kinesisStream,
    kinesisStreamConsumer,
    lambdaAlias,
    lambdaCodeSigningConfig,
    lambdaEventInvokeConfig,
    lambdaEventSourceMapping,
    lambdaFunction,
    lambdaLayerVersion,
    lambdaLayerVersionPermission,
    lambdaPermission,
    lambdaUrl,
    lambdaVersion,
    logsLogGroup,
    logsMetricFilter,
    logsSubscriptionFilter,
    waitConditionHandle,
    cdkMetadata,
    pipesPipe,
    s3BucketPolicy,
    s3Bucket,
    schedulerSchedule,
    schedulerScheduleGroup,
    secretsManagerResourcePolicy,
    secretsManagerRotationSchedule,
    secretsManagerSecret,
    snsSubscription,
    snsTopicPolicy,
    snsTopic,
    sqsQueuePolicy,
    sqsQueue,
    ssmParameter,
    stepfunctionsActivity,
    stepfunctionsStateMachine,
    stepfunctionsStateMachineAlias,
    stepfunctionsStateMachineVersion,
  ].map((type) => [type.type, type]),
);

export function resourceTypeOf(name: string): ResourceType | undefined {
  return RESOURCE_TYPES.get(name) ?? (isCustomType(name) ? customResource(name) : undefined);
}
