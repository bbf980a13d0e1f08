/** What the operations of API Gateway get besides the request. */
import type { OperationName } from "../../wire/operations.ts";
import type { PageRequest } from "../pages.ts";
import type { CorePorts, Operation } from "../service.ts";
import { badRequest } from "./errors.ts";
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "./limits.ts";

export type ApiOperation<O extends OperationName<"apigateway">> = Operation<
  CorePorts,
  "apigateway",
  O
>;

/** Ours are the base64 of an id or a name. */
const POSITION_LENGTH_MAX = 512;

export function pageRequest(input: {
  readonly limit?: number | undefined;
  readonly position?: string | undefined;
}): PageRequest {
  const { limit = PAGE_SIZE_DEFAULT, position } = input;
  if (!Number.isInteger(limit) || limit < 1) {
    throw badRequest("Invalid value for limit");
  }
  if ((position?.length ?? 0) > POSITION_LENGTH_MAX) {
    throw badRequest("Invalid position parameter specified");
  }
  return { token: position, limit: Math.min(limit, PAGE_SIZE_MAX) };
}
