/** How far a deployment is, as one moving line. */
import type { StackEvent } from "../wire/models/cloudformation.gen.ts";

export interface StackProgress {
  onEvent(event: StackEvent): void;
  label(): string;
}

export function createStackProgress(stackName: string): StackProgress {
  const done = new Set<string>();
  const begun = new Set<string>();
  let phase = `Building ${stackName}`;
  return {
    onEvent({ LogicalResourceId: id = "", ResourceStatus: status = "" }) {
      if (id === stackName) {
        phase = `Deploying ${stackName}: ${status}`;
      } else {
        (status.endsWith("_COMPLETE") ? done : begun).add(id);
      }
    },
    label: () => (begun.size === 0 ? phase : `${phase}, ${done.size} of ${begun.size} resources`),
  };
}
