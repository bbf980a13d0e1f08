/** CloudFormation: the operations, and the engine that carries deployments out. */
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { Sinks } from "../../outbox/sink.ts";
import {
  bindOperations,
  type CorePorts,
  type Operations,
  type Service,
  type TimerHandler,
} from "../../services/service.ts";
import { endWait, takeAnswer } from "./custom-answer.ts";
import { createEngine, type Engine } from "./engine.ts";
import { ANSWER_TIMER, FORGET_TIMER, TIMEOUT_TIMER } from "./keys.ts";
import { cancelUpdateStack } from "./operations/cancel-update-stack.ts";
import { createChangeSet } from "./operations/create-change-set.ts";
import { createStack } from "./operations/create-stack.ts";
import { deleteChangeSet } from "./operations/delete-change-set.ts";
import { deleteStack } from "./operations/delete-stack.ts";
import { describeChangeSet } from "./operations/describe-change-set.ts";
import { describeStackEvents } from "./operations/describe-stack-events.ts";
import { describeStackResource } from "./operations/describe-stack-resource.ts";
import { describeStackResources } from "./operations/describe-stack-resources.ts";
import { describeStacks } from "./operations/describe-stacks.ts";
import { executeChangeSet } from "./operations/execute-change-set.ts";
import { getTemplate } from "./operations/get-template.ts";
import { getTemplateSummary } from "./operations/get-template-summary.ts";
import { listChangeSets } from "./operations/list-change-sets.ts";
import { listExports } from "./operations/list-exports.ts";
import { listImports } from "./operations/list-imports.ts";
import { listStackResources } from "./operations/list-stack-resources.ts";
import { listStacks } from "./operations/list-stacks.ts";
import { updateStack } from "./operations/update-stack.ts";
import { updateTerminationProtection } from "./operations/update-termination-protection.ts";
import { validateTemplate } from "./operations/validate-template.ts";
import type { CloudFormationPorts } from "./stack-lookup.ts";
import { forgetStack, timeOutCreation } from "./timers.ts";

const operations: Operations<CloudFormationPorts, "cloudformation"> = {
  CancelUpdateStack: cancelUpdateStack,
  CreateChangeSet: createChangeSet,
  CreateStack: createStack,
  DeleteChangeSet: deleteChangeSet,
  DeleteStack: deleteStack,
  DescribeChangeSet: describeChangeSet,
  DescribeStackEvents: describeStackEvents,
  DescribeStackResource: describeStackResource,
  DescribeStackResources: describeStackResources,
  DescribeStacks: describeStacks,
  ExecuteChangeSet: executeChangeSet,
  GetTemplate: getTemplate,
  GetTemplateSummary: getTemplateSummary,
  ListChangeSets: listChangeSets,
  ListExports: listExports,
  ListImports: listImports,
  ListStackResources: listStackResources,
  ListStacks: listStacks,
  UpdateStack: updateStack,
  UpdateTerminationProtection: updateTerminationProtection,
  ValidateTemplate: validateTemplate,
};

const timers: Readonly<Record<string, TimerHandler>> = {
  [ANSWER_TIMER]: endWait,
  [FORGET_TIMER]: forgetStack,
  [TIMEOUT_TIMER]: timeOutCreation,
};

export interface CloudFormation {
  readonly service: Service;
  /** Carries out what the operations begin. */
  readonly engine: Engine;
  /** Takes what a provider puts to a `ResponseURL`; `false` when the URL has expired. */
  answer(token: string, body: Uint8Array): Promise<boolean>;
}

export function createCloudFormation(
  ports: CorePorts & {
    readonly dispatcher: Dispatcher;
    /** Filled while the engine is wired; read at each delivery. */
    readonly sinks: Sinks;
    /** The engine's own address. */
    readonly endpoint: string;
    readonly answerGraceMs?: number;
  },
): CloudFormation {
  const { store, clock, random, log, dispatcher, sinks, endpoint, answerGraceMs = 0 } = ports;
  const own = { store, clock, random, log, dispatcher, answerGraceMs };
  return {
    service: {
      name: "cloudformation",
      operations: bindOperations<CloudFormationPorts, "cloudformation">(own, operations),
      timers,
    },
    engine: createEngine({ ...own, sinks, endpoint }),
    answer: (token, body) => takeAnswer(store, token, body),
  };
}
