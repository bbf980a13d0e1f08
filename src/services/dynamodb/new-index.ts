/** Secondary indexes as requests describe them, checked. */
import { notSupported } from "../../wire/aws-error.ts";
import type {
  KeySchemaElement,
  OnDemandThroughput,
  Projection,
  ProvisionedThroughput,
  WarmThroughput,
} from "../../wire/models/dynamodb.gen.ts";
import { invalidParameters, validation } from "./errors.ts";
import { PROJECTED_ATTRIBUTES_MAX } from "./limits.ts";
import type { IndexRecord, ProjectionType, TableRecord, Throughput } from "./table.ts";
import { changedSettings } from "./throughput-settings.ts";

export interface Keys {
  readonly hash: string;
  readonly range?: string;
}

export function keysOf(schema: readonly KeySchemaElement[], operation: string): Keys {
  const [first, second] = schema;
  if (first?.KeyType !== "HASH") {
    throw validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (schema.length > 2) {
    throw notSupported(operation, "KeySchema with several partition or sort key attributes");
  }
  if (second === undefined) {
    return { hash: first.AttributeName };
  }
  if (second.KeyType !== "RANGE") {
    throw validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (second.AttributeName === first.AttributeName) {
    throw validation(
      "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    );
  }
  return { hash: first.AttributeName, range: second.AttributeName };
}

export interface IndexInput {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: Projection;
  readonly ProvisionedThroughput?: ProvisionedThroughput | undefined;
  readonly OnDemandThroughput?: OnDemandThroughput | undefined;
  readonly WarmThroughput?: WarmThroughput | undefined;
}

export interface IndexPlace {
  readonly number: number;
  readonly isGlobal: boolean;
  readonly operation: string;
  readonly billing: TableRecord["billing"];
}

export function indexRecordOf(input: IndexInput, place: IndexPlace): IndexRecord {
  const throughput = input.ProvisionedThroughput && throughputOf(input.ProvisionedThroughput);
  return {
    name: input.IndexName,
    number: place.number,
    isGlobal: place.isGlobal,
    ...keysOf(input.KeySchema, place.operation),
    ...projectionOf(input.Projection),
    ...(throughput && { throughput }),
    ...changedSettings({}, input, { billing: place.billing, throughput }, "index"),
  };
}

export function throughputOf(input: ProvisionedThroughput): Throughput {
  return { readUnits: input.ReadCapacityUnits, writeUnits: input.WriteCapacityUnits };
}

function projectionOf(projection: Projection): Pick<IndexRecord, "projection" | "included"> {
  const { ProjectionType: type, NonKeyAttributes: names } = projection;
  if (type === undefined) {
    throw invalidParameters("Unknown ProjectionType: null");
  }
  if (type === "INCLUDE") {
    if (names === undefined) {
      throw invalidParameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    return { projection: type, included: names };
  }
  if (names !== undefined) {
    throw invalidParameters(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
  return { projection: type as ProjectionType };
}

/** All indexes of a table together. */
export function requireProjectedAttributes(indexes: readonly IndexRecord[]): void {
  const count = indexes.reduce((sum, index) => sum + (index.included?.length ?? 0), 0);
  if (count > PROJECTED_ATTRIBUTES_MAX) {
    throw invalidParameters(
      "Number of NonKeyAttributes across all indexes exceeds the limit of " +
        `${PROJECTED_ATTRIBUTES_MAX}`,
    );
  }
}

/** The keys of a local index are those of its table, but for the sort key. */
export function requireLocalKeys(index: IndexRecord, table: Keys): void {
  if (table.range === undefined) {
    throw invalidParameters(
      "Table KeySchema does not have a range key, " +
        "which is required when specifying a LocalSecondaryIndex",
    );
  }
  if (index.range === undefined) {
    throw invalidParameters(`Index KeySchema does not have a range key for index: ${index.name}`);
  }
  if (index.hash !== table.hash) {
    throw invalidParameters(
      "Index KeySchema does not have the same leading hash key as table KeySchema " +
        `for index: ${index.name}. index hash key: ${index.hash}, table hash key: ${table.hash}`,
    );
  }
}

/** Provisioned tables have provisioned global indexes; the others have none. */
export function requireIndexThroughput(
  index: IndexRecord,
  billing: "PROVISIONED" | "PAY_PER_REQUEST",
): void {
  if (billing === "PROVISIONED" && index.throughput === undefined) {
    throw invalidParameters(`ProvisionedThroughput is not specified for index: ${index.name}`);
  }
  if (billing === "PAY_PER_REQUEST" && index.throughput !== undefined) {
    throw invalidParameters(
      `ProvisionedThroughput should not be specified for index: ${index.name} ` +
        "when BillingMode is PAY_PER_REQUEST",
    );
  }
}
