import type { ExpressionCompiler } from "../../languages/dynamodb/compile.ts";
import type { StatementCompiler } from "../../languages/partiql/compile.ts";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { ReceiveMetrics } from "../../outbox/metrics.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { CorePorts, RequestContext } from "../service.ts";
import type { CreationDelay } from "./creation-delay.ts";
import type { Tables } from "./tables.ts";
import type { ThroughputMeter } from "./throughput-meter.ts";

/** How changes get into Kinesis streams. */
export interface DestinationPorts {
  readonly sinks: Sinks;
  readonly dispatcher: Dispatcher;
}

export interface DynamoDbPorts extends CorePorts {
  readonly tables: Tables;
  readonly expressions: ExpressionCompiler;
  readonly statements: StatementCompiler;
  readonly throughput: ThroughputMeter;
  readonly creationDelay: CreationDelay;
  /** `undefined` where there are no streams. */
  readonly destinations: DestinationPorts | undefined;
  /** `undefined` where nothing is counted. */
  readonly countMetrics?: ReceiveMetrics;
}

export type DynamoDbContext = RequestContext & DynamoDbPorts;
