/** Does the work of a task: all kinds but activities and executions, which are rows of this service. */
import type { Resource } from "../../../languages/asl/resource.ts";
import { apiInvoke } from "./api-invoke.ts";
import { httpInvoke } from "./http-invoke.ts";
import { callFunction, lambdaInvoke } from "./lambda.ts";
import { callOperation } from "./operation-call.ts";
import { callOptimized, OPTIMIZED } from "./optimized.ts";
import { sdkTarget } from "./supported.ts";
import { type IntegrationPorts, type Task, type TaskOutcome, taskFailure } from "./task.ts";

/** Those that do more than call an operation. */
const OWN: Readonly<Record<string, (ports: IntegrationPorts, task: Task) => Promise<TaskOutcome>>> =
  {
    "apigateway:invoke": apiInvoke,
    "http:invoke": httpInvoke,
    "lambda:invoke": lambdaInvoke,
  };

export async function performTask(
  ports: IntegrationPorts,
  task: Omit<Task, "resource"> & { readonly resource: Resource },
): Promise<TaskOutcome> {
  const { resource, input, caller } = task;
  if (resource.kind === "lambda") {
    return callFunction(ports, { functionArn: resource.arn, input, caller });
  }
  if (resource.kind === "activity") {
    throw new Error("an activity is done by a worker");
  }
  const integration = { ...task, resource };
  if (resource.isSdk) {
    const target = sdkTarget(resource, ports.catalog);
    return target === undefined
      ? taskFailure("States.Runtime", `Millrace does not support the resource ${resource.arn}.`)
      : callOperation(ports, integration, target);
  }
  const name = `${resource.service}:${resource.action}`;
  const own = OWN[name];
  if (own !== undefined) {
    return own(ports, integration);
  }
  const optimized = OPTIMIZED[name];
  return optimized === undefined
    ? taskFailure("States.Runtime", `Millrace does not support the resource ${resource.arn}.`)
    : callOptimized(ports, integration, optimized);
}
