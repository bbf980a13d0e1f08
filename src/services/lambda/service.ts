/** Lambda: functions, asynchronous invocation, event source mappings. README.md says what is missing. */
import type { EventSources } from "../../outbox/event-source.ts";
import type { JobKinds } from "../../outbox/job.ts";
import { bindOperations, type Operations, type Service } from "../service.ts";
import { ASYNC_INVOCATION, asyncInvocationJobs, lambdaSink } from "./async-invocation.ts";
import { readCode } from "./code-url.ts";
import { concludeWith } from "./invocation-record.ts";
import { createInvoker } from "./invoker.ts";
import { createEventSources, MAPPING_TIMER, runMappingTimer } from "./mapping-states.ts";
import { addPermission } from "./operations/add-permission.ts";
import { createEventSourceMapping } from "./operations/create-event-source-mapping.ts";
import { createFunction } from "./operations/create-function.ts";
import { deleteEventSourceMapping } from "./operations/delete-event-source-mapping.ts";
import { deleteFunction } from "./operations/delete-function.ts";
import { deleteFunctionConcurrency } from "./operations/delete-function-concurrency.ts";
import { deleteFunctionEventInvokeConfig } from "./operations/delete-function-event-invoke-config.ts";
import { getAccountSettings } from "./operations/get-account-settings.ts";
import { getEventSourceMapping } from "./operations/get-event-source-mapping.ts";
import { getFunction } from "./operations/get-function.ts";
import { getFunctionCodeSigningConfig } from "./operations/get-function-code-signing-config.ts";
import { getFunctionConcurrency } from "./operations/get-function-concurrency.ts";
import { getFunctionConfiguration } from "./operations/get-function-configuration.ts";
import { getFunctionEventInvokeConfig } from "./operations/get-function-event-invoke-config.ts";
import { getPolicy } from "./operations/get-policy.ts";
import { invoke } from "./operations/invoke.ts";
import { listEventSourceMappings } from "./operations/list-event-source-mappings.ts";
import { listFunctionEventInvokeConfigs } from "./operations/list-function-event-invoke-configs.ts";
import { listFunctions } from "./operations/list-functions.ts";
import { listTags } from "./operations/list-tags.ts";
import { listVersionsByFunction } from "./operations/list-versions-by-function.ts";
import { putFunctionConcurrency } from "./operations/put-function-concurrency.ts";
import { putFunctionEventInvokeConfig } from "./operations/put-function-event-invoke-config.ts";
import { removePermission } from "./operations/remove-permission.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { updateEventSourceMapping } from "./operations/update-event-source-mapping.ts";
import { updateFunctionCode } from "./operations/update-function-code.ts";
import { updateFunctionConfiguration } from "./operations/update-function-configuration.ts";
import { updateFunctionEventInvokeConfig } from "./operations/update-function-event-invoke-config.ts";
import type { BoundLambdaPorts, LambdaPorts } from "./ports.ts";

const operations: Operations<BoundLambdaPorts, "lambda"> = {
  AddPermission: addPermission,
  CreateEventSourceMapping: createEventSourceMapping,
  CreateFunction: createFunction,
  DeleteEventSourceMapping: deleteEventSourceMapping,
  DeleteFunction: deleteFunction,
  DeleteFunctionConcurrency: deleteFunctionConcurrency,
  DeleteFunctionEventInvokeConfig: deleteFunctionEventInvokeConfig,
  GetAccountSettings: getAccountSettings,
  GetEventSourceMapping: getEventSourceMapping,
  GetFunction: getFunction,
  GetFunctionCodeSigningConfig: getFunctionCodeSigningConfig,
  GetFunctionConcurrency: getFunctionConcurrency,
  GetFunctionConfiguration: getFunctionConfiguration,
  GetFunctionEventInvokeConfig: getFunctionEventInvokeConfig,
  GetPolicy: getPolicy,
  Invoke: invoke,
  ListEventSourceMappings: listEventSourceMappings,
  ListFunctionEventInvokeConfigs: listFunctionEventInvokeConfigs,
  ListFunctions: listFunctions,
  ListTags: listTags,
  ListVersionsByFunction: listVersionsByFunction,
  PutFunctionConcurrency: putFunctionConcurrency,
  PutFunctionEventInvokeConfig: putFunctionEventInvokeConfig,
  RemovePermission: removePermission,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateEventSourceMapping: updateEventSourceMapping,
  UpdateFunctionCode: updateFunctionCode,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
  UpdateFunctionEventInvokeConfig: updateFunctionEventInvokeConfig,
};

export interface Lambda {
  readonly service: Service;
  /** For the outbox worker: asynchronous invocations. */
  readonly jobs: JobKinds;
  /** For the pollers: the mappings that are enabled. */
  readonly eventSources: EventSources;
  /** The zip file behind a path of `Code.Location`, if there is one. */
  readCode(path: string): Promise<Uint8Array | undefined>;
}

export function createLambda(ports: LambdaPorts): Lambda {
  const invoker = createInvoker(ports);
  return {
    service: {
      name: "lambda",
      operations: bindOperations({ ...ports, invoker }, operations),
      sink: lambdaSink,
      timers: { [MAPPING_TIMER]: runMappingTimer },
    },
    jobs: {
      [ASYNC_INVOCATION]: asyncInvocationJobs({
        store: ports.store,
        clock: ports.clock,
        invoker,
        conclude: concludeWith(ports.sinks),
      }),
    },
    eventSources: createEventSources(ports.store),
    readCode: (path) => readCode(ports, path),
  };
}
