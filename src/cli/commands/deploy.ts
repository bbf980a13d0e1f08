/** `millrace deploy`: an application into the running engine. */
import { createApplication } from "../../deploy/application.ts";
import { createSystemClock } from "../../platform/clock.ts";
import { deployApplication } from "../deploy-application.ts";
import { runningEngine } from "../engine.ts";
import { absolutePaths } from "../local-engine.ts";
import { type CallerOptions, callerOf } from "../options.ts";
import { findProject } from "../project.ts";
import { createRemoteDispatcher } from "../remote-dispatcher.ts";
import { createStackProgress } from "../stack-progress.ts";
import { formatStack, viewStack } from "../stack-view.ts";
import type { Terminal } from "../terminal.ts";

export interface DeployCommandOptions extends CallerOptions {
  readonly stackName?: string;
  readonly parameter?: Readonly<Record<string, string>>;
  /** Container images, by the logical ids of functions. */
  readonly image?: Readonly<Record<string, string>>;
}

export async function deploy(
  terminal: Terminal,
  template: string | undefined,
  options: DeployCommandOptions,
): Promise<number> {
  const project = findProject(template, options.stackName);
  const endpoint = await runningEngine();
  const caller = callerOf(options);
  const dispatcher = createRemoteDispatcher(endpoint);
  const progress = createStackProgress(project.stackName);
  const application = createApplication({
    dispatcher,
    caller,
    clock: createSystemClock(),
    templatePath: project.templateFile,
    stackName: project.stackName,
    parameters: options.parameter ?? {},
    images: absolutePaths(options.image ?? {}),
    onEvent: progress.onEvent,
  });
  const change = await terminal.progress(
    progress.label,
    deployApplication(application, project.templateFile),
  );
  for (const note of change.notes) {
    terminal.say(terminal.errorColors.yellow(note));
  }
  if (change.kind === "none") {
    terminal.say(`No updates: ${project.stackName} is what the template says.`);
  }
  const view = await viewStack({ dispatcher, caller, endpoint }, change.stack);
  terminal.data({ change: change.kind, notes: change.notes, ...view }, formatStack(terminal, view));
  return 0;
}
