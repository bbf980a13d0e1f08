import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fromBuffer, type ZipFile } from "yauzl";
import type { OperatorError } from "../../base/operator-error.ts";
import { type PackagedTemplate, packageTemplate } from "./package-template.ts";

let folder: string;
const objects = new Map<string, Uint8Array>();
let uploads: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "millrace-package-"));
  objects.clear();
  uploads = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function packaged(template: string): Promise<PackagedTemplate> {
  write("template.yaml", template);
  return packageTemplate({
    templatePath: path.join(folder, "template.yaml"),
    bucket: "code",
    storage: {
      hasObject: async (bucket, key) => objects.has(`${bucket}/${key}`),
      async putObject(bucket, key, body) {
        uploads.push(key);
        objects.set(`${bucket}/${key}`, body);
      },
    },
  });
}

/** The texts inside the package of a function, by path. */
async function contents(result: PackagedTemplate, logicalId: string): Promise<Map<string, string>> {
  const code = result.functions.find((item) => item.logicalId === logicalId);
  const zip = objects.get(`${code?.bucket}/${code?.key}`);
  return unzipped(Buffer.from(zip ?? []));
}

const hrefOf = (file: string): string => pathToFileURL(file).href;

/** The files that a source map leads to. */
function sourcesIn(map: string | undefined): unknown {
  return JSON.parse(map ?? "{}").sources;
}

function unzipped(bytes: Buffer): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const found = new Map<string, string>();
    fromBuffer(bytes, { lazyEntries: true }, (error, zip: ZipFile) => {
      if (error) {
        reject(error);
        return;
      }
      zip.on("end", () => resolve(found));
      zip.on("entry", (entry) =>
        zip.openReadStream(entry, async (_, stream) => {
          const parts: Buffer[] = [];
          for await (const part of stream) {
            parts.push(part as Buffer);
          }
          found.set(entry.fileName, Buffer.concat(parts).toString());
          zip.readEntry();
        }),
      );
      zip.readEntry();
    });
  });
}

const FOLDER = `
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, CodeUri: src}}
Resources:
  One: {Type: AWS::Serverless::Function, Properties: {Handler: one.handler}}
  Two: {Type: AWS::Serverless::Function, Properties: {Handler: two.handler}}
  Plain: {Type: AWS::Lambda::Function, Properties: {Code: src, Runtime: python3.12, Handler: one.handler, Role: r}}
  Inline: {Type: AWS::Serverless::Function, Properties: {InlineCode: x, Handler: index.handler}}
  Remote: {Type: AWS::Serverless::Function, Properties: {CodeUri: "s3://b/k", Handler: a.b}}
`;

test("package: functions that share a folder share one upload", async () => {
  write("src/one.py", "def handler(e, c): pass");
  write("src/deep/two.py", "x = 1");
  write("src/__pycache__/one.pyc", "no");
  const result = await packaged(FOLDER);
  expect(uploads).toHaveLength(1);
  const [key] = uploads;
  const template = JSON.parse(result.template);
  const place = { Bucket: "code", Key: key };
  expect(template.Resources.One.Properties).toEqual({ Handler: "one.handler", CodeUri: place });
  expect(template.Resources.Plain.Properties.Code).toEqual({ S3Bucket: "code", S3Key: key });
  expect(template.Resources.Inline.Properties.CodeUri).toBeUndefined();
  expect(template.Resources.Remote.Properties.CodeUri).toBe("s3://b/k");
  expect(result.functions.map(({ logicalId }) => logicalId)).toEqual(["One", "Two", "Plain"]);
  expect(result.functions[0]?.sources).toEqual([path.join(folder, "src")]);
  expect([...(await contents(result, "One")).keys()]).toEqual(["deep/two.py", "one.py"]);
});

test("package: a function that names no code has the template's folder", async () => {
  write("app.py", "def handler(e, c): pass");
  const result = await packaged(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Here: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: app.handler}}
  Image: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: "r/x:1"}}
`);
  const { Resources } = JSON.parse(result.template);
  expect(Resources.Here.Properties.CodeUri).toEqual({ Bucket: "code", Key: uploads[0] });
  expect([...(await contents(result, "Here")).keys()]).toContain("app.py");
});

const LAYERS = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Tools: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: tools}}
  Plain: {Type: AWS::Lambda::LayerVersion, Properties: {Content: tools}}
  Remote: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: "s3://b/k"}}
`;

