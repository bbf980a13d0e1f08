import { beforeEach, describe, expect, test } from "vitest";
import {
  createLambdaFixture,
  type LambdaFixture,
  ROLE,
  ZIP,
} from "../../testing/lambda-fixture.ts";

const ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders";

let fixture: LambdaFixture;
let call: LambdaFixture["call"];

beforeEach(async () => {
  fixture = await createLambdaFixture();
  call = fixture.call;
});

describe("create", () => {
  test("answers AWS's defaults", async () => {
    const created = await call("CreateFunction", {
      FunctionName: "orders",
      Role: ROLE,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Code: { ZipFile: ZIP },
    });
    expect(created).toEqual({
      FunctionName: "orders",
      FunctionArn: ARN,
      Runtime: "nodejs20.x",
      Role: ROLE,
      Handler: "index.handler",
      CodeSize: 22,
      Description: "",
      Timeout: 3,
      MemorySize: 128,
      LastModified: "2026-01-01T00:00:00.000+0000",
      CodeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      Version: "$LATEST",
      TracingConfig: { Mode: "PassThrough" },
      RevisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      PackageType: "Zip",
      Architectures: ["x86_64"],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
      LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/orders" },
      State: "Active",
      LastUpdateStatus: "Successful",
    });
  });

  test("takes a package from S3, and says with S3's words when it is not there", async () => {
    fixture.objects.set("packages/orders.zip", ZIP);
    const Code = { S3Bucket: "packages", S3Key: "orders.zip" };
    await fixture.createFunction("orders", { Code });
    const { Configuration } = await call("GetFunction", { FunctionName: "orders" });
    expect(Configuration?.CodeSize).toBe(22);
    await expect(
      fixture.createFunction("other", { Code: { ...Code, S3Key: "x" } }),
    ).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message:
        "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
    });
  });

  test("takes the version of a package that the request names", async () => {
    fixture.objects.set("packages/orders.zip?v1", ZIP);
    const Code = { S3Bucket: "packages", S3Key: "orders.zip" };
    await expect(fixture.createFunction("orders", { Code })).rejects.toThrow("NoSuchKey");
    await fixture.createFunction("orders", { Code: { ...Code, S3ObjectVersion: "v1" } });
    const update = { FunctionName: "orders", ...Code };
    await expect(call("UpdateFunctionCode", update)).rejects.toThrow("NoSuchKey");
    await call("UpdateFunctionCode", { ...update, S3ObjectVersion: "v1" });
    const Content = { ...Code, S3ObjectVersion: "v1" };
    const layer = await call("PublishLayerVersion", { LayerName: "shared", Content });
    expect(layer.Content?.CodeSize).toBe(22);
  });

  test("shows the key of its package", async () => {
    const SourceKMSKeyArn = "arn:aws:kms:us-east-1:000000000000:key/1";
    await fixture.createFunction("orders", { Code: { ZipFile: ZIP, SourceKMSKeyArn } });
    const { Code } = await call("GetFunction", { FunctionName: "orders" });
    expect(Code?.SourceKMSKeyArn).toBe(SourceKMSKeyArn);
  });

  const refusals: readonly [string, Parameters<LambdaFixture["createFunction"]>[1], string][] = [
    ["a name that is taken", {}, "Function already exist: orders"],
    [
      "no handler",
      { Handler: undefined },
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    ],
    [
      "an empty package",
      { Code: { ZipFile: new Uint8Array(0) } },
      "Uploaded file must be a non-empty zip",
    ],
    ["no package", { Code: {} }, "Please provide a source for function code."],
    [
      "two packages",
      { Code: { ZipFile: ZIP, S3Bucket: "b", S3Key: "k" } },
      "Please do not provide other FunctionCode parameters when providing a ZipFile.",
    ],
    [
      "a timeout over 15 minutes",
      { Timeout: 901 },
      "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ],
    [
      "more memory than there is",
      { MemorySize: 10_241 },
      "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240",
    ],
    [
      "a reserved variable",
      { Environment: { Variables: { AWS_REGION: "x", mine: "y" } } },
      "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION",
    ],
    [
      "a retired runtime",
      { Runtime: "nodejs12.x" },
      "The runtime parameter of nodejs12.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.",
    ],
    [
      "a VPC of subnets alone",
      { VpcConfig: { SubnetIds: ["subnet-1"] } },
      "SubnetIds and SecurityIds must coexist or be both empty list.",
    ],
    [
      "file systems",
      { FileSystemConfigs: [{ Arn: "arn", LocalMountPath: "/mnt/a" }] },
      "Millrace does not support FileSystemConfigs of CreateFunction.",
    ],
    [
      "levels of text logs",
      { LoggingConfig: { ApplicationLogLevel: "DEBUG" } },
      "Log Level is not supported when Log Format is set to Text. Remove Log Level from your request or change the Log Format to JSON and try again.",
    ],
  ];

  test.each(refusals)("refuses %s", async (_, overrides, message) => {
    await fixture.createFunction("orders");
    const name = Object.keys(overrides ?? {}).length === 0 ? "orders" : "other";
    await expect(fixture.createFunction(name, overrides)).rejects.toThrow(message);
  });

  test("refuses an environment over 4 KB", async () => {
    const Variables = { long: "x".repeat(4_090) };
    await expect(fixture.createFunction("orders", { Environment: { Variables } })).rejects.toThrow(
      `exceeded the 4KB limit. String measured: {"long":"${"x".repeat(4_090)}"}`,
    );
  });

  test("leaves no package behind when it fails", async () => {
    await fixture.createFunction("orders");
    const before = await fixture.store.read((tx) => [...tx.range({ prefix: ["blob"] })].length);
    const twice = [fixture.createFunction("other"), fixture.createFunction("other")];
    const results = await Promise.allSettled(twice);
    expect(results.filter(({ status }) => status === "fulfilled").length).toBe(1);
    await fixture.clock.advance(0);
    const rows = await fixture.store.read((tx) => [
      [...tx.range({ prefix: ["blob"] })].length,
      [...tx.range({ prefix: ["blob-released"] })].length,
    ]);
    expect(rows).toEqual([before + 1, 0]);
  });
});

