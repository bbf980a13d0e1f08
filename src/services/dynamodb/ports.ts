import type { ExpressionCompiler } from "../../languages/dynamodb/compile.ts";
import type { StatementCompiler } from "../../languages/partiql/compile.ts";
import type { CorePorts, RequestContext } from "../service.ts";
import type { Tables } from "./tables.ts";
import type { ThroughputMeter } from "./throughput-meter.ts";

export interface DynamoDbPorts extends CorePorts {
  readonly tables: Tables;
  readonly expressions: ExpressionCompiler;
  readonly statements: StatementCompiler;
  readonly throughput: ThroughputMeter;
}

export type DynamoDbContext = RequestContext & DynamoDbPorts;
