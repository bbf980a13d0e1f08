/** What a thousand functions cost, each deployed and called once: idle ones must not add up. */
import { readdirSync, readFileSync } from "node:fs";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { zipOf } from "../src/deploy/zip.ts";
import { anonymousMiB, type Running } from "./engine.ts";

const AT_ONCE = 8;

export interface ManyFigures {
  readonly createdPerSecond: number;
  readonly calledPerSecond: number;
  /** Of the engine, before and after. */
  readonly ownMiBBefore: number;
  readonly ownMiBAfter: number;
  /** Environments that were alive at once, and their memory, at most. */
  readonly environmentsMax: number;
  readonly environmentsMiBMax: number;
}

export async function measureMany(engine: Running, count: number): Promise<ManyFigures> {
  const lambda = new LambdaClient({
    endpoint: engine.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "bench" },
  });
  const ownMiBBefore = anonymousMiB(engine.pid);
  const names = Array.from({ length: count }, (_, index) => `bench-many-${index}`);
  const createStarted = performance.now();
  await eachOf(names, async (name) => {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: "arn:aws:iam::000000000000:role/bench",
        Code: { ZipFile: await codeOf(name) },
      }),
    );
  });
  const callStarted = performance.now();
  let environmentsMax = 0;
  let environmentsMiBMax = 0;
  await eachOf(names, async (FunctionName, index) => {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
    if (Payload === undefined || Payload.transformToString() !== `"${FunctionName}"`) {
      throw new Error(`${FunctionName} was answered with ${Payload?.transformToString()}`);
    }
    if (index % AT_ONCE === 0) {
      const pids = childrenOf(engine.pid);
      environmentsMax = Math.max(environmentsMax, pids.length);
      const sum = pids.reduce((sumMiB, pid) => sumMiB + memoryOf(pid), 0);
      environmentsMiBMax = Math.max(environmentsMiBMax, sum);
    }
  });
  const ended = performance.now();
  return {
    createdPerSecond: count / ((callStarted - createStarted) / 1000),
    calledPerSecond: count / ((ended - callStarted) / 1000),
    ownMiBBefore,
    ownMiBAfter: anonymousMiB(engine.pid),
    environmentsMax,
    environmentsMiBMax,
  };
}

/** A package of its own for each: none is unpacked twice. */
function codeOf(name: string): Promise<Uint8Array> {
  const bytes = Buffer.from(`exports.handler = async () => ${JSON.stringify(name)};`);
  return zipOf([{ path: "index.js", bytes, isExecutable: false }]);
}

async function eachOf(
  names: readonly string[],
  work: (name: string, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < names.length; index = next++) {
      await work(names[index] ?? "", index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
}

function parentOf(pid: number): number {
  try {
    const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
    return Number(rest.split(" ")[1]);
  } catch {
    return 0;
  }
}

/** 0 for one that has ended meanwhile. */
function memoryOf(pid: number): number {
  try {
    return anonymousMiB(pid);
  } catch {
    return 0;
  }
}
