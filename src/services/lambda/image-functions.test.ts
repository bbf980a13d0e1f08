/** Functions of container images, as the API has them: over images that lie on the disk. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createImages, type Images } from "../../functions/images/images.ts";
import { MACHINE, type TestImage, writeLayout } from "../../functions/images/test-images.ts";
import { createLambdaFixture, type LambdaFixture, ZIP } from "../../testing/lambda-fixture.ts";
import type { Input } from "../../wire/operations.ts";

let directory = "";
let images: Images;
let lambda: LambdaFixture;
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-lambda-images-"));
  images = createImages({
    directory: path.join(directory, "store"),
    places: { orders: path.join(directory, "orders") },
    findEngines: async () => ({ live: [], problems: ["docker is not installed."] }),
  });
  lambda = await createLambdaFixture({ images });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const ORDERS = "000000000000.dkr.ecr.us-east-1.amazonaws.com/orders:latest";
const ARCHITECTURES = [MACHINE === "arm64" ? "arm64" : "x86_64"];

const image = (name: string): TestImage => ({
  layers: [[{ name: "name", content: name }]],
  config: { Entrypoint: ["/run"], Cmd: ["from.image"], WorkingDir: "/work", Env: ["A=b"] },
});

function layout(name: string, content = name): string {
  const [digest = ""] = writeLayout(path.join(directory, name), [image(content)]);
  return digest;
}

const IMAGE = {
  PackageType: "Image",
  Architectures: ARCHITECTURES,
  Runtime: undefined,
  Handler: undefined,
  Code: { ImageUri: ORDERS },
} satisfies Partial<Input<"lambda", "CreateFunction">>;

test("CreateFunction: an image is resolved to its digest, and shown as AWS shows it", async () => {
  const digest = layout("orders");
  await lambda.createFunction("orders", { ...IMAGE, ImageConfig: { Command: ["other"] } });
  const { Configuration, Code } = await lambda.call("GetFunction", { FunctionName: "orders" });
  expect(Code).toEqual({
    RepositoryType: "ECR",
    ImageUri: ORDERS,
    ResolvedImageUri: `000000000000.dkr.ecr.us-east-1.amazonaws.com/orders@sha256:${digest}`,
  });
  expect(Configuration).toMatchObject({
    PackageType: "Image",
    CodeSha256: digest,
    CodeSize: 0,
    Architectures: ARCHITECTURES,
    ImageConfigResponse: { ImageConfig: { Command: ["other"] } },
  });
  expect(Configuration).not.toHaveProperty("Runtime");
  expect(Configuration).not.toHaveProperty("Handler");
});

test("Invoke: what runs is the image, with what the function says instead", async () => {
  layout("orders");
  await lambda.createFunction("orders", {
    ...IMAGE,
    ImageConfig: { EntryPoint: ["/other"], WorkingDirectory: "/tmp" },
  });
  await lambda.call("Invoke", { FunctionName: "orders" });
  const spec = lambda.host.calls.at(-1)?.spec;
  expect(spec?.image).toMatchObject({
    entryPoint: ["/other"],
    command: ["from.image"],
    workingDirectory: "/tmp",
    environment: { A: "b" },
  });
  expect(existsSync(path.join(spec?.image?.rootDirectory ?? "", "name"))).toBe(true);
});

test("UpdateFunctionConfiguration: an empty ImageConfig takes away what there was", async () => {
  layout("orders");
  await lambda.createFunction("orders", { ...IMAGE, ImageConfig: { Command: ["other"] } });
  const same = await lambda.call("UpdateFunctionConfiguration", {
    FunctionName: "orders",
    Timeout: 5,
  });
  expect(same.ImageConfigResponse?.ImageConfig).toEqual({ Command: ["other"] });
  const without = await lambda.call("UpdateFunctionConfiguration", {
    FunctionName: "orders",
    ImageConfig: {},
  });
  expect(without.ImageConfigResponse).toBeUndefined();
});

test("UpdateFunctionCode: takes the image that the address has now, and keeps what versions run", async () => {
  const first = layout("orders", "first");
  await lambda.createFunction("orders", { ...IMAGE, Publish: true });
  const second = layout("orders", "second");
  const { CodeSha256 } = await lambda.call("UpdateFunctionCode", {
    FunctionName: "orders",
    ImageUri: ORDERS,
  });
  expect(CodeSha256).toBe(second);
  expect(new Set(await images.list())).toEqual(new Set([first, second]));
  const published = await lambda.call("GetFunctionConfiguration", {
    FunctionName: "orders",
    Qualifier: "1",
  });
  expect(published.CodeSha256).toBe(first);
  const again = await lambda.call("PublishVersion", { FunctionName: "orders", CodeSha256: second });
  expect(again.Version).toBe("2");
  await lambda.call("DeleteFunction", { FunctionName: "orders", Qualifier: "1" });
  await expect.poll(() => images.list()).toEqual([second]);
});

test("an image is removed with the last function that has it, and shared until then", async () => {
  const digest = layout("orders");
  await lambda.createFunction("one", IMAGE);
  await lambda.createFunction("two", IMAGE);
  expect(await images.list()).toEqual([digest]);
  await lambda.call("DeleteFunction", { FunctionName: "one" });
  await lambda.call("Invoke", { FunctionName: "two" });
  expect(await images.list()).toEqual([digest]);
  await lambda.call("DeleteFunction", { FunctionName: "two" });
  await expect.poll(() => images.list()).toEqual([]);
});

test("Invoke: an image that is gone from the data folder is fetched again, if it is still the same", async () => {
  const digest = layout("orders");
  await lambda.createFunction("orders", IMAGE);
  await images.remove(digest);
  await lambda.call("Invoke", { FunctionName: "orders" });
  expect(await images.list()).toEqual([digest]);
  layout("orders", "another");
  await images.remove(digest);
  await lambda.call("UpdateFunctionConfiguration", { FunctionName: "orders", Timeout: 5 });
  await expect(lambda.call("Invoke", { FunctionName: "orders" })).rejects.toMatchObject({
    code: "InvalidRuntimeException",
    message: expect.stringContaining(`no longer holds the image sha256:${digest}`),
  });
});

const HANDLER =
  "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";

test.for<[string, Partial<Input<"lambda", "CreateFunction">>, string]>([
  ["a handler", { ...IMAGE, Handler: "a.b" }, HANDLER],
  ["a runtime", { ...IMAGE, Runtime: "nodejs20.x" }, HANDLER],
  ["layers", { ...IMAGE, Layers: ["arn:aws:lambda:us-east-1:000000000000:layer:a:1"] }, HANDLER],
  [
    "no image",
    { ...IMAGE, Code: { ZipFile: ZIP } },
    "Please provide ImageUri when creating a function with packageType Image.",
  ],
  [
    "an image that is not known",
    { ...IMAGE, Code: { ImageUri: "paid:1" } },
    "Source image paid:1 is not valid. Provide a valid source image. No place of it is known",
  ],
  [
    "an image for another processor",
    { ...IMAGE, Architectures: [ARCHITECTURES[0] === "arm64" ? "x86_64" : "arm64"] },
    "has no image for linux/",
  ],
  [
    "an image without its package type",
    { Code: { ImageUri: ORDERS } },
    "Please provide a source for function code.",
  ],
  [
    "an image configuration of a package",
    { ImageConfig: { Command: ["a"] } },
    "Please don't provide ImageConfig when the intended function PackageType is Zip.",
  ],
  [
    "SnapStart",
    { ...IMAGE, SnapStart: { ApplyOn: "PublishedVersions" } },
    "SnapStart is not supported for functions of PackageType Image.",
  ],
])("CreateFunction: refuses %s", async ([, overrides, message]) => {
  layout("orders");
  await expect(lambda.createFunction("refused", overrides)).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    message: expect.stringContaining(message),
  });
});

test("updates: the type of the package stays", async () => {
  layout("orders");
  await lambda.createFunction("image", IMAGE);
  await lambda.createFunction("zip");
  const refused = (
    operation: "UpdateFunctionCode" | "UpdateFunctionConfiguration",
    input: object,
  ): Promise<unknown> => lambda.call(operation, input as never).catch((error) => error.message);
  expect(await refused("UpdateFunctionCode", { FunctionName: "image", ZipFile: ZIP })).toBe(
    "Please provide ImageUri when updating a function with packageType Image.",
  );
  expect(await refused("UpdateFunctionCode", { FunctionName: "zip", ImageUri: ORDERS })).toBe(
    "Please don't provide ImageUri when updating a function with packageType Zip.",
  );
  expect(
    await refused("UpdateFunctionConfiguration", { FunctionName: "image", Handler: "a.b" }),
  ).toBe(HANDLER);
});
