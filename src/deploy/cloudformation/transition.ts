/** One transition under way: the state as it changes, and the history it leaves. */
import { completed, type KnownResources } from "../../languages/template/plan.ts";
import type { ValueObject } from "../../languages/template/value.ts";
import type { ResourceType } from "../resources/resource-type.ts";
import type {
  HistoryEntry,
  Instance,
  ResourceRecord,
  ResourceStatus,
  Revision,
  StackRecord,
  StackState,
  StackStatus,
} from "./state.ts";

/** What a step takes from outside: the same answers give the same step. */
export interface StepPorts {
  readonly nowMs: number;
  typeOf(name: string): ResourceType;
  /** A name nobody has: `stack-LogicalId-1A2B3C4D5E6F`, as the type wants it. */
  uniqueName(logicalId: string, type: ResourceType, properties: ValueObject): string;
  /** The name of another stack that exports `name`. */
  otherExporter(exportName: string): string | undefined;
  /** The names of the stacks that import `name`. */
  importers(exportName: string): readonly string[];
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const MASK = "*****";

const STACK_TYPE = "AWS::CloudFormation::Stack";

export class Transition {
  readonly ports: StepPorts;
  readonly history: HistoryEntry[] = [];
  readonly resources: Map<string, ResourceRecord>;
  stack: StackRecord;
  target: Revision;
  readonly stable: Revision | undefined;

  constructor(state: StackState, ports: StepPorts) {
    this.ports = ports;
    this.stack = state.stack;
    this.target = state.target;
    this.stable = state.stable;
    this.resources = new Map(state.resources);
  }

  state(): StackState {
    const { stack, target, stable, resources } = this;
    return { stack, target, stable, resources };
  }

  get isFailing(): boolean {
    return this.stack.operation.failure !== undefined;
  }

  workingCount(): number {
    let count = 0;
    for (const resource of this.resources.values()) {
      count += resource.work === undefined ? 0 : 1;
    }
    return count;
  }

  withWork(workId: string): ResourceRecord | undefined {
    for (const resource of this.resources.values()) {
      if (resource.work?.id === workId) {
        return resource;
      }
    }
    return undefined;
  }

  put(resource: ResourceRecord): void {
    this.resources.set(resource.logicalId, resource);
  }

  /** Gives a resource its next status and writes it down. */
  set(
    resource: ResourceRecord,
    status: ResourceStatus,
    reason?: string,
    instance?: Instance,
  ): void {
    this.put({ ...resource, status, statusReason: reason, updatedMs: this.ports.nowMs });
    this.record(resource, status, { reason, instance });
  }

  record(
    resource: ResourceRecord,
    status: ResourceStatus,
    about: {
      readonly reason?: string | undefined;
      readonly instance?: Instance | undefined;
    } = {},
  ): void {
    const { work, live } = resource;
    const instance = about.instance ?? live;
    const draft = work !== undefined && work.kind !== "delete" ? work.draft : instance;
    this.history.push({
      logicalId: resource.logicalId,
      physicalId: instance?.physicalId ?? "",
      type: resource.type,
      status,
      reason: about.reason,
      properties: this.#shown(resource.logicalId, draft?.properties),
      clientToken: this.stack.operation.clientToken,
    });
  }

  setStack(status: StackStatus, reason?: string): void {
    this.stack = { ...this.stack, status, statusReason: reason };
    this.history.push({
      logicalId: this.stack.name,
      physicalId: this.stack.id,
      type: STACK_TYPE,
      status,
      reason,
      properties: undefined,
      clientToken: this.stack.operation.clientToken,
    });
  }

  /** The stack's next phase; every resource has it before it. */
  beginPass(status: StackStatus, reason?: string): void {
    for (const resource of this.resources.values()) {
      this.put({ ...resource, pass: "waiting" });
    }
    this.stack = {
      ...this.stack,
      operation: { ...this.stack.operation, failure: undefined },
    };
    this.setStack(status, reason);
  }

  failOperation(reason = ""): void {
    const { operation } = this.stack;
    this.stack = {
      ...this.stack,
      operation: { ...operation, failure: operation.failure ?? reason },
    };
  }

  nextWorkId(logicalId: string): string {
    const workCount = this.stack.workCount + 1;
    this.stack = { ...this.stack, workCount };
    return `${logicalId}-${workCount}`;
  }

  /** Properties as they may be seen: without what a custom resource wants to be seen by nobody. */
  #shown(logicalId: string, properties: ValueObject | undefined): ValueObject | undefined {
    if (properties === undefined || !this.hasSecrets()) {
      return properties;
    }
    const plan = this.target.plan.resources[logicalId];
    return plan && (completed(plan.properties, this.shown()) as ValueObject);
  }

  hasSecrets(): boolean {
    return [...this.resources.values()].some(({ live }) => live?.noEcho);
  }

  /** What `Ref` and `Fn::GetAtt` show by now: `known`, without secrets. */
  shown(): KnownResources {
    const { ref, attribute } = this.known();
    return {
      ref,
      attribute: (logicalId, name) =>
        this.resources.get(logicalId)?.live?.noEcho ? MASK : attribute(logicalId, name),
    };
  }

  /** What `Ref` and `Fn::GetAtt` give by now. */
  known(): KnownResources {
    return {
      ref: (logicalId) => this.resources.get(logicalId)?.live?.physicalId,
      attribute: (logicalId, name) => this.resources.get(logicalId)?.live?.attributes[name],
    };
  }
}
