/**
 * Amazon DynamoDB Streams: the changes of tables, in their order. It has a model and an endpoint of
 * its own, but its records are rows of DynamoDB, so it lives beside the tables.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
 */
import { bindOperations, type Operations, type Service } from "../../service.ts";
import type { DynamoDbPorts } from "../ports.ts";
import { describeStream } from "./operations/describe-stream.ts";
import { getRecords } from "./operations/get-records.ts";
import { getShardIterator } from "./operations/get-shard-iterator.ts";
import { listStreams } from "./operations/list-streams.ts";

const operations: Operations<DynamoDbPorts, "dynamodbstreams"> = {
  DescribeStream: describeStream,
  GetRecords: getRecords,
  GetShardIterator: getShardIterator,
  ListStreams: listStreams,
};

export function createDynamoDbStreams(ports: DynamoDbPorts): Service {
  return {
    name: "dynamodbstreams",
    operations: bindOperations<DynamoDbPorts, "dynamodbstreams">(ports, operations),
  };
}
