/** Every operation of every service that has a model, with the types of its input and output. */
import type { ServiceName } from "./model.ts";
import type { ApigatewayOperations } from "./models/apigateway.gen.ts";
import type { Apigatewayv2Operations } from "./models/apigatewayv2.gen.ts";
import type { ApplicationautoscalingOperations } from "./models/applicationautoscaling.gen.ts";
import type { CloudformationOperations } from "./models/cloudformation.gen.ts";
import type { CloudwatchOperations } from "./models/cloudwatch.gen.ts";
import type { CodedeployOperations } from "./models/codedeploy.gen.ts";
import type { DynamodbOperations } from "./models/dynamodb.gen.ts";
import type { DynamodbstreamsOperations } from "./models/dynamodbstreams.gen.ts";
import type { EventsOperations } from "./models/events.gen.ts";
import type { IamOperations } from "./models/iam.gen.ts";
import type { KinesisOperations } from "./models/kinesis.gen.ts";
import type { LambdaOperations } from "./models/lambda.gen.ts";
import type { LogsOperations } from "./models/logs.gen.ts";
import type { PipesOperations } from "./models/pipes.gen.ts";
import type { S3Operations } from "./models/s3.gen.ts";
import type { SchedulerOperations } from "./models/scheduler.gen.ts";
import type { SchemasOperations } from "./models/schemas.gen.ts";
import type { SecretsmanagerOperations } from "./models/secretsmanager.gen.ts";
import type { SnsOperations } from "./models/sns.gen.ts";
import type { SqsOperations } from "./models/sqs.gen.ts";
import type { SsmOperations } from "./models/ssm.gen.ts";
import type { StatesOperations } from "./models/states.gen.ts";
import type { StsOperations } from "./models/sts.gen.ts";

export interface ServiceOperations {
  apigateway: ApigatewayOperations;
  apigatewayv2: Apigatewayv2Operations;
  applicationautoscaling: ApplicationautoscalingOperations;
  cloudformation: CloudformationOperations;
  cloudwatch: CloudwatchOperations;
  codedeploy: CodedeployOperations;
  dynamodb: DynamodbOperations;
  dynamodbstreams: DynamodbstreamsOperations;
  events: EventsOperations;
  iam: IamOperations;
  kinesis: KinesisOperations;
  lambda: LambdaOperations;
  logs: LogsOperations;
  pipes: PipesOperations;
  s3: S3Operations;
  scheduler: SchedulerOperations;
  schemas: SchemasOperations;
  secretsmanager: SecretsmanagerOperations;
  sns: SnsOperations;
  sqs: SqsOperations;
  ssm: SsmOperations;
  states: StatesOperations;
  sts: StsOperations;
}

export type OperationName<S extends ServiceName> = keyof ServiceOperations[S] & string;

export type Input<
  S extends ServiceName,
  O extends OperationName<S>,
> = ServiceOperations[S][O] extends { input: infer I } ? I : never;

export type Output<
  S extends ServiceName,
  O extends OperationName<S>,
> = ServiceOperations[S][O] extends { output: infer R } ? R : never;
