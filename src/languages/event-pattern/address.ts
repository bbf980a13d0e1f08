/**
 * IP addresses as texts of hexadecimal digits (8 for IPv4, 32 for IPv6), which compare as the
 * addresses do.
 */

/** The digits of an address literal; `undefined` when the text is none. */
export function addressDigits(text: string): string | undefined {
  return looksLikeAddress(text) ? (ipv4Digits(text) ?? ipv6Digits(text)) : undefined;
}

/** Cheap: most values are no addresses, and this is asked of every string of every event. */
function looksLikeAddress(text: string): boolean {
  const { length } = text;
  if (length < 2 || length > 45) {
    return false;
  }
  const first = text.charCodeAt(0);
  const digit = first >= 48 && first <= 57;
  return (digit || isHexLetter(first) || first === 58) && /^[0-9.]+$|^[0-9a-fA-F:]+$/.test(text);
}

function isHexLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 97 && lower <= 102;
}

function ipv4Digits(text: string): string | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) {
    return undefined;
  }
  let digits = "";
  for (const part of parts) {
    if (!/^[0-9]{1,3}$/.test(part) || Number(part) > 255) {
      return undefined;
    }
    digits += Number(part).toString(16).padStart(2, "0");
  }
  return digits;
}

const IPV6_GROUPS = 8;

function ipv6Digits(text: string): string | undefined {
  const halves = text.split("::");
  if (!text.includes(":") || halves.length > 2) {
    return undefined;
  }
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = IPV6_GROUPS - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) {
    return undefined;
  }
  const groups = [...head, ...Array<string>(missing).fill("0"), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) {
    return undefined;
  }
  return groups.map((group) => group.toLowerCase().padStart(4, "0")).join("");
}

export interface AddressRange {
  /** Inclusive. */
  readonly from: string;
  /** Inclusive. */
  readonly through: string;
}

/** A CIDR block, or what is wrong with it in the words of EventBridge. */
export function parseCidr(text: string): AddressRange | { readonly reason: string } {
  const [address, mask, ...rest] = text.split("/");
  if (address === undefined || mask === undefined || rest.length > 0) {
    return { reason: "Malformed CIDR, one '/' required" };
  }
  if (!/^[+-]?[0-9]+$/.test(mask)) {
    return { reason: "Malformed CIDR, mask bits must be an integer" };
  }
  const maskBits = Number(mask);
  if (maskBits < 0) {
    return { reason: "Malformed CIDR, mask bits must not be negative" };
  }
  const from = addressDigits(address);
  if (from === undefined) {
    return { reason: `Nonstandard IP address: ${address}` };
  }
  const bits = from.length * 4;
  if (maskBits >= bits) {
    return { reason: bits === 32 ? "IPv4 mask bits must be < 32" : "IPv6 mask bits must be < 128" };
  }
  const host = (1n << BigInt(bits - maskBits)) - 1n;
  const through = (BigInt(`0x${from}`) | host).toString(16).padStart(from.length, "0");
  return { from, through };
}
