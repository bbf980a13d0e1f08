/** PartiQL and enforced throughput over the SDK's clients. */
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchExecuteStatementCommand,
  DynamoDBDocumentClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  PutCommand,
} from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { startEngine } from "./engine.ts";

const engine = await startEngine();
const client = new DynamoDBClient(engine.config);
const documents = DynamoDBDocumentClient.from(client);

async function createTable(TableName: string, units?: number): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: "Artist", AttributeType: "S" },
        { AttributeName: "SongTitle", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "Artist", KeyType: "HASH" },
        { AttributeName: "SongTitle", KeyType: "RANGE" },
      ],
      ...(units === undefined
        ? { BillingMode: "PAY_PER_REQUEST" }
        : {
            ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units },
          }),
    }),
  );
}

await createTable("Music");

const execute = async (Statement: string, ...Parameters: readonly unknown[]) =>
  (
    await documents.send(
      new ExecuteStatementCommand({
        Statement,
        ...(Parameters.length > 0 && { Parameters: [...Parameters] }),
      }),
    )
  ).Items;

test("statements: AWS's examples run", async () => {
  await execute(`INSERT INTO "Music" value {'Artist' : 'Acme Band','SongTitle' : 'PartiQL Rocks'}`);
  await execute(
    `UPDATE "Music" SET AwardsWon=1 SET AwardDetail={'Grammys':[2020, 2018]}
     WHERE Artist='Acme Band' AND SongTitle='PartiQL Rocks'`,
  );
  await execute(
    `UPDATE "Music" SET AwardDetail.Grammys =list_append(AwardDetail.Grammys,[2016])
     WHERE Artist='Acme Band' AND SongTitle='PartiQL Rocks'`,
  );
  await execute(
    `UPDATE "Music" SET BandMembers =<<'member1', 'member2'>>
     WHERE Artist='Acme Band' AND SongTitle='PartiQL Rocks'`,
  );
  await execute(
    `UPDATE "Music" SET BandMembers =set_add(BandMembers, <<'newbandmember'>>)
     WHERE Artist='Acme Band' AND SongTitle='PartiQL Rocks'`,
  );
  expect(
    await execute(
      `SELECT * FROM "Music" WHERE Artist = ? and SongTitle = ?`,
      "Acme Band",
      "PartiQL Rocks",
    ),
  ).toEqual([
    {
      Artist: "Acme Band",
      SongTitle: "PartiQL Rocks",
      AwardsWon: 1,
      AwardDetail: { Grammys: [2020, 2018, 2016] },
      BandMembers: new Set(["member1", "member2", "newbandmember"]),
    },
  ]);
  expect(
    await execute(
      `DELETE FROM "Music" WHERE "Artist" = 'Acme Band' AND "SongTitle" = 'PartiQL Rocks' RETURNING ALL OLD *`,
    ),
  ).toMatchObject([{ AwardsWon: 1 }]);
});

test("statements: batches, transactions and errors have the SDK's shapes", async () => {
  const { Responses } = await documents.send(
    new BatchExecuteStatementCommand({
      Statements: ["a", "b"].map((title) => ({
        Statement: `INSERT INTO "Music" VALUE {'Artist': ?, 'SongTitle': ?}`,
        Parameters: ["Batch", title],
      })),
    }),
  );
  expect(Responses).toEqual([{ TableName: "Music" }, { TableName: "Music" }]);
  const insert = `INSERT INTO "Music" VALUE {'Artist': 'Batch', 'SongTitle': 'a'}`;
  await expect(execute(insert)).rejects.toMatchObject({ name: "DuplicateItemException" });
  const transaction = new ExecuteTransactionCommand({
    TransactStatements: [
      { Statement: `UPDATE "Music" SET n = 1 WHERE Artist = 'Batch' AND SongTitle = 'b'` },
      { Statement: insert },
    ],
  });
  await expect(documents.send(transaction)).rejects.toMatchObject({
    name: "TransactionCanceledException",
    CancellationReasons: [{ Code: "None" }, { Code: "DuplicateItem" }],
  });
  expect(await execute(`SELECT n FROM "Music" WHERE Artist = 'Batch'`)).toEqual([{}, {}]);
});

test("throughput: once enforced, the SDK's retries get through", async () => {
  await createTable("Slow", 2);
  const enforce = (enforced: boolean) =>
    fetch(`${engine.endpoint}/_millrace/dynamodb/throughput`, {
      method: "PUT",
      body: JSON.stringify({ enforced }),
    });
  expect(await (await enforce(true)).json()).toEqual({ enforced: true });
  const put = (number: number) =>
    new PutCommand({ TableName: "Slow", Item: { Artist: "s", SongTitle: `${number}` } });
  const attempts = Array.from({ length: 8 }, (_, number) => documents.send(put(number)));
  const refused = (await Promise.allSettled(attempts)).filter(
    (result) => result.status === "rejected",
  );
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({
    reason: {
      name: "ProvisionedThroughputExceededException",
      ThrottlingReasons: [{ reason: "TableWriteProvisionedThroughputExceeded" }],
    },
  });
  const patient = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...engine.config, maxAttempts: 12 }),
  );
  await patient.send(put(99));
  await enforce(false);
  const bad = await fetch(`${engine.endpoint}/_millrace/dynamodb/throughput`, {
    method: "PUT",
    body: "maybe",
  });
  expect(bad.status).toBe(400);
});
