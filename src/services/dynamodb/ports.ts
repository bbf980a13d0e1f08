import type { ExpressionCompiler } from "../../languages/dynamodb/compile.ts";
import type { StatementCompiler } from "../../languages/partiql/compile.ts";
import type { CorePorts, RequestContext } from "../service.ts";
import type { CreationDelay } from "./creation-delay.ts";
import type { Tables } from "./tables.ts";
import type { ThroughputMeter } from "./throughput-meter.ts";

export interface DynamoDbPorts extends CorePorts {
  readonly tables: Tables;
  readonly expressions: ExpressionCompiler;
  readonly statements: StatementCompiler;
  readonly throughput: ThroughputMeter;
  readonly creationDelay: CreationDelay;
}

export type DynamoDbContext = RequestContext & DynamoDbPorts;
