/** Building and deploying an example's template as `millrace dev` does. */
import { createApplication } from "../../src/deploy/application.ts";
import type { Dispatcher } from "../../src/outbox/dispatcher.ts";
import { createSystemClock } from "../../src/platform/clock.ts";
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from "../../src/wire/identity.ts";

/** What the stack says of an output; throws for one that it does not have. */
export type OutputOf = (name: string) => string;

export async function deployed(options: {
  readonly dispatcher: Dispatcher;
  readonly templatePath: string;
  readonly stackName: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}): Promise<OutputOf> {
  const { stack } = await createApplication({
    ...options,
    caller: { accountId: DEFAULT_ACCOUNT, region: DEFAULT_REGION },
    clock: createSystemClock(),
    parameters: options.parameters ?? {},
    onEvent() {},
  }).deploy();
  const outputs = new Map(stack.Outputs?.map((item) => [item.OutputKey, item.OutputValue]));
  return (name) => {
    const value = outputs.get(name);
    if (value === undefined) {
      throw new Error(`the stack has no output ${name}`);
    }
    return value;
  };
}
