/** What the platform says of an environment: to its log, and to the extensions that subscribed. */

import type { InvocationRun } from "../environments/invocation-run.ts";
import type { Telemetry } from "../extensions/telemetry.ts";
import type { FunctionSpec, InvocationReport } from "../function-host.ts";
import type { LogCapture } from "./log-capture.ts";
import { type InitReport, platformRecords, type RestoreReport } from "./platform-records.ts";
import { type Failure, platformLines } from "./report.ts";

export interface PlatformVoice {
  /** Where events go beside the log: changes with every start of the process. */
  telemetry: Telemetry | undefined;
  initStart(): void;
  /** The event: extensions can be told of it only once they are there. */
  initStartEvent(): void;
  /** The log tells of an init phase only when it failed. */
  initDone(report: InitReport): void;
  restoreStart(): void;
  restoreDone(report: RestoreReport): void;
  start(run: InvocationRun): void;
  runtimeDone(run: InvocationRun, report: InvocationReport): void;
  end(run: InvocationRun, report: InvocationReport): void;
  /** For the tail of an answer that is given before its invocation ends. */
  endForTail(run: InvocationRun, report: InvocationReport): void;
}

export function platformVoice(options: {
  readonly spec: FunctionSpec;
  readonly log: LogCapture;
  readonly nowMs: () => number;
  readonly runtimeVersion: string;
}): PlatformVoice {
  const { spec, log, runtimeVersion } = options;
  const lines = platformLines(spec, options.nowMs);
  const records = platformRecords(spec);
  const write = (line: string | undefined): void => {
    if (line !== undefined) {
      log.message(line);
    }
  };
  const publish = (type: string, record: () => object): void => {
    if (voice.telemetry?.isWanted) {
      voice.telemetry.publish(`platform.${type}`, record());
    }
  };
  const voice: PlatformVoice = {
    telemetry: undefined,
    initStart() {
      write(lines.initStart(runtimeVersion));
    },
    initStartEvent() {
      publish("initStart", () => records.initStart(runtimeVersion));
    },
    initDone(report) {
      publish("initRuntimeDone", () => records.initRuntimeDone(report));
      publish("initReport", () => records.initReport(report));
      if (report.status !== "success") {
        log.endLines();
        write(lines.initReport(report));
      }
    },
    restoreStart() {
      write(lines.restoreStart(runtimeVersion));
      publish("restoreStart", () => records.restoreStart(runtimeVersion));
    },
    restoreDone(report) {
      publish("restoreRuntimeDone", () => records.restoreRuntimeDone(report));
      publish("restoreReport", () => records.restoreReport(report));
      log.endLines();
      write(lines.restoreReport(report));
    },
    start({ requestId, invocation }) {
      publish("start", () => records.start(requestId, invocation.trace));
      write(lines.start(requestId));
    },
    runtimeDone(run, report) {
      publish("runtimeDone", () =>
        records.runtimeDone(run.requestId, report, run.runtimeDone(options.nowMs())),
      );
    },
    end({ requestId, invocation, failure }, report) {
      log.endLines();
      write(failure && lines.failure(requestId, failure));
      write(lines.end(requestId));
      write(lines.report(requestId, report, invocation.trace));
      publish("end", () => ({ requestId }));
      publish("report", () => records.report(requestId, report, invocation.trace));
      publishFault(voice.telemetry, failure);
    },
    endForTail({ requestId, invocation }, report) {
      log.tailOnly(lines.end(requestId) ?? "");
      log.tailOnly(lines.report(requestId, report, invocation.trace) ?? "");
    },
  };
  return voice;
}

function publishFault(telemetry: Telemetry | undefined, failure: Failure | undefined): void {
  if (failure && telemetry?.isWanted) {
    telemetry.publish("platform.fault", `${failure.errorMessage}\n${failure.errorType}`);
  }
}
