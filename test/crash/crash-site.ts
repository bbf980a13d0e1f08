/** Where a crash test takes place: its own build of the engine and a data folder, removed afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, onTestFailed, onTestFinished } from "vitest";
import { createSeededRandom, type Random } from "../../src/platform/random.ts";
import { buildEngine, choosePort, Engine } from "./engine.ts";
import { SEED, sayHowToReplay } from "./replay.ts";

export interface CrashSite {
  /** The engine's data. */
  readonly directory: string;
  /** To be called in a test: starts the engine, which ends with the test. */
  begin(kills: number): Promise<{ readonly engine: Engine; readonly random: Random }>;
}

/** To be called once in a file; `name` is that of the file, without `-crash.test.ts`. */
export function crashSite(name: string): CrashSite {
  const directory = mkdtempSync(path.join(tmpdir(), `millrace-${name}-crash-`));
  let program = "";
  beforeAll(() => {
    program = buildEngine();
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
    rmSync(program, { recursive: true });
  });
  return {
    directory,
    async begin(kills) {
      onTestFailed(() => sayHowToReplay(`test/crash/${name}-crash.test.ts`, kills));
      const random = createSeededRandom(SEED);
      const engine = new Engine({ program, directory, port: await choosePort(random) });
      onTestFinished(() => engine.dispose());
      engine.start();
      await engine.ready;
      return { engine, random };
    },
  };
}

/** Takes everything out of a queue that can be received, in order. */
export async function drained(sqs: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const all: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 }),
    );
    if (Messages.length === 0) {
      return all;
    }
    all.push(...Messages);
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}