test("package: the folder of a layer is uploaded, and is no code of a function", async () => {
  write("tools/python/tools.py", "x = 1");
  const result = await packaged(LAYERS);
  expect(uploads).toHaveLength(1);
  const [key] = uploads;
  const { Resources } = JSON.parse(result.template);
  expect(Resources.Tools.Properties).toEqual({ ContentUri: { Bucket: "code", Key: key } });
  expect(Resources.Plain.Properties).toEqual({ Content: { S3Bucket: "code", S3Key: key } });
  expect(Resources.Remote.Properties.ContentUri).toBe("s3://b/k");
  expect(result.functions).toEqual([]);
  expect(result.stackFiles.map(({ logicalId }) => logicalId)).toEqual(["Tools", "Plain"]);
});

test("package: a layer that is built lies where its runtime looks", async () => {
  write("tools/tools.py", "x = 1");
  write("tools/requirements.txt", "nosuchpackage==1");
  write("lib/package.json", "{}");
  write("lib/lib.js", "exports.x = 1;");
  const result = await packaged(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Tools:
    Type: AWS::Serverless::LayerVersion
    Metadata: {BuildMethod: python3.12}
    Properties: {ContentUri: tools}
  Lib:
    Type: AWS::Serverless::LayerVersion
    Metadata: {BuildMethod: nodejs20.x}
    Properties: {ContentUri: lib}
`);
  const built = { ...result, functions: result.stackFiles };
  expect([...(await contents(built, "Tools")).keys()].sort()).toEqual([
    "python/requirements.txt",
    "python/tools.py",
  ]);
  expect([...(await contents(built, "Lib")).keys()].sort()).toEqual([
    "nodejs/lib.js",
    "nodejs/package.json",
  ]);
  expect(result.notes.join()).toContain("requirements.txt names nosuchpackage");
});

test("package: unchanged code uploads nothing, changed code gets another key", async () => {
  write("src/one.py", "a = 1");
  const first = await packaged(FOLDER);
  const second = await packaged(FOLDER);
  expect(uploads).toHaveLength(1);
  expect(second.functions).toEqual(first.functions);
  write("src/one.py", "a = 2");
  const third = await packaged(FOLDER);
  expect(uploads).toHaveLength(2);
  expect(third.functions[0]?.key).not.toBe(first.functions[0]?.key);
});

test("package: esbuild as the template's metadata says", async () => {
  write(
    "app/app.ts",
    `import { greet } from "./greet.ts"; export const handler = async (): Promise<string> => greet("you");`,
  );
  write("app/greet.ts", 'export const greet = (name: string): string => "hello " + name;');
  const result = await packaged(`
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: esbuild
      BuildProperties: {EntryPoints: [app.ts], Minify: false, Target: es2022, Sourcemap: true, Format: esm, OutExtension: [".js=.mjs"]}
    Properties: {Runtime: nodejs20.x, Handler: app.handler, CodeUri: app/}
`);
  const files = await contents(result, "Fn");
  expect([...files.keys()]).toEqual(["app.mjs", "app.mjs.map"]);
  expect(files.get("app.mjs")).toContain("export {");
  expect(files.get("app.mjs")).toContain("hello ");
  const sources = ["greet.ts", "app.ts"].map((file) => path.join(folder, "app", file));
  expect(result.functions[0]?.sources.toSorted()).toEqual(sources.toSorted());
  expect(sourcesIn(files.get("app.mjs.map"))).toEqual(sources.map(hrefOf));
});

test("package: a TypeScript handler without metadata is bundled where it is", async () => {
  write(
    "src/handlers/app.ts",
    `import { S3Client } from "@aws-sdk/client-s3"; export const handler = async () => new S3Client({});`,
  );
  const result = await packaged(`
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {Runtime: nodejs20.x, Handler: src/handlers/app.handler, CodeUri: .}
`);
  const files = await contents(result, "Fn");
  expect([...files.keys()]).toEqual(["src/handlers/app.cjs"]);
  const code = files.get("src/handlers/app.cjs");
  expect(code).toContain('require("@aws-sdk/client-s3")');
  const inlineMap = Buffer.from(/base64,(\S+)\n$/.exec(code ?? "")?.[1] ?? "", "base64");
  expect(sourcesIn(inlineMap.toString())).toEqual([
    hrefOf(path.join(folder, "src/handlers/app.ts")),
  ]);
});

test("package: JavaScript stays as it is", async () => {
  write("src/app.mjs", "export const handler = async () => 1;");
  write(
    "src/package.json",
    JSON.stringify({ dependencies: { uuid: "1", "@aws-sdk/client-s3": "3" } }),
  );
  const result = await packaged(`
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {Runtime: nodejs20.x, Handler: app.handler, CodeUri: src}
`);
  expect((await contents(result, "Fn")).get("app.mjs")).toContain("async () => 1");
  expect(result.notes).toEqual([
    expect.stringMatching(/^Fn: package.json names uuid, and nothing is installed/),
  ]);
});

test("package: says which Python requirements are not there", async () => {
  write("src/one.py", "import requests");
  write("src/requirements.txt", "requests==2.0\nPyYAML>=6\nboto3\naws-lambda-powertools\n# none\n");
  write("src/aws_lambda_powertools/__init__.py", "");
  const result = await packaged(FOLDER);
  expect(result.notes).toEqual([
    expect.stringMatching(/^One: requirements.txt names requests, PyYAML, /),
  ]);
});

async function refusal(template: string): Promise<string> {
  const error = await packaged(template).then(
    () => undefined,
    (thrown: OperatorError) => thrown,
  );
  return `${error?.message} ${error?.why} ${error?.fix}`.replaceAll(folder, "");
}

test("package: mistakes say what, where and how to go on", async () => {
  write("src/app.ts", `import "left-pad"; export const handler = 1;`);
  const fn = (properties: string, metadata = ""): string =>
    `Resources: {Fn: {Type: AWS::Serverless::Function, ${metadata} Properties: {Runtime: nodejs20.x, ${properties}}}}`;
  expect(await refusal(fn("CodeUri: nowhere, Handler: a.b"))).toBe(
    "There is no /nowhere. CodeUri of Fn points at it. Correct the path: it is relative to the template's folder.",
  );
  expect(await refusal(fn("CodeUri: src, Handler: app.handler"))).toBe(
    'Fn could not be bundled. Could not resolve "left-pad" (/src/app.ts:1:8) Install it (npm install left-pad), or list it in BuildProperties.External.',
  );
  expect(
    await refusal(fn("CodeUri: src, Handler: a.b", "Metadata: {BuildMethod: makefile},")),
  ).toMatch(/^Millrace does not support BuildMethod makefile\. Fn asks/);
  const unknown =
    "Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [app.ts], Splitting: true}},";
  expect(await refusal(fn("CodeUri: src, Handler: a.b", unknown))).toMatch(
    /^Millrace does not support the build property Splitting\. Fn has/,
  );
});

test("definitions of state machines are uploaded as they are", async () => {
  const definition = '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}';
  write("orders.asl.json", definition);
  const result = await packaged(
    [
      "Resources:",
      "  Sam: { Type: AWS::Serverless::StateMachine, Properties: { DefinitionUri: orders.asl.json } }",
      "  Plain:",
      "    Type: AWS::StepFunctions::StateMachine",
      "    Properties: { DefinitionS3Location: ./orders.asl.json }",
      "  Far: { Type: AWS::Serverless::StateMachine, Properties: { DefinitionUri: s3://a/b } }",
    ].join("\n"),
  );
  const [key = ""] = uploads;
  expect(uploads).toEqual([key]);
  expect(key).toMatch(/^millrace\/code\/[0-9a-f]{64}\.json$/);
  expect(Buffer.from(objects.get(`code/${key}`) ?? []).toString()).toBe(definition);
  const { Resources } = JSON.parse(result.template);
  expect(Resources.Sam.Properties.DefinitionUri).toEqual({ Bucket: "code", Key: key });
  expect(Resources.Plain.Properties.DefinitionS3Location).toEqual({ Bucket: "code", Key: key });
  expect(Resources.Far.Properties.DefinitionUri).toBe("s3://a/b");
  expect(result.stackFiles.flatMap(({ sources }) => sources)).toEqual([
    path.join(folder, "orders.asl.json"),
    path.join(folder, "orders.asl.json"),
  ]);
});
