/** What the operations of API Gateway get besides the request. */
import type { OperationName } from "../../wire/operations.ts";
import type { PageRequest } from "../pages.ts";
import type { CorePorts, Operation } from "../service.ts";
import type { AuthorizerResults } from "./authorization/authorizer-results.ts";
import { badRequest } from "./errors.ts";
import { PAGE_SIZE_DEFAULT } from "./limits.ts";

export interface ApiPorts extends CorePorts {
  readonly authorizerResults: AuthorizerResults;
}

export type ApiOperation<O extends OperationName<"apigatewayv2">> = Operation<
  ApiPorts,
  "apigatewayv2",
  O
>;

/** Ours are the base64 of an id or a name. */
const TOKEN_LENGTH_MAX = 256;

/** `MaxResults` is a text on the wire. */
export function pageRequest(input: {
  readonly MaxResults?: string | undefined;
  readonly NextToken?: string | undefined;
}): PageRequest {
  const limit = input.MaxResults === undefined ? PAGE_SIZE_DEFAULT : Number(input.MaxResults);
  if (!Number.isInteger(limit) || limit < 1) {
    throw badRequest("Invalid value for maxResults");
  }
  if ((input.NextToken?.length ?? 0) > TOKEN_LENGTH_MAX) {
    throw badRequest("Invalid value for nextToken");
  }
  return { token: input.NextToken, limit };
}
