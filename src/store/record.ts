/** Values as msgpack: plain objects, arrays, strings, numbers, booleans, null and bytes. */
import { Packr } from "msgpackr";

const packr = new Packr({ useRecords: false, variableMapSize: true, copyBuffers: true });

export function encodeRecord(value: unknown): Uint8Array {
  return packr.pack(value);
}

export function decodeRecord<T>(bytes: Uint8Array): T {
  return packr.unpack(bytes) as T;
}
