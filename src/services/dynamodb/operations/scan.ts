import { normalizeAttributes } from "../../../languages/dynamodb/normalize.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { validation } from "../errors.ts";
import { isInSegment, segmentRange } from "../key-range.ts";
import { meteredRead } from "../metered.ts";
import type { DynamoDbContext } from "../ports.ts";
import { readPage } from "../read-page.ts";
import { answerPage, sourceOf } from "../read-plan.ts";
import { bindingsOf, requireNotMixed } from "../request-checks.ts";
import { type Selection, selectionOf } from "../selection.ts";
import { type Start, startOf } from "../start-key.ts";

type ScanInput = Input<"dynamodb", "Scan">;

interface Segment {
  readonly number: number;
  readonly total: number;
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
export async function scan(
  ctx: DynamoDbContext,
  input: ScanInput,
): Promise<Output<"dynamodb", "Scan">> {
  const segment = segmentOf(input);
  const { filter, projection } = planOf(ctx, input);
  const startKey = input.ExclusiveStartKey && normalizeAttributes(input.ExclusiveStartKey, "older");
  return meteredRead(ctx, (tx, usage) => {
    const table = ctx.tables.require(tx, ctx, input.TableName);
    const source = sourceOf(table, input);
    const start =
      startKey &&
      startOf(table, source, startKey, source === table.base ? BASE_FAULT : START_FAULT);
    if (start !== undefined && segment !== undefined) {
      requireSegment(start, segment);
    }
    const page = readPage(tx, {
      range: { ...segmentRange(table.record.number, source, segment), after: start?.row },
      limit: input.Limit,
      filter,
    });
    return answerPage(tx, page, { table, source, projection, input }, usage);
  });
}

const START_FAULT = "The provided starting key is invalid";
const BASE_FAULT = `${START_FAULT}: The provided key element does not match the schema`;

function requireSegment(start: Start, segment: Segment): void {
  if (!isInSegment(start.digest, segment)) {
    throw validation(
      `${START_FAULT}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct ` +
        `Segment. TotalSegments: ${segment.total} Segment: ${segment.number}`,
    );
  }
}

function segmentOf({ Segment: number, TotalSegments: total }: ScanInput): Segment | undefined {
  if (number === undefined && total === undefined) {
    return undefined;
  }
  if (total === undefined) {
    throw validation(
      "The TotalSegments parameter is required but was not present in the request " +
        "when Segment parameter is present",
    );
  }
  if (number === undefined) {
    throw validation(
      "The Segment parameter is required but was not present in the request " +
        "when parameter TotalSegments is present",
    );
  }
  if (number >= total) {
    throw validation(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: " +
        `Segment: ${number} is not less than TotalSegments: ${total}`,
    );
  }
  return { number, total };
}

function planOf(ctx: DynamoDbContext, input: ScanInput): Selection {
  const { FilterExpression, ProjectionExpression } = input;
  const { ScanFilter, AttributesToGet, ConditionalOperator } = input;
  const texts = { ProjectionExpression, FilterExpression };
  requireNotMixed({ AttributesToGet, ScanFilter, ConditionalOperator }, texts);
  const bindings = bindingsOf(input, texts, {
    wording: "older",
    valuesNeed: "FilterExpression is null",
  });
  return selectionOf(ctx, input, bindings, {
    wording: "older",
    legacyFilter: ScanFilter,
    envelope: "",
  });
}
