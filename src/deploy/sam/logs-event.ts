/**
 * The lines of a log group: a subscription filter, and the permission that it depends on.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-cloudwatchlogs.html
 */
import {
  type EventResult,
  eventProperties,
  eventResource,
  type FunctionEvent,
  functionTarget,
  permission,
} from "./function-event.ts";

// biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders of Fn::Sub
const GROUP_ARN = "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*";

export function logsEvent(event: FunctionEvent): EventResult {
  const { LogGroupName = "", FilterPattern } = eventProperties(event, {
    required: ["LogGroupName", "FilterPattern"],
    optional: [],
  });
  const sourceArn = { "Fn::Sub": [GROUP_ARN, { __LogGroupName__: LogGroupName }] };
  const allowed = permission(event, "logs.amazonaws.com", sourceArn);
  const filter = eventResource(event, "AWS::Logs::SubscriptionFilter", {
    LogGroupName,
    FilterPattern,
    DestinationArn: functionTarget(event),
  });
  return { resources: [allowed, [event.logicalId, { ...filter, DependsOn: [allowed[0]] }]] };
}
