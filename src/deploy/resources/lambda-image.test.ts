/** Functions of container images, made and changed by templates. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createImages } from "../../functions/images/images.ts";
import { MACHINE, writeLayout } from "../../functions/images/test-images.ts";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";
import { ROLE } from "../../testing/lambda-fixture.ts";

let directory = "";
let cloud: CloudFixture;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-stack-images-"));
  const store = path.join(directory, "store");
  cloud = await createCloudFixture({ images: createImages({ directory: store }) });
});

afterEach(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

function layout(name: string): { readonly uri: string; readonly digest: string } {
  const place = path.join(directory, name);
  const [digest = ""] = writeLayout(place, [
    { layers: [[{ name: "name", content: name }]], config: { Entrypoint: ["/run"] } },
  ]);
  return { uri: `file:${place}`, digest };
}

const template = (uri: string, more = ""): string => `
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: orders
      PackageType: Image
      Architectures: [${MACHINE === "arm64" ? "arm64" : "x86_64"}]
      Code: { ImageUri: '${uri}' }
      Role: ${ROLE}
      ${more}
`;

async function deploy(kind: "CreateStack" | "UpdateStack", TemplateBody: string): Promise<string> {
  const { StackId } = await cloud.call("cloudformation", kind, { StackName: "app", TemplateBody });
  const { status, failures } = await cloud.settled(StackId ?? "");
  expect(failures).toEqual([]);
  return status;
}

test("AWS::Lambda::Function: an image and its configuration are set, changed, and taken away", async () => {
  const [first, second] = [layout("first"), layout("second")];
  const read = () => cloud.call("lambda", "GetFunctionConfiguration", { FunctionName: "orders" });
  const config = "ImageConfig: { Command: [one], EntryPoint: [/other], WorkingDirectory: /tmp }";
  await deploy("CreateStack", template(first.uri, config));
  expect(await read()).toMatchObject({
    PackageType: "Image",
    CodeSha256: first.digest,
    ImageConfigResponse: {
      ImageConfig: { Command: ["one"], EntryPoint: ["/other"], WorkingDirectory: "/tmp" },
    },
  });
  await deploy("UpdateStack", template(second.uri, "ImageConfig: { Command: [two] }"));
  const changed = await read();
  expect(changed.CodeSha256).toBe(second.digest);
  expect(changed.ImageConfigResponse?.ImageConfig).toEqual({ Command: ["two"] });
  await deploy("UpdateStack", template(second.uri));
  expect((await read()).ImageConfigResponse).toBeUndefined();
});

test("AWS::Lambda::Function: an image that is not there fails with its name", async () => {
  const { StackId } = await cloud.call("cloudformation", "CreateStack", {
    StackName: "app",
    TemplateBody: template("file:/none/of/it"),
  });
  const { status, failures } = await cloud.settled(StackId ?? "");
  expect(status).toBe("ROLLBACK_COMPLETE");
  expect(failures.join("\n")).toContain("There is no /none/of/it.");
});
