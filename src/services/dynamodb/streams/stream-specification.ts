/**
 * `StreamSpecification` of CreateTable and UpdateTable.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
 */
import type { WriteTx } from "../../../store/store.ts";
import type { StreamSpecification } from "../../../wire/models/dynamodb.gen.ts";
import { invalidParameters, validation } from "../errors.ts";
import type { TableRecord, TableStream } from "../table.ts";
import { closeStream, openStream } from "./open-stream.ts";

/** A new table, with the stream it is to have. */
export function withFirstStream(
  tx: WriteTx,
  record: TableRecord,
  specification: StreamSpecification | undefined,
): TableRecord {
  const viewType = specification && wantedViewType(specification);
  return viewType === undefined ? record : { ...record, stream: openStream(tx, record, viewType) };
}

/** The table with its stream enabled or disabled, if that is asked for. */
export function withChangedStream(
  tx: WriteTx,
  record: TableRecord,
  specification: StreamSpecification | undefined,
): TableRecord {
  if (specification === undefined) {
    return record;
  }
  const viewType = wantedViewType(specification);
  const { stream } = record;
  if (viewType !== undefined) {
    if (stream?.isEnabled) {
      throw validation(`Table already has an enabled stream: TableName: ${record.name}`);
    }
    return { ...record, stream: openStream(tx, record, viewType) };
  }
  if (!stream?.isEnabled) {
    throw validation(`Table is not enabled for streams: TableName: ${record.name}`);
  }
  return { ...record, stream: closeStream(tx, stream) };
}

/** `undefined` when no stream is wanted. */
function wantedViewType({
  StreamEnabled: isWanted,
  StreamViewType: viewType,
}: StreamSpecification): TableStream["viewType"] | undefined {
  if (isWanted && viewType === undefined) {
    throw invalidParameters("StreamViewType must be specified when StreamEnabled is true");
  }
  if (!isWanted && viewType !== undefined) {
    throw invalidParameters("StreamViewType cannot be specified when StreamEnabled is false");
  }
  return viewType as TableStream["viewType"] | undefined;
}
