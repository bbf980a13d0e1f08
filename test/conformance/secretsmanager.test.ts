import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  paginateListSecrets,
  ResourceExistsException,
  ResourceNotFoundException,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { eventually } from "../examples/eventually.ts";
import { ACCOUNT, pagesOf, REGION, startEngine, zipOf } from "./engine.ts";

const engine = await startEngine();
const client = new SecretsManagerClient(engine.config);

test("secrets: text and bytes come back as they were given", async () => {
  const bytes = Uint8Array.from([0, 1, 254, 255]);
  const made = await client.send(new CreateSecretCommand({ Name: "bytes", SecretBinary: bytes }));
  expect(made.ARN).toMatch(`arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:bytes-`);
  const read = await client.send(new GetSecretValueCommand({ SecretId: made.ARN }));
  expect(Uint8Array.from(read.SecretBinary ?? [])).toEqual(bytes);
  expect([read.SecretString, read.CreatedDate]).toEqual([undefined, expect.any(Date)]);
  await client.send(new PutSecretValueCommand({ SecretId: "bytes", SecretString: "text ü" }));
  const { SecretValues, Errors } = await client.send(
    new BatchGetSecretValueCommand({ SecretIdList: ["bytes", "none"] }),
  );
  expect(SecretValues?.[0]?.SecretString).toBe("text ü");
  expect(Errors?.[0]?.ErrorCode).toBe("ResourceNotFoundException");
});

test("secrets: errors have AWS's types", async () => {
  const get = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));
  await expect(get("none")).rejects.toBeInstanceOf(ResourceNotFoundException);
  await client.send(new CreateSecretCommand({ Name: "once", SecretString: "1" }));
  const again = new CreateSecretCommand({ Name: "once", SecretString: "1" });
  await expect(client.send(again)).rejects.toBeInstanceOf(ResourceExistsException);
  const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId: "once" }));
  expect(DeletionDate).toBeInstanceOf(Date);
  await expect(get("once")).rejects.toBeInstanceOf(InvalidRequestException);
});

test("secrets: are listed by the SDK's paginator", async () => {
  for (const Name of ["list/a", "list/b", "list/c"]) {
    await client.send(new CreateSecretCommand({ Name, SecretString: Name }));
  }
  const Filters = [{ Key: "name" as const, Values: ["list/"] }];
  const pages = await pagesOf(paginateListSecrets({ client, pageSize: 2 }, { Filters }));
  expect(pages.map(({ SecretList }) => SecretList?.map(({ Name }) => Name))).toEqual([
    ["list/a", "list/b"],
    ["list/c"],
  ]);
});

/** As AWS's templates do it, with the SDK that the runtime brings. */
const ROTATION = `
import * as sm from "@aws-sdk/client-secrets-manager";
const client = new sm.SecretsManagerClient({});
export async function handler({ Step, SecretId, ClientRequestToken, RotationToken }) {
  const { VersionIdsToStages: stages } = await client.send(new sm.DescribeSecretCommand({ SecretId }));
  if (!stages[ClientRequestToken]?.includes("AWSPENDING")) throw new Error("not pending");
  if (Step === "createSecret") {
    await client.send(new sm.PutSecretValueCommand({
      SecretId, ClientRequestToken, RotationToken,
      SecretString: "rotated", VersionStages: ["AWSPENDING"],
    }));
  }
  if (Step === "testSecret") {
    const VersionStage = "AWSPENDING";
    await client.send(new sm.GetSecretValueCommand({ SecretId, VersionId: ClientRequestToken, VersionStage }));
  }
  if (Step === "finishSecret") {
    const [current] = Object.entries(stages).find(([, labels]) => labels.includes("AWSCURRENT"));
    await client.send(new sm.UpdateSecretVersionStageCommand({
      SecretId, VersionStage: "AWSCURRENT",
      MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current,
    }));
  }
}`;

test("secrets: a function rotates them", async () => {
  const { FunctionArn } = await new LambdaClient(engine.config).send(
    new CreateFunctionCommand({
      FunctionName: "rotate",
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Role: `arn:aws:iam::${ACCOUNT}:role/rotate`,
      Code: { ZipFile: await zipOf("index.mjs", ROTATION) },
      Timeout: 30,
    }),
  );
  const SecretId = "rotating";
  await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: "first" }));
  const { VersionId } = await client.send(
    new RotateSecretCommand({
      SecretId,
      RotationLambdaARN: FunctionArn,
      RotationRules: { AutomaticallyAfterDays: 30 },
    }),
  );
  await eventually({ what: "the rotation", withinMs: 30_000 }, async () => {
    const described = await client.send(new DescribeSecretCommand({ SecretId }));
    return described.LastRotatedDate;
  });
  const read = await client.send(new GetSecretValueCommand({ SecretId }));
  expect([read.SecretString, read.VersionId]).toEqual(["rotated", VersionId]);
  const VersionStage = "AWSPREVIOUS";
  const previous = await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  expect(previous.SecretString).toBe("first");
}, 40_000);
