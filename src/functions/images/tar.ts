/**
 * Reads tar archives as a stream: POSIX (ustar, pax) and GNU, as image builders write them.
 *
 * Names come out as they stand in the archive: what to make of `..`, of absolute names and of links
 * is the reader's to decide. Sparse files are refused; extended attributes are left out.
 * Source: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13
 */
import { ImageError } from "./image-error.ts";

export type TarEntryType = "file" | "directory" | "symlink" | "link" | "special";

export interface TarEntry {
  readonly name: string;
  readonly type: TarEntryType;
  /** With the bits above the permissions, as written. */
  readonly mode: number;
  /** Of the content, in bytes. */
  readonly size: number;
  /** In seconds since 1970. */
  readonly modifiedSeconds: number;
  /** What a link leads to; empty of everything else. */
  readonly linkName: string;
  /** Where the content begins in the archive, in bytes. */
  readonly offset: number;
}

export interface TarContent extends TarEntry {
  /** To be read before the next entry is asked for; what is left of it is passed over. */
  readonly content: AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
/** Of a long name or a set of pax records, in bytes. */
const RECORDS_MAX: number = 1024 * 1024;
/** More files than an image sensibly has. */
const ENTRIES_MAX = 2_000_000;

const TYPES: Readonly<Record<string, TarEntryType>> = {
  "\0": "file",
  "0": "file",
  "7": "file",
  "1": "link",
  "2": "symlink",
  "3": "special",
  "4": "special",
  "5": "directory",
  "6": "special",
};

type Records = ReadonlyMap<string, string>;
const NO_RECORDS: Records = new Map();

/** Throws `ImageError` when it is no tar archive, or ends too early. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarContent> {
  const bytes = byteReader(source);
  let shared = NO_RECORDS;
  let own = NO_RECORDS;
  for (let entries = 0; entries < ENTRIES_MAX; entries += 1) {
    const header = await bytes.read(BLOCK);
    if (header === undefined || isEmpty(header)) {
      await bytes.drain();
      return;
    }
    checkSum(header);
    const flag = String.fromCharCode(header[156] ?? 0);
    const size = sizeOf(header, own, shared);
    if (flag === "g" || flag === "x" || flag === "L" || flag === "K") {
      const text = await readRecords(bytes, numberOf(header, 124, 12));
      if (flag === "g") {
        shared = merged(shared, paxRecords(text));
      } else {
        own = merged(own, recordsOf(flag, text));
      }
      continue;
    }
    const entry = entryOf(header, merged(shared, own), size, bytes.position);
    own = NO_RECORDS;
    yield* withContent(bytes, entry);
  }
  throw new ImageError(`The archive has more than ${ENTRIES_MAX} entries.`);
}

async function* withContent(bytes: ByteReader, entry: TarEntry): AsyncGenerator<TarContent> {
  let left = entry.size;
  async function* content(): AsyncGenerator<Uint8Array> {
    while (left > 0) {
      const chunk = await bytes.some(left);
      left -= chunk.length;
      yield chunk;
    }
  }
  yield { ...entry, content: content() };
  while (left > 0) {
    left -= (await bytes.some(left)).length;
  }
  await bytes.pass(padding(entry.size));
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

async function readRecords(bytes: ByteReader, size: number): Promise<Buffer> {
  const found = size > RECORDS_MAX ? undefined : await bytes.read(size);
  if (found === undefined) {
    throw new ImageError("The archive has a header that is too long, or ends in one.");
  }
  await bytes.pass(padding(size));
  return found;
}

function recordsOf(flag: string, text: Buffer): Records {
  switch (flag) {
    case "L":
      return new Map([["path", textOf(text)]]);
    case "K":
      return new Map([["linkpath", textOf(text)]]);
    default:
      return paxRecords(text);
  }
}

/** `27 path=some/long/name\n`, each: the length counts itself. */
function paxRecords(bytes: Buffer): Records {
  const found = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString("latin1", at, space));
    if (space === -1 || !(length > 0) || at + length > bytes.length) {
      break;
    }
    const record = bytes.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    found.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return found;
}

