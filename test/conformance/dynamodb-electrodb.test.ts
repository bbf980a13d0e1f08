/** ElectroDB, a modelling library: entities and collections of one table, as its guide has them. */
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Entity, Service } from "electrodb";
import { expect, test } from "vitest";
import { startEngine } from "./engine.ts";

const engine = await startEngine();
const client = new DynamoDBClient(engine.config);
const table = "electro";

const index = (IndexName: string) => ({
  IndexName,
  KeySchema: [
    { AttributeName: `${IndexName}pk`, KeyType: "HASH" as const },
    { AttributeName: `${IndexName}sk`, KeyType: "RANGE" as const },
  ],
  Projection: { ProjectionType: "ALL" as const },
});

await client.send(
  new CreateTableCommand({
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"].map((name) => ({
      AttributeName: name,
      AttributeType: "S",
    })),
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [index("gsi1"), index("gsi2")],
  }),
);

const Employee = new Entity(
  {
    model: { entity: "employee", version: "1", service: "taskapp" },
    attributes: {
      employee: { type: "string", required: true },
      team: { type: "string", required: true },
      office: { type: "string", required: true },
      title: { type: ["dev", "lead", "manager"] as const, default: "dev" },
      salary: { type: "number", default: 0 },
      skills: { type: "set", items: "string" },
      address: { type: "map", properties: { city: { type: "string" }, zip: { type: "string" } } },
      history: { type: "list", items: { type: "string" } },
    },
    indexes: {
      employee: {
        collection: "assignments",
        pk: { field: "pk", composite: ["employee"] },
        sk: { field: "sk", composite: [] },
      },
      offices: {
        index: "gsi1",
        collection: "workplaces",
        pk: { field: "gsi1pk", composite: ["office"] },
        sk: { field: "gsi1sk", composite: ["team", "employee"] },
      },
      teams: {
        index: "gsi2",
        pk: { field: "gsi2pk", composite: ["team"] },
        sk: { field: "gsi2sk", composite: ["employee"] },
      },
    },
  },
  { client, table },
);

const Task = new Entity(
  {
    model: { entity: "task", version: "1", service: "taskapp" },
    attributes: {
      task: { type: "string", required: true },
      project: { type: "string", required: true },
      employee: { type: "string", required: true },
      points: { type: "number", default: 1 },
    },
    indexes: {
      project: {
        pk: { field: "pk", composite: ["task"] },
        sk: { field: "sk", composite: ["project"] },
      },
      assigned: {
        index: "gsi1",
        pk: { field: "gsi1pk", composite: ["project"] },
        sk: { field: "gsi1sk", composite: ["task"] },
      },
    },
  },
  { client, table },
);

const EmployeeNote = new Entity(
  {
    model: { entity: "note", version: "1", service: "taskapp" },
    attributes: {
      employee: { type: "string", required: true },
      note: { type: "string", required: true },
      text: { type: "string" },
    },
    indexes: {
      employee: {
        collection: "assignments",
        pk: { field: "pk", composite: ["employee"] },
        sk: { field: "sk", composite: ["note"] },
      },
    },
  },
  { client, table },
);

const app = new Service({ employee: Employee, task: Task, note: EmployeeNote }, { client, table });

const people = [
  { employee: "ada", team: "green", office: "berlin", title: "lead", salary: 90 },
  { employee: "bob", team: "green", office: "berlin", title: "dev", salary: 60 },
  { employee: "cyd", team: "blue", office: "berlin", title: "dev", salary: 70 },
  { employee: "dan", team: "blue", office: "rome", title: "manager", salary: 99 },
] as const;

test("entities: are put, read, and found by their indexes", async () => {
  const unprocessed = await Employee.put([...people]).go();
  expect(unprocessed.unprocessed).toEqual([]);
  const { data: ada } = await Employee.get({ employee: "ada" }).go();
  expect(ada).toEqual(people[0]);
  const berlin = await Employee.query.offices({ office: "berlin" }).go();
  expect(berlin.data.map(({ employee }) => employee)).toEqual(["cyd", "ada", "bob"]);
  const green = await Employee.query
    .offices({ office: "berlin", team: "green" })
    .where(({ salary }, { gt }) => gt(salary, 65))
    .go();
  expect(green.data).toEqual([people[0]]);
  const developers = await Employee.query.teams({ team: "blue" }).lt({ employee: "dan" }).go();
  expect(developers.data).toEqual([people[2]]);
  const { data: some } = await Employee.get([{ employee: "bob" }, { employee: "nobody" }]).go();
  expect(some).toEqual([people[1]]);
  const scanned = await Employee.scan.where(({ office }, { eq }) => eq(office, "rome")).go();
  expect(scanned.data).toEqual([people[3]]);
});

