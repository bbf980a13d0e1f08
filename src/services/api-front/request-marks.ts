/** What APIs, HTTP and REST alike, mark a request with: ids, traces, times, names. */
import type { Random } from "../../platform/random.ts";

/** `JKJaXmPLvHcESHA=`, as the gateway's own look. */
export function newGatewayRequestId(random: Random): string {
  return `${randomText(random, BASE64_DIGITS, 15)}=`;
}

/** Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html */
export function newTrace(random: Random, nowMs: number): string {
  const id = randomText(random, HEX_DIGITS, 24);
  return `Root=1-${Math.floor(nowMs / 1000).toString(16)}-${id}`;
}

const BASE64_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const HEX_DIGITS = "0123456789abcdef";

/** Names, no secrets: so not worth a call for cryptographic bytes. */
function randomText(random: Random, digits: string, length: number): string {
  let text = "";
  for (let count = 0; count < length; count += 1) {
    text += digits[Math.floor(random.next() * digits.length)] ?? "";
  }
  return text;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `12/Mar/2020:19:03:58 +0000` */
export function requestTime(timeMs: number): string {
  const date = new Date(timeMs);
  const iso = date.toISOString();
  const month = MONTHS[date.getUTCMonth()];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** What a host begins with: the id of the API, but for hosts of its owner. */
export function prefixOf(host: string): string {
  const [prefix = ""] = host.split(/[.:]/);
  return prefix;
}