function merged(under: Records, over: Records): Records {
  return over.size === 0 ? under : new Map([...under, ...over]);
}

function entryOf(header: Buffer, records: Records, size: number, offset: number): TarEntry {
  const flag = String.fromCharCode(header[156] ?? 0);
  const name = records.get("path") ?? headerName(header);
  const isOldFolder = (flag === "\0" || flag === "0") && name.endsWith("/");
  const type = isOldFolder ? "directory" : TYPES[flag];
  if (type === undefined || [...records.keys()].some((key) => key.startsWith("GNU.sparse"))) {
    throw new ImageError(`The archive has an entry of a kind Millrace does not read: ${name}.`);
  }
  const modified = records.get("mtime");
  return {
    name,
    type,
    mode: numberOf(header, 100, 8),
    size: type === "file" ? size : 0,
    modifiedSeconds: modified === undefined ? numberOf(header, 136, 12) : Number(modified),
    linkName: records.get("linkpath") ?? textOf(header.subarray(157, 257)),
    offset,
  };
}

/** The field of the header is too short for large files, so pax may say it instead. */
function sizeOf(header: Buffer, own: Records, shared: Records): number {
  const given = own.get("size") ?? shared.get("size");
  const size = given === undefined ? numberOf(header, 124, 12) : Number(given);
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new ImageError("The archive has an entry without a valid size.");
  }
  return size;
}

function headerName(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  const isUstar = header.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isUstar ? textOf(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
}

/** Octal digits, or big-endian with the highest bit set where those do not suffice. */
function numberOf(header: Buffer, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
  }
  const digits = textOf(field).trim();
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;

/** Of all bytes of the header, those of the sum itself as if they were spaces. */
function checkSum(header: Buffer): void {
  const sum = header.reduce((total, byte, at) => {
    const isOwn = at >= CHECKSUM_AT && at < CHECKSUM_AT + CHECKSUM_LENGTH;
    return total + (isOwn ? 0x20 : byte);
  }, 0);
  if (sum !== numberOf(header, CHECKSUM_AT, CHECKSUM_LENGTH)) {
    throw new ImageError("It is not a tar archive, or a damaged one.");
  }
}

function isEmpty(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

interface ByteReader {
  /** Bytes read so far. */
  readonly position: number;
  /** `undefined` at the end of the source. */
  read(length: number): Promise<Buffer | undefined>;
  /** At least one byte, and no more than so many. */
  some(lengthMax: number): Promise<Buffer>;
  pass(length: number): Promise<void>;
  /** Reads to the end of the source: padding, for whoever takes a digest of it all. */
  drain(): Promise<void>;
}

const NOTHING: Buffer = Buffer.alloc(0);

function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let held = NOTHING;
  let position = 0;
  const fill = async (): Promise<boolean> => {
    while (held.length === 0) {
      const { done, value } = await chunks.next();
      if (done === true) {
        return false;
      }
      held = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return true;
  };
  const take = (length: number): Buffer => {
    const taken = held.subarray(0, length);
    held = held.subarray(taken.length);
    position += taken.length;
    return taken;
  };
  const some = async (lengthMax: number): Promise<Buffer> => {
    if (!(await fill())) {
      throw new ImageError("The archive ends in the middle of an entry.");
    }
    return take(lengthMax);
  };
  return {
    get position() {
      return position;
    },
    some,
    async read(length) {
      if (length > 0 && !(await fill())) {
        return undefined;
      }
      if (held.length >= length) {
        return take(length);
      }
      const parts: Buffer[] = [];
      for (let left = length; left > 0; ) {
        const part = await some(left);
        parts.push(part);
        left -= part.length;
      }
      return Buffer.concat(parts);
    },
    async pass(length) {
      for (let left = length; left > 0; ) {
        left -= (await some(left)).length;
      }
    },
    async drain() {
      for (held = NOTHING; !(await chunks.next()).done; );
    },
  };
}
