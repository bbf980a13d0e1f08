/**
 * The checksums kept with objects.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
import { type ChecksumAlgorithm, createChecksum } from "../../wire/checksums.ts";
import { badDigest, invalidRequest } from "./errors.ts";

export type ChecksumName = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";
export type ChecksumType = "COMPOSITE" | "FULL_OBJECT";

/** As kept with an object or a part: base64, behind a composite one the number of parts. */
export interface StoredChecksum {
  readonly name: ChecksumName;
  readonly value: string;
  readonly type: ChecksumType;
}

interface ChecksumKind {
  readonly algorithm: ChecksumAlgorithm;
  readonly field: keyof ChecksumFields;
}

/** The members of inputs and outputs that carry a checksum. */
export interface ChecksumFields {
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

export interface ChecksumInput extends ChecksumFields {
  readonly ChecksumAlgorithm?: string | undefined;
}

const KINDS: Readonly<Record<ChecksumName, ChecksumKind>> = {
  CRC32: { algorithm: "crc32", field: "ChecksumCRC32" },
  CRC32C: { algorithm: "crc32c", field: "ChecksumCRC32C" },
  CRC64NVME: { algorithm: "crc64nvme", field: "ChecksumCRC64NVME" },
  SHA1: { algorithm: "sha1", field: "ChecksumSHA1" },
  SHA256: { algorithm: "sha256", field: "ChecksumSHA256" },
};

const NAMES = Object.keys(KINDS) as readonly ChecksumName[];

/** What a checksum of content shall be: computed, and equal to `expected` where that is given. */
export interface WantedChecksum {
  readonly name: ChecksumName;
  readonly expected?: string | undefined;
}

/**
 * Which checksum an upload comes with, or asks for; none when it says nothing of one.
 * Sources: https://github.com/versity/versitygw/issues/1186 and 1598
 */
export function wantedChecksum(input: ChecksumInput): WantedChecksum | undefined {
  const [given, ...others] = NAMES.filter((name) => input[KINDS[name].field] !== undefined);
  const asked = input.ChecksumAlgorithm;
  if (given === undefined) {
    return asked === undefined ? undefined : { name: checksumName(asked) };
  }
  if (asked !== undefined && checksumName(asked) !== given) {
    throw invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
  if (others.length > 0) {
    throw invalidRequest(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  return { name: given, expected: input[KINDS[given].field] };
}

/** What objects have whose uploader names none. */
export const DEFAULT_CHECKSUM: ChecksumName = "CRC64NVME";

/**
 * The same for whole objects, which have a checksum in any case.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function wantedOrDefault(input: ChecksumInput): WantedChecksum {
  return wantedChecksum(input) ?? { name: DEFAULT_CHECKSUM };
}

export function checksumName(text: string): ChecksumName {
  const name = NAMES.find((known) => known === text.toUpperCase());
  if (name === undefined) {
    throw invalidRequest(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${NAMES.join(", ")}]`,
    );
  }
  return name;
}

export function algorithmOf(name: ChecksumName): ChecksumAlgorithm {
  return KINDS[name].algorithm;
}

/** The value in an input's member for this checksum. */
export function givenChecksum(input: ChecksumFields, name: ChecksumName): string | undefined {
  return input[KINDS[name].field];
}

export function verifyChecksum(wanted: WantedChecksum, value: string): void {
  if (wanted.expected !== undefined && wanted.expected !== value) {
    throw badDigest(wanted.name);
  }
}

/** The members of an output for a checksum. */
export function checksumFields(
  checksum: StoredChecksum | undefined,
): ChecksumFields & { readonly ChecksumType?: ChecksumType } {
  return checksum === undefined
    ? {}
    : { [KINDS[checksum.name].field]: checksum.value, ChecksumType: checksum.type };
}

/** The same for a part, whose checksum has no type. */
export function partChecksumFields(checksum: StoredChecksum | undefined): ChecksumFields {
  return checksum === undefined ? {} : { [KINDS[checksum.name].field]: checksum.value };
}

/** The checksum of the parts' checksums, then their number. */
export function compositeChecksum(
  name: ChecksumName,
  parts: readonly StoredChecksum[],
): StoredChecksum {
  const checksum = createChecksum(algorithmOf(name));
  for (const part of parts) {
    checksum.update(Buffer.from(part.value, "base64"));
  }
  return { name, value: `${checksum.digest()}-${parts.length}`, type: "COMPOSITE" };
}
