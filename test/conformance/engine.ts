/**
 * A live engine for one file of conformance tests, and what AWS's own clients need to reach it.
 *
 * Call it at the top of the file, once: the engine ends with the file.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { ZipFile } from "yazl";
import { createCloud } from "../../src/app/cloud.ts";
import type { Clock } from "../../src/platform/clock.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

export interface Engine {
  readonly endpoint: string;
  readonly port: number;
  /** What every client of the SDK takes. */
  readonly config: ClientConfig;
}

/** Retries would hide what went wrong the first time. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: 1;
}

export async function startEngine(options: { readonly clock?: Clock } = {}): Promise<Engine> {
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-conformance-"));
  const cloud = await createCloud({ directory, durability: "memory", ...options });
  afterAll(async () => {
    await cloud.close();
    rmSync(directory, { recursive: true });
  });
  const { endpoint, port } = cloud;
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "any" };
  return { endpoint, port, config: { endpoint, region: REGION, credentials, maxAttempts: 1 } };
}

/** A Lambda package of one file. */
export async function zipOf(name: string, source: string): Promise<Uint8Array> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(source), name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** Every page of a paginator of the SDK. */
export async function pagesOf<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const page of pages) {
    all.push(page);
  }
  return all;
}
