/**
 * The part of an object that a read asks for.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
import type { ByteRange } from "../../store/blobs.ts";
import type { Piece } from "./content.ts";
import { invalidPartNumber, invalidRange, invalidRequest } from "./errors.ts";

export interface RangeInput {
  readonly Range?: string | undefined;
  readonly PartNumber?: number | undefined;
}

export interface RequestedRange extends ByteRange {
  /** `bytes 0-9/100`; absent when it is the whole object. */
  readonly contentRange?: string;
  /** Of an object that was uploaded in parts, when one was asked for. */
  readonly partsCount?: number;
}

interface Sized {
  readonly sizeBytes: number;
  readonly pieces: readonly Piece[];
  readonly isMultipart: boolean;
}

const SYNTAX = /^bytes=(\d*)-(\d*)$/;

export function requestedRange(input: RangeInput, object: Sized): RequestedRange {
  if (input.PartNumber !== undefined) {
    if (input.Range !== undefined) {
      throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
    }
    return partRange(input.PartNumber, object);
  }
  return headerRange(input.Range, object.sizeBytes);
}

/** A header of another form, several ranges among them, is ignored, as on AWS. */
function headerRange(header: string | undefined, sizeBytes: number): RequestedRange {
  const whole = { startByte: 0, endByte: sizeBytes };
  const [, first = "", last = ""] = SYNTAX.exec(header ?? "") ?? [];
  if (header === undefined || first + last === "" || (first && last && +last < +first)) {
    return whole;
  }
  const startByte = first === "" ? Math.max(sizeBytes - Number(last), 0) : Number(first);
  const endByte = first === "" || last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (startByte >= endByte) {
    throw invalidRange(header, sizeBytes);
  }
  return withContentRange({ startByte, endByte }, sizeBytes);
}

function partRange(partNumber: number, object: Sized): RequestedRange {
  const { pieces, sizeBytes, isMultipart } = object;
  const count = isMultipart ? pieces.length : 1;
  if (partNumber < 1 || partNumber > count) {
    throw invalidPartNumber(partNumber, count);
  }
  if (!isMultipart) {
    return withContentRange({ startByte: 0, endByte: sizeBytes }, sizeBytes);
  }
  const startByte = pieces
    .slice(0, partNumber - 1)
    .reduce((sum, piece) => sum + piece.sizeBytes, 0);
  const endByte = startByte + (pieces[partNumber - 1]?.sizeBytes ?? 0);
  return { ...withContentRange({ startByte, endByte }, sizeBytes), partsCount: count };
}

function withContentRange(range: ByteRange, sizeBytes: number): RequestedRange {
  const { startByte, endByte } = range;
  return endByte === startByte
    ? range
    : { ...range, contentRange: `bytes ${startByte}-${endByte - 1}/${sizeBytes}` };
}
