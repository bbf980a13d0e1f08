/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html */
import type { Value, ValueObject } from "../../languages/template/value.ts";
import { resourceError } from "./sam-error.ts";
import {
  checkProperties,
  defined,
  objectOf,
  ownAttributes,
  type SamResource,
  tagList,
} from "./sam-resource.ts";

const KNOWN = new Set([
  "PointInTimeRecoverySpecification",
  "PrimaryKey",
  "ProvisionedThroughput",
  "SSESpecification",
  "TableName",
  "Tags",
]);

const KEY_TYPES: Readonly<Record<string, string>> = { String: "S", Number: "N", Binary: "B" };

export function simpleTable(table: SamResource): ValueObject {
  checkProperties(table, KNOWN);
  const { properties } = table;
  const key = primaryKey(table);
  const throughput = properties["ProvisionedThroughput"];
  const tags = objectOf(properties["Tags"]);
  return {
    Type: "AWS::DynamoDB::Table",
    ...ownAttributes(table.attributes),
    Properties: defined({
      AttributeDefinitions: [{ AttributeName: key.name, AttributeType: key.type }],
      BillingMode: throughput === undefined ? "PAY_PER_REQUEST" : undefined,
      KeySchema: [{ AttributeName: key.name, KeyType: "HASH" }],
      PointInTimeRecoverySpecification: properties["PointInTimeRecoverySpecification"],
      ProvisionedThroughput: throughput,
      SSESpecification: properties["SSESpecification"],
      TableName: properties["TableName"],
      Tags: Object.keys(tags).length === 0 ? undefined : tagList(tags),
    }),
  };
}

function primaryKey(table: SamResource): { readonly name: Value; readonly type: string } {
  const key = table.properties["PrimaryKey"];
  if (key === undefined) {
    return { name: "id", type: "S" };
  }
  const { Name: name, Type: type } = objectOf(key);
  const converted = KEY_TYPES[String(type)];
  if (name === undefined || type === undefined) {
    throw resourceError(
      table.logicalId,
      `Property 'PrimaryKey.${name === undefined ? "Name" : "Type"}' is required.`,
    );
  }
  if (converted === undefined) {
    throw resourceError(table.logicalId, `Invalid 'Type' "${String(type)}".`);
  }
  return { name, type: converted };
}