describe("names", () => {
  beforeEach(() => fixture.createFunction("orders"));

  test.each([
    "orders",
    "orders:$LATEST",
    "function:orders",
    "000000000000:function:orders",
    "000000000000:function:orders:$LATEST",
    ARN,
    `${ARN}:$LATEST`,
  ])("%s is understood", async (FunctionName) => {
    const found = await call("GetFunctionConfiguration", { FunctionName });
    expect(found.FunctionName).toBe("orders");
  });

  test("the answer's ARN has the qualifier that was asked for", async () => {
    const found = await call("GetFunctionConfiguration", {
      FunctionName: "orders",
      Qualifier: "$LATEST",
    });
    expect(found.FunctionArn).toBe(`${ARN}:$LATEST`);
  });

  test("what is not there is refused with its ARN", async () => {
    const get = (FunctionName: string, Qualifier?: string) =>
      call("GetFunction", { FunctionName, Qualifier });
    await expect(get("missing")).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      status: 404,
      message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:missing",
      members: { Type: "User" },
    });
    await expect(get("orders", "7")).rejects.toThrow(`Function not found: ${ARN}:7`);
    await expect(get("orders:1", "2")).rejects.toThrow(
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
    await expect(get("arn:aws:lambda:eu-west-1:000000000000:function:orders")).rejects.toThrow(
      "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    );
  });
});

