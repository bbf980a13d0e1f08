/** What functions are released with: layers, versions, aliases and URLs, made by templates. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";
import { ROLE, ZIP } from "../../testing/lambda-fixture.ts";

let cloud: CloudFixture;

beforeEach(async () => {
  cloud = await createCloudFixture();
  await cloud.call("s3", "CreateBucket", { Bucket: "code" });
  await cloud.call("s3", "PutObject", { Bucket: "code", Key: "layer.zip", Body: zip() });
});

afterEach(() => cloud.stop());

async function* zip() {
  yield ZIP;
}

/** Another package to the fixture's code store, which unpacks nothing. */
const SECOND: Uint8Array = Buffer.concat([ZIP, ZIP]);

async function* second() {
  yield SECOND;
}

const template = (step: { readonly weight: number; readonly mode: string }): string => `
Resources:
  Shared:
    Type: AWS::Lambda::LayerVersion
    Properties:
      LayerName: shared
      Content: { S3Bucket: code, S3Key: layer.zip }
      CompatibleRuntimes: [nodejs20.x]
  Grant:
    Type: AWS::Lambda::LayerVersionPermission
    Properties:
      Action: lambda:GetLayerVersion
      LayerVersionArn: !Ref Shared
      Principal: "111111111111"
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: worker
      Code: { ZipFile: "def handler(event, context): return 1" }
      Handler: index.handler
      Runtime: python3.12
      Role: ${ROLE}
      Layers: [!Ref Shared]
      SnapStart: { ApplyOn: PublishedVersions }
      RecursiveLoop: Allow
  First: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Worker } }
  Live:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionName: !Ref Worker
      FunctionVersion: !GetAtt First.Version
      Name: live
      Description: weight ${step.weight}
  Url:
    Type: AWS::Lambda::Url
    Properties: { TargetFunctionArn: !Ref Live, AuthType: NONE, InvokeMode: ${step.mode} }
  Open:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunctionUrl
      FunctionName: !Ref Live
      FunctionUrlAuthType: NONE
      Principal: "*"
Outputs:
  Layer: { Value: !GetAtt Shared.LayerVersionArn }
  Url: { Value: !GetAtt Url.FunctionUrl }
  Version: { Value: !Ref First }
`;

test("a function is released with its layer, an alias and a URL, and all goes again", async () => {
  const { call } = cloud;
  const body = template({ weight: 1, mode: "BUFFERED" });
  const { StackId = "" } = await call("cloudformation", "CreateStack", {
    StackName: "shop",
    TemplateBody: body,
  });
  const made = await cloud.settled(StackId);
  expect([made.status, ...made.failures]).toEqual(["CREATE_COMPLETE"]);
  const arn = "arn:aws:lambda:us-east-1:000000000000";
  expect(made.outputs).toEqual({
    Layer: `${arn}:layer:shared:1`,
    Url: expect.stringMatching(/^http:\/\/[a-z2-7]{32}\.lambda-url\.us-east-1\.localhost/),
    Version: `${arn}:function:worker:1`,
  });
  const shown = await call("lambda", "GetFunctionConfiguration", {
    FunctionName: "worker",
    Qualifier: "live",
  });
  expect(shown).toMatchObject({
    Version: "1",
    Layers: [{ Arn: `${arn}:layer:shared:1` }],
    SnapStart: { ApplyOn: "PublishedVersions", OptimizationStatus: "On" },
  });
  const { Policy } = await call("lambda", "GetPolicy", {
    FunctionName: "worker",
    Qualifier: "live",
  });
  expect(Policy).toContain("lambda:InvokeFunctionUrl");

  await call("cloudformation", "UpdateStack", {
    StackName: "shop",
    TemplateBody: template({ weight: 2, mode: "RESPONSE_STREAM" }),
  });
  expect((await cloud.settled(StackId)).status).toBe("UPDATE_COMPLETE");
  const url = await call("lambda", "GetFunctionUrlConfig", {
    FunctionName: "worker",
    Qualifier: "live",
  });
  expect(url).toMatchObject({ InvokeMode: "RESPONSE_STREAM", FunctionUrl: made.outputs["Url"] });

  await call("cloudformation", "DeleteStack", { StackName: "shop" });
  expect((await cloud.settled(StackId)).status).toBe("DELETE_COMPLETE");
  expect((await call("lambda", "ListFunctions", {})).Functions).toEqual([]);
  expect((await call("lambda", "ListLayers", {})).Layers).toEqual([]);
});

/** Makes the stack or changes it, and says how that ended. */
async function deploy(StackName: string, TemplateBody: string) {
  const { StackSummaries = [] } = await cloud.call("cloudformation", "ListStacks", {});
  const known = StackSummaries.find((stack) => stack.StackName === StackName)?.StackId;
  const request = { StackName, TemplateBody };
  if (known !== undefined) {
    await cloud.call("cloudformation", "UpdateStack", request);
    return cloud.settled(known);
  }
  const { StackId = "" } = await cloud.call("cloudformation", "CreateStack", request);
  return cloud.settled(StackId);
}

const worker = (properties: string): string => `
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: worker
      Handler: index.handler
      Runtime: nodejs20.x
      Role: ${ROLE}
      ${properties}
`;

test("a function takes the version of its package that the template names", async () => {
  const { call } = cloud;
  await call("s3", "PutBucketVersioning", {
    Bucket: "code",
    VersioningConfiguration: { Status: "Enabled" },
  });
  const put = async (Body: AsyncIterable<Uint8Array>) =>
    (await call("s3", "PutObject", { Bucket: "code", Key: "a.zip", Body })).VersionId;
  const first = await put(zip());
  await put(second());
  const code = (version: string) => `Code: { S3Bucket: code, S3Key: a.zip${version} }`;
  const size = async () =>
    (await call("lambda", "GetFunctionConfiguration", { FunctionName: "worker" })).CodeSize;
  await deploy("versions", worker(code(`, S3ObjectVersion: ${first}`)));
  expect(await size()).toBe(ZIP.length);
  await deploy("versions", worker(code("")));
  expect(await size()).toBe(SECOND.length);
});

test("logging goes back to its defaults with the property, and SnapStart is told", async () => {
  const code = 'Code: { ZipFile: "exports.handler = 1;" }';
  const output = `
Outputs:
  Snap: { Value: !Join [" ", [!GetAtt Worker.SnapStartResponse.ApplyOn, !GetAtt Worker.SnapStartResponse.OptimizationStatus]] }`;
  const logging = "LoggingConfig: { LogFormat: JSON, LogGroup: orders, SystemLogLevel: WARN }";
  await deploy("logs", worker(`${code}\n      ${logging}`));
  const read = async () =>
    (await cloud.call("lambda", "GetFunctionConfiguration", { FunctionName: "worker" }))
      .LoggingConfig;
  expect(await read()).toMatchObject({ LogFormat: "JSON", SystemLogLevel: "WARN" });
  await deploy("logs", worker(`${code}\n      LoggingConfig: { LogFormat: JSON }`));
  expect(await read()).toMatchObject({ SystemLogLevel: "INFO", LogGroup: "/aws/lambda/worker" });
  const without = await deploy("logs", worker(code) + output);
  expect(await read()).toEqual({ LogFormat: "Text", LogGroup: "/aws/lambda/worker" });
  expect(without.outputs).toEqual({ Snap: "None Off" });
});
