/**
 * `encoding-type=url`: keys in XML that XML cannot hold as they are.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
import { invalidArgument } from "./errors.ts";

export type EncodeKey = <T extends string | undefined>(key: T) => T;

/** As in forms, except that slashes stay: a space becomes `+`. */
export function keyEncoding(encodingType: string | undefined): EncodeKey {
  if (encodingType === undefined) {
    return (key) => key;
  }
  if (encodingType !== "url") {
    throw invalidArgument("Invalid Encoding Method specified in Request", {
      name: "encoding-type",
      value: encodingType,
    });
  }
  return <T extends string | undefined>(key: T) =>
    (key === undefined ? undefined : formEncodedKey(key)) as T;
}

/** Keys in notifications have the same form. */
export function formEncodedKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}
