import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { giveLayers } from "./layers.ts";

const folder = mkdtempSync(path.join(tmpdir(), "millrace-layers-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function given(place: string): Promise<readonly [string, number][]> {
  const seen: [string, number][] = [];
  const lambda = {
    giveLayerVersion: async (arn: string, zip: Uint8Array) => void seen.push([arn, zip.length]),
  };
  await giveLayers(lambda, { arn: place });
  return seen;
}

test("giveLayers: a folder is packed, an archive is taken as it is", async () => {
  mkdirSync(path.join(folder, "layer/python"), { recursive: true });
  writeFileSync(path.join(folder, "layer/python/tools.py"), "x = 1");
  writeFileSync(path.join(folder, "layer.zip"), "seven b");
  expect(await given(path.join(folder, "layer.zip"))).toEqual([["arn", 7]]);
  const [[, sizeBytes] = ["", 0]] = await given(path.join(folder, "layer"));
  expect(sizeBytes).toBeGreaterThan(100);
});

test("giveLayers: a place that is not there is said", async () => {
  await expect(given(path.join(folder, "nowhere"))).rejects.toThrow("There is no ");
});
