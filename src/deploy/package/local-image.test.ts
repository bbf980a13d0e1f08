import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerEngine, ImageBuild } from "../../functions/images/container-engine.ts";
import { openImage } from "../../functions/images/image-source.ts";
import {
  dockerArchive,
  MACHINE,
  type TestImage,
  writeLayout,
} from "../../functions/images/test-images.ts";
import { parseTemplate } from "../../languages/template/parse.ts";
import { isObject, type ValueObject } from "../../languages/template/value.ts";
import { type LocalImage, localImages, withImageUris } from "./local-image.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "millrace-local-image-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ARCHITECTURE = MACHINE === "arm64" ? "arm64" : "x86_64";
const IMAGE: TestImage = { layers: [[{ name: "name", content: "orders" }]] };
const NO_ENGINES = { live: [], problems: ["docker is not installed.", "podman is not installed."] };

/** An engine that builds whatever it is asked to, and what it was asked. */
function engine(builds: ImageBuild[], problem?: string): ContainerEngine {
  return {
    name: "docker",
    async save(reference, file) {
      writeFileSync(file, dockerArchive(IMAGE, reference));
      return undefined;
    },
    async build(build) {
      builds.push(build);
      return problem;
    },
  };
}

function images(
  template: string,
  options: Partial<Parameters<typeof localImages>[1]> = {},
): Promise<readonly LocalImage[]> {
  const found = { folder, places: {}, findEngines: async () => NO_ENGINES, ...options };
  return localImages(parseTemplate(template), found);
}

const sam = (properties: string, metadata = ""): string => `
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {PackageType: Image, Architectures: [${ARCHITECTURE}]}}
Resources:
  Orders: {Type: AWS::Serverless::Function, Properties: {${properties}}${metadata}}
`;

test("a path relative to the template becomes an address with the image's digest", async () => {
  const [digest] = writeLayout(path.join(folder, "image"), [IMAGE]);
  for (const uri of ["image", "./image", "file:image", `file:${folder}/image`]) {
    const [found] = await images(sam(`ImageUri: '${uri}'`));
    expect(found).toEqual({
      logicalId: "Orders",
      uri: `file:${folder}/image@sha256:${digest}`,
      sources: [path.join(folder, "image/index.json")],
    });
  }
});

test("an image that is given for a logical id goes before what the template says", async () => {
  const file = path.join(folder, "orders.tar");
  writeFileSync(file, dockerArchive(IMAGE, "orders:latest"));
  const metadata = ", Metadata: {DockerContext: ., Dockerfile: Dockerfile}";
  const [found] = await images(sam("ImageUri: somewhere/else:1", metadata), {
    places: { Orders: file },
  });
  expect(found).toMatchObject({ uri: expect.stringContaining(`file:${file}@sha256:`) });
  expect(found?.sources).toEqual([file]);
});

test("names of registries are left to the engine, packages to the packager", async () => {
  expect(await images(sam("ImageUri: 000000000000.dkr.ecr.us-east-1.amazonaws.com/o:1"))).toEqual(
    [],
  );
  expect(await images(sam("PackageType: Zip, CodeUri: ."))).toEqual([]);
});

test("an image that is not there, or for another processor, is told with the function's name", async () => {
  await expect(images(sam("ImageUri: 'file:none'"))).rejects.toMatchObject({
    message: expect.stringContaining("The image of Orders cannot be used"),
  });
  writeLayout(path.join(folder, "other"), [{ ...IMAGE, architecture: "s390x" }]);
  await expect(images(sam("ImageUri: other"))).rejects.toMatchObject({
    why: expect.stringContaining("it has linux/s390x"),
  });
});

const METADATA =
  ", Metadata: {DockerContext: app, Dockerfile: Dockerfile.prod, DockerTag: v1, DockerBuildArgs: {A: b}, DockerBuildTarget: run}";

test("SAM's Dockerfile is built by the container engine there is", async () => {
  const builds: ImageBuild[] = [];
  const findEngines = async () => ({ live: [engine(builds)], problems: [] });
  const [found] = await images(sam("Timeout: 3", METADATA), { findEngines });
  expect(builds).toEqual([
    {
      reference: "orders:v1",
      dockerfile: path.join(folder, "app/Dockerfile.prod"),
      context: path.join(folder, "app"),
      architecture: MACHINE,
      arguments: { A: "b" },
      target: "run",
    },
  ]);
  const file = path.join(folder, "same.tar");
  writeFileSync(file, dockerArchive(IMAGE, "orders:v1"));
  const { digest } = await openImage(file, { architecture: MACHINE });
  expect(found).toEqual({
    logicalId: "Orders",
    uri: `orders:v1@sha256:${digest}`,
    sources: [path.join(folder, "app")],
  });
});

test("the Dockerfile of a CDK asset is built likewise", async () => {
  const builds: ImageBuild[] = [];
  const findEngines = async () => ({ live: [engine(builds)], problems: [] });
  const template = JSON.stringify({
    Resources: {
      Orders: {
        Type: "AWS::Lambda::Function",
        Properties: {
          PackageType: "Image",
          Architectures: [ARCHITECTURE],
          Code: {
            ImageUri: { Ref: "Registry" },
          },
        },
        Metadata: {
          "aws:asset:path": "asset.0123456789abcdef0123",
          "aws:asset:dockerfile-path": "Dockerfile",
          "aws:asset:property": "Code.ImageUri",
        },
      },
    },
  });
  const found = await images(template, { findEngines });
  expect(builds[0]).toMatchObject({
    reference: "orders:0123456789abcdef",
    dockerfile: path.join(folder, "asset.0123456789abcdef0123/Dockerfile"),
  });
  const { Resources } = withImageUris(parseTemplate(template), found) as {
    readonly Resources: { readonly Orders: { readonly Properties: ValueObject } };
  };
  expect(Resources.Orders.Properties["Code"]).toEqual({ ImageUri: found[0]?.uri });
});

test("without an engine it is said what is missing, and how to give an image", async () => {
  mkdirSync(path.join(folder, "app"));
  const error = await images(sam("Timeout: 3", METADATA)).catch((one: unknown) => one);
  expect(error).toMatchObject({
    message: expect.stringContaining("Orders is built from a Dockerfile, and no container engine"),
  });
  expect(error).toMatchObject({ fix: expect.stringContaining("--image Orders=image.tar") });
});

test("a build that fails is shown", async () => {
  const findEngines = async () => ({ live: [engine([], "no such base")], problems: [] });
  await expect(images(sam("Timeout: 3", METADATA), { findEngines })).rejects.toMatchObject({
    message: expect.stringContaining("could not be built"),
  });
});

test("withImageUris: SAM functions have it as a property, others in Code", () => {
  const image = { logicalId: "Orders", uri: "orders:1", sources: [] };
  const replaced = withImageUris(parseTemplate(sam("Timeout: 3")), [image]);
  const { Orders: orders } = replaced["Resources"] as ValueObject;
  expect(isObject(orders) && orders["Properties"]).toEqual({ Timeout: 3, ImageUri: "orders:1" });
});
