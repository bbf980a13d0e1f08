/** The SDK's client of Step Functions, and what its tests do again and again. */
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import {
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { eventually } from "../examples/eventually.ts";
import { ACCOUNT, type Engine, pagesOf, REGION, zipOf } from "./engine.ts";

const ENDED_MS = 60_000;
export const ROLE: string = `arn:aws:iam::${ACCOUNT}:role/any`;

export interface StatesClients {
  readonly sfn: SFNClient;
  machine(
    name: string,
    definition: object,
    more?: Partial<CreateStateMachineCommandInput>,
  ): Promise<string>;
  start(stateMachineArn: string, input?: unknown, name?: string): Promise<string>;
  ended(executionArn: string): Promise<DescribeExecutionCommandOutput>;
  history(executionArn: string): Promise<readonly HistoryEvent[]>;
}

export function statesClients({ config }: Engine): StatesClients {
  // An engine has one address: there is no `sync-` before it.
  const sfn = new SFNClient({ ...config, disableHostPrefix: true });
  return {
    sfn,
    async machine(name, definition, more = {}) {
      const input = { name, definition: JSON.stringify(definition), roleArn: ROLE, ...more };
      return (await sfn.send(new CreateStateMachineCommand(input))).stateMachineArn ?? "";
    },
    async start(stateMachineArn, input = {}, name = undefined) {
      const command = { stateMachineArn, name, input: JSON.stringify(input) };
      return (await sfn.send(new StartExecutionCommand(command))).executionArn ?? "";
    },
    ended: (executionArn) =>
      eventually({ what: executionArn, withinMs: ENDED_MS }, async () => {
        const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return execution.status === "RUNNING" ? undefined : execution;
      }),
    async history(executionArn) {
      const pages = await pagesOf(
        paginateGetExecutionHistory({ client: sfn, pageSize: 7 }, { executionArn }),
      );
      return pages.flatMap(({ events = [] }) => events);
    },
  };
}

/**
 * One function under many names, its aliases: it returns what it is given, with `answers` for its
 * name, or throws the error that `failing` has for it.
 */
const STEP = `exports.handler = async (event, context) => {
  const name = context.invokedFunctionArn.split(":").at(-1);
  const { failing = {}, answers = {} } = event;
  if (failing[name] !== undefined) {
    throw Object.assign(new Error(name + " says no"), { name: failing[name] });
  }
  return { ...event, ...answers[name] };
};`;

/** The ARN of the function for each name. */
export async function createSteps(
  { config }: Engine,
  names: readonly string[],
): Promise<(name: string) => string> {
  const lambda = new LambdaClient(config);
  const FunctionName = "step";
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "nodejs20.x",
      Role: ROLE,
      Handler: "index.handler",
      Timeout: 30,
      Code: { ZipFile: await zipOf("index.js", STEP) },
    }),
  );
  await waitUntilFunctionActiveV2(
    { client: lambda, maxWaitTime: 30, minDelay: 1 },
    { FunctionName },
  );
  const { Version: FunctionVersion } = await lambda.send(
    new PublishVersionCommand({ FunctionName }),
  );
  for (const Name of names) {
    await lambda.send(new CreateAliasCommand({ FunctionName, FunctionVersion, Name }));
  }
  return (name) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FunctionName}:${name}`;
}
