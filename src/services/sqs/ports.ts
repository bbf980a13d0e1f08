import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";
import type { InFlightGate } from "./in-flight-gate.ts";
import type { MessageCounter } from "./message-counts.ts";
import type { WaitingLines } from "./waiting-line.ts";

export interface SqsPorts extends CorePorts {
  readonly lines: WaitingLines;
  readonly counter: MessageCounter;
  readonly gate: InFlightGate;
}

export type SqsContext = RequestContext & SqsPorts;
export type SqsOperation<O extends OperationName<"sqs">> = Operation<SqsPorts, "sqs", O>;
