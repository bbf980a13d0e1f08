/** Pages as SQS has them: without MaxResults a list is one page and has no token. */
import { fromBase64, utf8Decode } from "../../base/bytes.ts";
import type { PageRequest } from "../pages.ts";
import { invalidParameter, invalidParameterValue } from "./errors.ts";
import { QUEUES_PER_PAGE_MAX } from "./limits.ts";

export interface ListRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

const NAME_OR_ARN = /^[\w:.-]+$/;

export function pageRequest({ NextToken, MaxResults }: ListRequest): PageRequest {
  if (NextToken !== undefined && !NAME_OR_ARN.test(utf8Decode(fromBase64(NextToken)))) {
    throw invalidParameterValue("Invalid or expired next token.");
  }
  const limit = MaxResults ?? QUEUES_PER_PAGE_MAX;
  if (!(limit >= 1 && limit <= QUEUES_PER_PAGE_MAX)) {
    throw invalidParameter(
      "MaxResults",
      limit,
      `MaxResults must be an integer between 1 and ${QUEUES_PER_PAGE_MAX}.`,
    );
  }
  return { token: NextToken, limit };
}

export function nextToken(request: ListRequest, token: string | undefined): string | undefined {
  return request.MaxResults === undefined ? undefined : token;
}