describe("update", () => {
  beforeEach(() => fixture.createFunction("orders", { Environment: { Variables: { A: "1" } } }));

  test("configuration: changes what is given, keeps the rest, and makes a new revision", async () => {
    const before = await call("GetFunctionConfiguration", { FunctionName: "orders" });
    await fixture.clock.advance(1_000);
    const after = await call("UpdateFunctionConfiguration", {
      FunctionName: "orders",
      Timeout: 30,
      LoggingConfig: { LogFormat: "JSON", ApplicationLogLevel: "DEBUG" },
    });
    expect(after).toEqual({
      ...before,
      Timeout: 30,
      LoggingConfig: {
        LogFormat: "JSON",
        ApplicationLogLevel: "DEBUG",
        SystemLogLevel: "INFO",
        LogGroup: "/aws/lambda/orders",
      },
      LastModified: "2026-01-01T00:00:01.000+0000",
      RevisionId: after.RevisionId,
    });
    expect(after.RevisionId).not.toBe(before.RevisionId);
  });

  test("configuration: no variables take the environment away", async () => {
    const after = await call("UpdateFunctionConfiguration", {
      FunctionName: "orders",
      Environment: { Variables: {} },
    });
    expect(after.Environment).toBeUndefined();
  });

  test("an old revision id is refused", async () => {
    await expect(
      call("UpdateFunctionConfiguration", { FunctionName: "orders", RevisionId: "old" }),
    ).rejects.toMatchObject({ code: "PreconditionFailedException", status: 412 });
  });

  test("code: the next invocation runs the new package", async () => {
    await call("Invoke", { FunctionName: "orders" });
    const other = Buffer.concat([ZIP, Buffer.from("x")]);
    const updated = await call("UpdateFunctionCode", { FunctionName: "orders", ZipFile: other });
    await call("Invoke", { FunctionName: "orders" });
    const [first, second] = fixture.host.calls.map(({ spec }) => spec);
    expect(first?.codeDirectory).not.toBe(second?.codeDirectory);
    expect(first?.revision).not.toBe(second?.revision);
    expect(updated.CodeSize).toBe(ZIP.length + 1);
  });

  test("code: a dry run changes nothing", async () => {
    const before = await call("GetFunctionConfiguration", { FunctionName: "orders" });
    await call("UpdateFunctionCode", {
      FunctionName: "orders",
      ZipFile: Buffer.concat([ZIP, Buffer.from("x")]),
      DryRun: true,
    });
    expect(await call("GetFunctionConfiguration", { FunctionName: "orders" })).toEqual(before);
  });
});

describe("delete", () => {
  test("removes the function and all that belongs to it", async () => {
    await fixture.createFunction("orders");
    await call("PutFunctionConcurrency", {
      FunctionName: "orders",
      ReservedConcurrentExecutions: 5,
    });
    await call("AddPermission", {
      FunctionName: "orders",
      StatementId: "s",
      Action: "lambda:InvokeFunction",
      Principal: "sns.amazonaws.com",
    });
    await call("PutFunctionEventInvokeConfig", {
      FunctionName: "orders",
      MaximumRetryAttempts: 0,
    });
    await call("DeleteFunction", { FunctionName: "orders" });
    await fixture.clock.advance(0);
    const rows = await fixture.store.read((tx) => [
      ...tx.range({ prefix: ["lambda"] }),
      ...tx.range({ prefix: ["blob"] }),
    ]);
    expect(rows).toEqual([]);
    expect(fixture.host.retired).toEqual([ARN]);
    await expect(call("DeleteFunction", { FunctionName: "orders" })).rejects.toThrow(
      `Function not found: ${ARN}`,
    );
  });
});

describe("list", () => {
  test("functions come by name, in pages, without their state", async () => {
    for (const name of ["c", "a", "b"]) {
      await fixture.createFunction(name);
    }
    const first = await call("ListFunctions", { MaxItems: 2 });
    expect(first.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(["a", "b"]);
    expect(first.Functions?.[0]).not.toHaveProperty("State");
    const second = await call("ListFunctions", { Marker: first.NextMarker });
    expect(second.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(["c"]);
    expect(second).not.toHaveProperty("NextMarker");
  });

  test("a function has one version", async () => {
    await fixture.createFunction("orders");
    const { Versions } = await call("ListVersionsByFunction", { FunctionName: "orders" });
    expect(Versions?.map(({ FunctionArn, Version }) => [FunctionArn, Version])).toEqual([
      [`${ARN}:$LATEST`, "$LATEST"],
    ]);
  });
});

describe("code", () => {
  test("its location leads to the package", async () => {
    await fixture.createFunction("orders");
    const { Code } = await call("GetFunction", { FunctionName: "orders" });
    expect(Code?.Location).toBe(
      "http://localhost:4566/_millrace/code/us-east-1/000000000000/orders.zip",
    );
    const path = new URL(Code?.Location ?? "").pathname;
    expect(await fixture.lambda.readCode(path)).toEqual(ZIP);
    expect(await fixture.lambda.readCode(`${path}x`)).toBeUndefined();
    expect(await fixture.lambda.readCode(path.replace("orders", "other"))).toBeUndefined();
  });
});
