/** Tables as CreateTable describes them, checked. */
import { formatArn } from "../../base/arn.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type {
  AttributeDefinition,
  ProvisionedThroughput,
  SSESpecification,
} from "../../wire/models/dynamodb.gen.ts";
import type { Input } from "../../wire/operations.ts";
import { invalidParameters, validation } from "./errors.ts";
import { BASE_INDEX } from "./keys.ts";
import { GLOBAL_INDEXES_MAX, LOCAL_INDEXES_MAX } from "./limits.ts";
import {
  type IndexInput,
  indexRecordOf,
  type Keys,
  keysOf,
  requireIndexThroughput,
  requireLocalKeys,
  requireProjectedAttributes,
  throughputOf,
} from "./new-index.ts";
import type { Encryption, IndexRecord, KeyType, TableRecord } from "./table.ts";
import { requireNewTableName, type TableId, tableArn } from "./table-id.ts";
import { changedSettings } from "./throughput-settings.ts";

type CreateTableInput = Input<"dynamodb", "CreateTable">;

/** All but what only the transaction knows. */
export type TableDraft = Omit<TableRecord, "number" | "id" | "createdMs">;

const UNSUPPORTED = [
  "GlobalTableSettingsReplicationMode",
  "GlobalTableSourceArn",
  "VectorIndexes",
] as const;

export function tableDraft(id: TableId, input: CreateTableInput): TableDraft {
  requireNewTableName(id.name);
  refuseUnsupported(input);
  const billing = billingOf(input.BillingMode, input.ProvisionedThroughput);
  const throughput = input.ProvisionedThroughput && throughputOf(input.ProvisionedThroughput);
  const keys = keysOf(input.KeySchema ?? [], "CreateTable");
  const indexes = indexesOf(input, billing);
  const attributes = attributesOf(input.AttributeDefinitions ?? []);
  requireDefinitions(attributes, [keys, ...indexes]);
  requireIndexes(indexes, keys, billing);
  return {
    name: id.name,
    arn: tableArn(id),
    attributes,
    ...keys,
    indexes,
    nextIndex: BASE_INDEX + 1 + indexes.length,
    billing,
    ...(throughput && { throughput }),
    ...changedSettings({}, input, { billing, throughput }, "table"),
    ...(input.TableClass !== undefined && { tableClass: input.TableClass }),
    isProtected: input.DeletionProtectionEnabled === true,
    ...encryptionOf(id, input.SSESpecification),
  };
}

function refuseUnsupported(input: CreateTableInput): void {
  const given = UNSUPPORTED.find((member) => input[member] !== undefined);
  if (given !== undefined) {
    throw notSupported("CreateTable", given);
  }
}

export function billingOf(
  mode: string | undefined,
  throughput: ProvisionedThroughput | undefined,
): TableRecord["billing"] {
  if (mode === "PAY_PER_REQUEST") {
    if (throughput !== undefined) {
      throw invalidParameters(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified " +
          "when BillingMode is PAY_PER_REQUEST",
      );
    }
    return mode;
  }
  if (throughput === undefined) {
    throw invalidParameters(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified " +
        "when BillingMode is PROVISIONED",
    );
  }
  return "PROVISIONED";
}

function indexesOf(
  input: CreateTableInput,
  billing: TableRecord["billing"],
): readonly IndexRecord[] {
  const { LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = input;
  requireSome("LocalSecondaryIndexes", local);
  requireSome("GlobalSecondaryIndexes", global);
  const all: readonly { readonly index: IndexInput; readonly isGlobal: boolean }[] = [
    ...(local ?? []).map((index) => ({ index, isGlobal: false })),
    ...(global ?? []).map((index) => ({ index, isGlobal: true })),
  ];
  return all.map(({ index, isGlobal }, position) =>
    indexRecordOf(index, {
      number: BASE_INDEX + 1 + position,
      isGlobal,
      operation: "CreateTable",
      billing,
    }),
  );
}

function requireSome(member: string, list: readonly unknown[] | undefined): void {
  if (list?.length === 0) {
    throw invalidParameters(`List of ${member} is empty`);
  }
}

export function attributesOf(
  definitions: readonly AttributeDefinition[],
): Readonly<Record<string, KeyType>> {
  const names = definitions.map((definition) => definition.AttributeName);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw invalidParameters(`Duplicate AttributeName in AttributeDefinitions: ${repeated}`);
  }
  return Object.fromEntries(
    definitions.map((definition) => [
      definition.AttributeName,
      definition.AttributeType as KeyType,
    ]),
  );
}

/** Every key has a definition, every definition is of a key. */
export function requireDefinitions(
  attributes: Readonly<Record<string, KeyType>>,
  schemas: readonly Keys[],
): void {
  const defined = Object.keys(attributes);
  for (const { hash, range } of schemas) {
    const names = range === undefined ? [hash] : [hash, range];
    if (names.some((name) => !Object.hasOwn(attributes, name))) {
      throw invalidParameters(
        "Some index key attributes are not defined in AttributeDefinitions. " +
          `Keys: [${names.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
      );
    }
  }
  const used = new Set(schemas.flatMap(({ hash, range }) => [hash, range ?? hash]));
  if (used.size === defined.length) {
    return;
  }
  throw invalidParameters(
    schemas.length === 1
      ? "Number of attributes in KeySchema does not exactly match " +
          "number of attributes defined in AttributeDefinitions"
      : "Some AttributeDefinitions are not used. " +
          `AttributeDefinitions: [${defined.join(", ")}], keys used: [${[...used].join(", ")}]`,
  );
}

export function requireIndexes(
  indexes: readonly IndexRecord[],
  table: Keys,
  billing: TableRecord["billing"],
): void {
  const names = indexes.map((index) => index.name);
  const repeated = names.find((name, position) => names.indexOf(name) !== position);
  if (repeated !== undefined) {
    throw invalidParameters(`Duplicate index name: ${repeated}`);
  }
  for (const index of indexes) {
    if (index.isGlobal) {
      requireIndexThroughput(index, billing);
    } else {
      requireLocalKeys(index, table);
    }
  }
  const globalCount = indexes.filter((index) => index.isGlobal).length;
  if (indexes.length - globalCount > LOCAL_INDEXES_MAX) {
    throw invalidParameters(
      `Number of LocalSecondaryIndexes exceeds per-table limit of ${LOCAL_INDEXES_MAX}`,
    );
  }
  if (globalCount > GLOBAL_INDEXES_MAX) {
    throw invalidParameters(
      `GlobalSecondaryIndex count exceeds the per-table limit of ${GLOBAL_INDEXES_MAX}`,
    );
  }
  requireProjectedAttributes(indexes);
}

export function encryptionOf(
  id: TableId,
  input: SSESpecification | undefined,
): { readonly encryption?: Encryption } {
  if (input === undefined || input.Enabled === false) {
    return {};
  }
  if (input.SSEType !== undefined && input.SSEType !== "KMS") {
    throw validation(
      "One or more parameter values were invalid: Unsupported SSEType, only KMS is supported",
    );
  }
  const key = input.KMSMasterKeyId ?? "alias/aws/dynamodb";
  const resource = key.startsWith("alias/") ? key : `key/${key}`;
  const keyArn = key.startsWith("arn:")
    ? key
    : formatArn({ service: "kms", region: id.region, accountId: id.accountId, resource });
  return { encryption: { keyArn } };
}
