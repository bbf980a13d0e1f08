/** `arn:aws:iam::<account>:policy<path><name>`, the path with a slash at both ends. */

import { invalidInput } from "./errors.ts";

const ARN = /^arn:aws:iam::(\d{12}|aws):policy\/[\x21-\x7e]{1,1024}$/;

/** Throws for a text that is not the ARN of any policy. */
export function checkedArn(arn: string): string {
  if (!ARN.test(arn)) {
    throw invalidInput(`ARN ${arn} is not valid.`);
  }
  return arn;
}

export function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

export function policyPath(arn: string): string {
  return arn.slice(arn.indexOf("/"), arn.lastIndexOf("/") + 1);
}