test("entities: are created once, and changed by operations of every kind", async () => {
  const eve = { employee: "eve", team: "red", office: "oslo", skills: ["ts"], history: ["hired"] };
  await Employee.create(eve).go();
  await expect(Employee.create(eve).go()).rejects.toThrow("The conditional request failed");
  const { data } = await Employee.update({ employee: "eve" })
    .set({ address: { city: "Oslo", zip: "0150" }, title: "lead" })
    .add({ salary: 10, skills: ["sql"] })
    .append({ history: ["promoted"] })
    .where(({ salary }, { eq }) => eq(salary, 0))
    .go({ response: "all_new" });
  expect(data).toMatchObject({
    title: "lead",
    salary: 10,
    address: { city: "Oslo", zip: "0150" },
    history: ["hired", "promoted"],
  });
  expect([...(data?.skills ?? [])].sort()).toEqual(["sql", "ts"]);
  await Employee.patch({ employee: "eve" })
    .data((attributes, operations) => {
      operations.set(attributes.address.city, "Bergen");
      operations.subtract(attributes.salary, 3);
      operations.delete(attributes.skills, ["ts"]);
      operations.remove(attributes.history);
    })
    .go();
  const changed = await Employee.get({ employee: "eve" }).go();
  expect(changed.data).toMatchObject({
    salary: 7,
    address: { city: "Bergen", zip: "0150" },
    skills: ["sql"],
  });
  expect(changed.data).not.toHaveProperty("history");
  await expect(Employee.patch({ employee: "ghost" }).set({ salary: 1 }).go()).rejects.toThrow(
    "The conditional request failed",
  );
  const { data: upserted } = await Employee.upsert({ ...eve, salary: 8 }).go({
    response: "all_new",
  });
  expect(upserted).toMatchObject({ salary: 8 });
  await Employee.delete({ employee: "eve" }).go();
  expect((await Employee.get({ employee: "eve" }).go()).data).toBeNull();
});

test("collections: read several entities at once", async () => {
  await EmployeeNote.put({ employee: "ada", note: "n1", text: "hello" }).go();
  const { data } = await app.collections.assignments({ employee: "ada" }).go();
  expect(data.employee).toEqual([people[0]]);
  expect(data.note).toEqual([{ employee: "ada", note: "n1", text: "hello" }]);
});

test("transactions: are carried out together or canceled with reasons", async () => {
  const done = await app.transaction
    .write(({ employee, task }) => [
      task.create({ task: "t1", project: "p", employee: "ada" }).commit(),
      employee.patch({ employee: "ada" }).add({ salary: 5 }).commit(),
      employee
        .check({ employee: "bob" })
        .where(({ salary }, { eq }) => eq(salary, 60))
        .commit(),
    ])
    .go();
  expect(done.canceled).toBe(false);
  const again = await app.transaction
    .write(({ employee, task }) => [
      task.create({ task: "t1", project: "p", employee: "bob" }).commit(),
      employee.patch({ employee: "ada" }).add({ salary: 5 }).commit(),
    ])
    .go();
  expect(again.canceled).toBe(true);
  expect(again.data.map(({ rejected, code }) => [rejected, code])).toEqual([
    [true, "ConditionalCheckFailed"],
    [false, "None"],
  ]);
  const read = await app.transaction
    .get(({ employee, task }) => [
      employee.get({ employee: "ada" }).commit(),
      task.get({ task: "t1", project: "p" }).commit(),
    ])
    .go();
  expect(read.data.map(({ item }) => item)).toMatchObject([{ salary: 95 }, { employee: "ada" }]);
});

test("pages: go on with a cursor", async () => {
  await Task.put(
    Array.from({ length: 30 }, (_, number) => ({
      task: `page-${String(number).padStart(2, "0")}`,
      project: "pages",
      employee: "cyd",
    })),
  ).go();
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { data: { task: string }[]; cursor: string | null } = await Task.query
      .assigned({ project: "pages" })
      .go({ cursor, limit: 7 });
    seen.push(...page.data.map(({ task }) => task));
    cursor = page.cursor;
  } while (cursor !== null);
  expect(seen).toHaveLength(30);
  expect(seen).toEqual([...seen].sort());
});
