/** What `millrace dev` does for one application: deploys it, and again whenever it has changed. */
import {
  type Application,
  type ApplicationChange,
  createApplication,
} from "../../deploy/application.ts";
import { isFunction } from "../../deploy/stack-resources.ts";
import type { Watcher } from "../../deploy/watch.ts";
import type { Caller } from "../../outbox/dispatcher.ts";
import { startStopwatch } from "../../platform/stopwatch.ts";
import { deployApplication } from "../deploy-application.ts";
import { reportFailure } from "../failure.ts";
import type { LinePrinter } from "../line-printer.ts";
import type { LocalEngine } from "../local-engine.ts";
import type { Project } from "../project.ts";
import { createStackProgress } from "../stack-progress.ts";
import { formatStack, type StackView, viewStack } from "../stack-view.ts";
import type { Terminal } from "../terminal.ts";

export interface DevSessionOptions {
  readonly terminal: Terminal;
  readonly engine: LocalEngine;
  readonly project: Project;
  readonly caller: Caller;
  readonly parameters: Readonly<Record<string, string>>;
  /** The places of container images, by the logical ids of functions. */
  readonly images: Readonly<Record<string, string>>;
  readonly printer: LinePrinter;
}

export interface DevSession {
  /** Deploys what changed, unless that is under way: then once more afterwards. */
  refresh(): void;
  /** The engine was emptied: everything is deployed anew. */
  startOver(): void;
  /** Resolves when nothing is under way: whether the last deployment went well. */
  idle(): Promise<boolean>;
  watchWith(watcher: Watcher): void;
  /** Nothing is begun or reported any more. */
  stop(): void;
}

export function createDevSession(options: DevSessionOptions): DevSession {
  return new Session(options);
}

class Session implements DevSession {
  readonly #options: DevSessionOptions;
  #progress = createStackProgress("");
  #application: Application;
  #watcher: Watcher | undefined;
  /** Built from these; `undefined` after a failure, when what mends it is not known. */
  #sources: readonly string[] | undefined;
  #running: Promise<boolean> | undefined;
  #isWanted = false;
  #isStopped = false;
  #isFirst = true;

  constructor(options: DevSessionOptions) {
    this.#options = options;
    this.#application = this.#newApplication();
  }

  refresh(): void {
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  startOver(): void {
    this.#application = this.#newApplication();
    this.#isFirst = true;
    this.refresh();
  }

  async idle(): Promise<boolean> {
    return (await this.#running) ?? true;
  }

  watchWith(watcher: Watcher): void {
    this.#watcher = watcher;
    this.#follow();
  }

  stop(): void {
    this.#isStopped = true;
  }

  #newApplication(): Application {
    const { engine, project, caller, parameters, images } = this.#options;
    return createApplication({
      dispatcher: engine.dispatcher,
      clock: engine.clock,
      caller,
      parameters,
      images,
      templatePath: project.templateFile,
      stackName: project.stackName,
      onEvent: (event) => this.#progress.onEvent(event),
    });
  }

  async #run(): Promise<boolean> {
    let isWell = true;
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      isWell = await this.#deploy();
      this.#follow();
    }
    return isWell;
  }

  async #deploy(): Promise<boolean> {
    const { terminal, project } = this.#options;
    const elapsedMs = startStopwatch();
    this.#progress = createStackProgress(project.stackName);
    try {
      const change = await terminal.progress(
        () => this.#progress.label(),
        deployApplication(this.#application, project.templateFile),
      );
      if (!this.#isStopped) {
        await this.#report(change, Math.round(elapsedMs()));
        this.#sources = [project.templateFile, ...change.sources];
      }
      return true;
    } catch (error) {
      if (!this.#isStopped) {
        this.#sources = undefined;
        reportFailure(terminal, error);
        if (!this.#isFirst) {
          terminal.say(terminal.errorColors.dim("What was deployed before goes on running."));
        }
      }
      return false;
    }
  }

  async #report(change: ApplicationChange, tookMs: number): Promise<void> {
    const { terminal, project } = this.#options;
    const { yellow, dim } = terminal.errorColors;
    if (this.#isFirst || change.kind !== "none") {
      for (const note of change.notes) {
        terminal.say(yellow(note));
      }
    }
    if (this.#isFirst || change.kind === "stack") {
      const view = await this.#view(change);
      if (change.kind !== "stack") {
        terminal.say(`No updates: ${project.stackName} is as it was left.`);
      }
      terminal.data(
        { event: "deployed", change: change.kind, tookMs, notes: change.notes, ...view },
        `\n${formatStack(terminal, view)}\n`,
      );
    }
    if (change.functions.length > 0) {
      const names = change.functions.join(", ");
      terminal.data(
        { event: "updated", functions: change.functions, tookMs },
        `Updated the code of ${names} ${dim(`(${tookMs} ms)`)}`,
      );
    }
    this.#isFirst = false;
  }

  async #view(change: ApplicationChange): Promise<StackView> {
    const { engine, caller, printer } = this.#options;
    const { dispatcher, endpoint } = engine;
    const view = await viewStack({ dispatcher, caller, endpoint }, change.stack);
    printer.know(
      view.resources
        .filter(isFunction)
        .map(({ physicalId: name, logicalId }) => ({ name, logicalId })),
    );
    return view;
  }

  #follow(): void {
    if (this.#sources === undefined) {
      this.#watcher?.followAll();
    } else {
      this.#watcher?.follow(this.#sources);
    }
  }
}
