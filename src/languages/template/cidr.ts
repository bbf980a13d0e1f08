/**
 * `Fn::Cidr`: `count` blocks of `cidrBits` host bits out of an IPv4 block.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html
 */
import { TemplateError } from "./value.ts";

const COUNT_MAX = 256;
const ADDRESS_BITS = 32;

export function cidrBlocks(block: string, count: number, hostBits: number): readonly string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  if (match === null) {
    throw new TemplateError(`Template error: Fn::Cidr needs an IPv4 block, not ${block}`);
  }
  const [a = 0, b = 0, c = 0, d = 0, prefixBits = 0] = match.slice(1).map(Number);
  const size = 2 ** hostBits;
  const available = 2 ** (ADDRESS_BITS - prefixBits) / size;
  if (count < 1 || count > Math.min(COUNT_MAX, available)) {
    throw new TemplateError(
      `Template error: Fn::Cidr cannot make ${count} blocks of ${hostBits} bits from ${block}`,
    );
  }
  const start = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = start - (start % 2 ** (ADDRESS_BITS - prefixBits));
  return Array.from({ length: count }, (_, index) => {
    const address = first + index * size;
    const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
    return `${bytes.join(".")}/${ADDRESS_BITS - hostBits}`;
  });
}
