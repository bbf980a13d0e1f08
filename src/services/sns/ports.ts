import type { HttpClient } from "../../platform/http-client.ts";
import type { OperationName } from "../../wire/operations.ts";
import type { CorePorts, Operation, RequestContext } from "../service.ts";
import type { FanOutPorts } from "./fan-out.ts";

export interface SnsPorts extends CorePorts, FanOutPorts {
  readonly http: HttpClient;
}

export type SnsContext = RequestContext & SnsPorts;
export type SnsOperation<O extends OperationName<"sns">> = Operation<SnsPorts, "sns", O>;
