/** Functions of container images, through AWS's own client, and over the end of an engine. */
import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { afterAll, expect } from "vitest";
import { type Cloud, createCloud } from "../../src/app/cloud.ts";
import { compileRuntime, MACHINE, writeLayout } from "../../src/functions/images/test-images.ts";
import { findSandboxTool } from "../../src/functions/sandbox/tool.ts";
import { testUnless } from "../../src/testing/test-unless.ts";
import { ACCOUNT, REGION } from "./engine.ts";

const directory = mkdtempSync(path.join(tmpdir(), "millrace-image-conformance-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const layout = path.join(directory, "layout");

const tool = await findSandboxTool();
const program = compileRuntime(directory);
const problem =
  tool.name === undefined
    ? tool.problem
    : program === undefined
      ? "no C compiler makes static programs here."
      : undefined;
const testHere = testUnless(problem);

function writeImage(content: string): string {
  const [digest = ""] = writeLayout(layout, [
    {
      layers: [
        [{ name: "runtime", content: readFileSync(program ?? ""), mode: 0o755 }],
        [{ name: "content", content }],
      ],
      config: { Entrypoint: ["/runtime"], Cmd: [content] },
    },
  ]);
  return digest;
}

function clientOf({ endpoint }: Cloud): LambdaClient {
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "any" };
  return new LambdaClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
}

async function argumentOf(lambda: LambdaClient): Promise<unknown> {
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: "image" }));
  return JSON.parse(Payload?.transformToString() ?? "null").argument;
}

testHere(
  "an image is created, updated, and runs on when engine and place of the image are gone",
  async () => {
    const data = path.join(directory, "data");
    const ImageUri = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/images:latest`;
    const digest = writeImage("first");
    const first = await createCloud({ directory: data, images: { images: layout } });
    const lambda = clientOf(first);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "image",
        PackageType: "Image",
        Code: { ImageUri },
        Role: `arn:aws:iam::${ACCOUNT}:role/any`,
        Architectures: [MACHINE === "arm64" ? "arm64" : "x86_64"],
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 5 }, { FunctionName: "image" });
    expect(await argumentOf(lambda)).toBe("first");
    const { Code, Configuration } = await lambda.send(
      new GetFunctionCommand({ FunctionName: "image" }),
    );
    expect(Code?.ResolvedImageUri).toContain(`/images@sha256:${digest}`);
    expect(Configuration?.CodeSha256).toBe(digest);

    const next = writeImage("second");
    expect(await argumentOf(lambda)).toBe("first");
    const updated = await lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: "image", ImageUri }),
    );
    expect(updated.CodeSha256).toBe(next);
    expect(await argumentOf(lambda)).toBe("second");
    await first.close();

    renameSync(layout, `${layout}.away`);
    const second = await createCloud({ directory: data });
    expect(await argumentOf(clientOf(second))).toBe("second");
    await second.close();
  },
);
