import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { descendantsOf, runningFamily } from "./process-family.ts";

describe("process family", () => {
  test("descendants: those of those, once, and not the processes themselves", () => {
    const children: Readonly<Record<number, readonly number[]>> = { 1: [2, 3], 3: [4], 4: [1] };
    const childrenOf = (pid: number) => children[pid] ?? [];
    expect([...descendantsOf([1], childrenOf)].sort()).toEqual([2, 3, 4]);
    expect([...descendantsOf([1, 3], childrenOf)].sort()).toEqual([2, 4]);
    expect(descendantsOf([9], childrenOf)).toEqual([]);
  });

  test.runIf(process.platform === "linux")("running: a child and its child (Linux)", async () => {
    const child = spawn("/bin/sh", ["-c", "sleep 60 & echo $!; wait"]);
    const [text] = await once(child.stdout, "data");
    const grandchild = Number(String(text));
    const found = descendantsOf([process.pid], runningFamily());
    expect(found).toEqual(expect.arrayContaining([child.pid, grandchild]));
    process.kill(grandchild);
    child.kill();
    await once(child, "exit");
  });
});
