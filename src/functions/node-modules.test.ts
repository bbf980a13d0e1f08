import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCodeStore } from "./code/code-store.ts";
import { zipDirectory } from "./code/zip-archive.ts";
import { createTestHost, type TestHost } from "./test-host.ts";

let t: TestHost;
let engine: Server;
const requests: { readonly url: string; readonly authorization: string }[] = [];

beforeAll(async () => {
  engine = createServer((request, response) => {
    const { url = "", headers } = request;
    requests.push({ url, authorization: headers.authorization ?? "" });
    response.writeHead(200, { "content-type": "application/xml" });
    response.end("<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>");
  });
  await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
  const { port } = engine.address() as AddressInfo;
  t = await createTestHost({ endpoint: `http://127.0.0.1:${port}` });
});

afterAll(async () => {
  await t.close();
  engine.close();
});

const probe = `@aws-sdk/util-dynamodb`;
const required = {
  "index.js": `exports.handler = async () => require("${probe}").marshall({ a: 1 })`,
};
const imported = {
  "index.mjs": `import { marshall } from "${probe}"; export const handler = async () => marshall({ a: 1 })`,
};

describe("the SDK of the runtime", () => {
  test.each([
    ["require", required],
    ["import", imported],
    [
      "import from CommonJS",
      {
        "index.js": required["index.js"]
          .replace("require(", "(await import(")
          .replace(").m", ")).m"),
      },
    ],
  ])("%s: finds it above an unpacked package", async (_title, files) => {
    const spec = t.define(files);
    const store = createCodeStore({ directory: path.join(t.directory, "store") });
    const hash = Buffer.from(spec.name).toString("hex");
    const codeDirectory = await store.unpack(hash, await zipDirectory(spec.codeDirectory));
    expect((await t.invoke({ ...spec, codeDirectory })).value).toEqual({ a: { N: "1" } });
  });

  test.each([
    ["require", required],
    ["import", imported],
  ])("%s: finds it for code that lies anywhere", async (_title, files) => {
    expect((await t.invoke(t.define(files))).value).toEqual({ a: { N: "1" } });
  });

  test.each([
    ["require", required, "exports.marshall = () => 'own'"],
    ["import", imported, "exports.marshall = () => 'own'"],
  ])("%s: the function's own comes first", async (_title, files, own) => {
    const spec = t.define({
      ...files,
      [`node_modules/${probe}/index.js`]: own,
      [`node_modules/${probe}/package.json`]: `{"name":"${probe}","main":"index.js"}`,
    });
    expect((await t.invoke(spec)).value).toBe("own");
  });

  test.each([
    ["require", { "index.js": `require("lmdb"); exports.handler = async () => 1` }],
    ["import", { "index.mjs": `import "lmdb"; export const handler = async () => 1` }],
  ])("%s: nothing else of Millrace's is found", async (_title, files) => {
    const { value } = await t.invoke(t.define(files));
    expect((value as { errorMessage: string }).errorMessage).toContain("Cannot find");
  });

  test("layers: their modules are found, those of a later layer first", async () => {
    const spec = t.define({ "index.js": `exports.handler = async () => require("shared")` });
    const layers = [1, 2].map((n) =>
      t.define({ "nodejs/node_modules/shared/index.js": `module.exports = ${n}` }),
    );
    const layerDirectories = layers.map((layer) => layer.codeDirectory);
    expect((await t.invoke({ ...spec, layerDirectories })).value).toBe(2);
  });

  test("requests: SDK v3 reaches the engine, as the function's account", async () => {
    const spec = t.define(
      {
        "index.js": `
          const { S3Client, ListObjectsV2Command } = require("@aws-sdk/client-s3");
          const s3 = new S3Client({});
          exports.handler = async () => (await s3.send(new ListObjectsV2Command({ Bucket: "photos" }))).KeyCount;`,
      },
      { accountId: "111122223333", region: "eu-central-1" },
    );
    expect((await t.invoke(spec)).value).toBe(0);
    const request = requests.at(-1);
    expect(request?.url).toMatch(/^\/photos(\/)?\?list-type=2/);
    expect(request?.authorization).toMatch(/Credential=111122223333\/\d+\/eu-central-1\/s3\//);
  });

  test("SDK v2: its global configuration is pointed at the engine before the code uses it", async () => {
    const files = {
      "node_modules/aws-sdk/package.json": `{"name":"aws-sdk","main":"lib/aws.js"}`,
      "node_modules/aws-sdk/lib/aws.js": `module.exports = require("./core"); require("../clients/s3")`,
      "node_modules/aws-sdk/lib/core.js": `
        const config = { update(options) { Object.assign(this, options); } };
        module.exports = { config };`,
      "node_modules/aws-sdk/clients/s3.js": `
        const AWS = require("../lib/core");
        module.exports = AWS.S3 = class { constructor() { this.endpoint = AWS.config.endpoint; this.path = AWS.config.s3ForcePathStyle; } };`,
    };
    const uses = [
      `const AWS = require("aws-sdk"); const s3 = new AWS.S3(); exports.handler = async () => s3`,
      `const S3 = require("aws-sdk/clients/s3"); const s3 = new S3(); exports.handler = async () => s3`,
    ];
    for (const index of uses) {
      const spec = t.define({ ...files, "index.js": index });
      const { value } = await t.invoke(spec);
      expect(value).toEqual({ endpoint: expect.stringMatching(/^http:\/\/127/), path: true });
    }
    const mjs = `import AWS from "aws-sdk"; const s3 = new AWS.S3(); export const handler = async () => s3`;
    const { value } = await t.invoke(t.define({ ...files, "index.mjs": mjs }));
    expect(value).toMatchObject({ path: true });
  });
});

describe("the environment of a process", () => {
  const show = { "index.js": `exports.handler = async () => ({ ...process.env })` };

  test("variables: Lambda's, the function's, and none of the engine's", async () => {
    process.env["MILLRACE_SECRET_OF_THE_HOST"] = "1";
    const spec = t.define(show, {
      environment: { STAGE: "dev", LANG: "de_DE.UTF-8", AWS_REGION: "x" },
    });
    const { value, logStream } = await t.invoke(spec);
    delete process.env["MILLRACE_SECRET_OF_THE_HOST"];
    const { PATH, HOME, TMPDIR, NODE_PATH, LD_LIBRARY_PATH, AWS_ENDPOINT_URL, ...rest } =
      value as Record<string, string>;
    expect(PATH?.split(":")).toContain("/usr/bin");
    expect([HOME, TMPDIR].every((folder) => folder?.startsWith(t.directory))).toBe(true);
    expect([NODE_PATH, LD_LIBRARY_PATH].every(Boolean)).toBe(true);
    expect(AWS_ENDPOINT_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(rest).toEqual({
      STAGE: "dev",
      LANG: "de_DE.UTF-8",
      TZ: ":UTC",
      _HANDLER: "index.handler",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x",
      AWS_LAMBDA_FUNCTION_NAME: spec.name,
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      AWS_LAMBDA_METADATA_API: rest["AWS_LAMBDA_RUNTIME_API"],
      AWS_LAMBDA_METADATA_TOKEN: expect.stringMatching(/^[\w-]{43}$/),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      AWS_ACCESS_KEY_ID: "000000000000",
      AWS_SECRET_ACCESS_KEY: "millrace",
      AWS_SESSION_TOKEN: "millrace",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      AWS_DISABLE_HOST_PREFIX_INJECTION: "true",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
      AWS_XRAY_DAEMON_ADDRESS: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      _AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1",
      _AWS_XRAY_DAEMON_PORT: expect.stringMatching(/^\d+$/),
      LAMBDA_TASK_ROOT: spec.codeDirectory,
      LAMBDA_RUNTIME_DIR: expect.any(String),
    });
    expect(logStream).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  });

  test("a log group of one's own has streams with the function's name", async () => {
    const spec = t.define(show, { logGroup: "shared" });
    const { logStream } = await t.invoke(spec);
    const [, , , owner = ""] = logStream.split("/");
    expect(owner.replace(/[0-9a-f]{32}$/, "")).toBe(`${spec.name}[$LATEST]`);
  });

  test("variables: those an interpreter reads at its start are there at its start", async () => {
    const files = {
      "index.js": `exports.handler = async () => [process.execArgv, process.env.NODE_OPTIONS, typeof globalThis.early]`,
      "early.cjs": `globalThis.early = 1`,
    };
    const spec = t.define(files);
    const environment = { NODE_OPTIONS: `--require ${spec.codeDirectory}/early.cjs` };
    expect((await t.invoke({ ...spec, environment })).value).toEqual([
      ["--max-old-space-size=115"],
      environment.NODE_OPTIONS,
      "number",
    ]);
  });

  test("source maps: they are used when asked for", async () => {
    const map = Buffer.from(
      JSON.stringify({ version: 3, sources: ["orders.ts"], names: [], mappings: "AAAA;AASA" }),
    ).toString("base64");
    const files = {
      "index.js": `
exports.handler = async () => { throw new Error("mapped"); }
//# ${"sourceMappingURL"}=data:application/json;base64,${map}`,
    };
    const spec = t.define(files, { environment: { NODE_OPTIONS: "--enable-source-maps" } });
    const { value } = await t.invoke(spec);
    expect((value as { trace: string[] }).trace[1]).toContain("orders.ts:10");
  });

  test("wrapper: AWS_LAMBDA_EXEC_WRAPPER starts the process, from a layer too", async () => {
    const spec = t.define({ "index.js": `exports.handler = async () => process.env.WRAPPED` });
    const layer = t.define({ wrap: `#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n` });
    const wrapped = {
      ...spec,
      layerDirectories: [layer.codeDirectory],
      environment: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/wrap", WRAPPED: "no" },
    };
    expect((await t.invoke(wrapped)).value).toBe("yes");
    const argument = t.define({ wrap: `#!/bin/sh\nexec "$@" wrapped\n` });
    const passed = {
      ...t.define({ "index.js": `exports.handler = async () => process.argv.at(-1)` }),
      layerDirectories: [argument.codeDirectory],
      environment: { AWS_LAMBDA_EXEC_WRAPPER: "/opt/wrap" },
    };
    expect((await t.invoke(passed)).value).toBe("wrapped");
  });

  test("folders: the code is the working directory, and temporary files are its own", async () => {
    const files = {
      "index.js": `
        const fs = require("node:fs"); const os = require("node:os");
        exports.handler = async () => { fs.writeFileSync(os.tmpdir() + "/a", "1"); return [process.cwd(), os.tmpdir(), os.homedir()]; }`,
    };
    const [one, two] = [t.define(files), t.define(files)];
    const [first, second] = [await t.invoke(one), await t.invoke(two)];
    const [cwd, temporary] = first.value as string[];
    expect(cwd).toBe(one.codeDirectory);
    expect(temporary).not.toBe((second.value as string[])[1]);
  });
});
