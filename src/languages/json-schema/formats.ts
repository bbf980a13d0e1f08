/** The formats of draft 4: https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00#section-7.3 */
import { isPattern } from "./schema-pattern.ts";

const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,12})?(?:Z|[+-]\d{2}:?\d{2})$/;
const EMAIL = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const URI = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?[^\s<>"{}|\\^`]*$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

interface Format {
  readonly fits: (text: string) => boolean;
  readonly problem: (text: string) => string;
}

const DATE_FORMATS = "[yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]";

export const FORMATS: Readonly<Record<string, Format>> = {
  "date-time": {
    fits: (text) => DATE_TIME.test(text),
    problem: (text) =>
      `string "${text}" is invalid against requested date format(s) ${DATE_FORMATS}`,
  },
  email: { fits: (text) => EMAIL.test(text), problem: not("a valid email address") },
  hostname: {
    fits: (text) => text.length <= 255 && text.split(".").every((label) => LABEL.test(label)),
    problem: not("a valid hostname"),
  },
  ipv4: { fits: (text) => IPV4.test(text), problem: not("a valid IPv4 address") },
  ipv6: { fits: isIpv6, problem: not("a valid IPv6 address") },
  regex: { fits: isPattern, problem: not("a valid ECMA 262 regular expression") },
  uri: { fits: (text) => URI.test(text), problem: not("a valid URI") },
};

function not(what: string): (text: string) => string {
  return (text) => `string "${text}" is not ${what}`;
}

function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) {
    return false;
  }
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const all = groups.flat();
  const last = all.at(-1) ?? "";
  const count = all.length + (IPV4.test(last) ? 1 : 0);
  const isWellFormed = all.every(
    (group, index) => GROUP.test(group) || (index === all.length - 1 && IPV4.test(group)),
  );
  return isWellFormed && (halves.length === 2 ? count < 8 : count === 8);
}
