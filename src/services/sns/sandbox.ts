/**
 * Phone numbers of the SMS sandbox. Accounts here are out of it, so a number needs no verification
 * to be sent to; the numbers can be kept and verified all the same, as a program under test may do.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox.html
 */
import type { Random } from "../../platform/random.ts";
import { AwsError } from "../../wire/aws-error.ts";

export interface SandboxNumber {
  readonly phoneNumber: string;
  readonly status: "Pending" | "Verified";
  /** What the number was sent. */
  readonly oneTimePassword: string;
}

const PASSWORD_DIGITS = 6;

export function newPassword(random: Random): string {
  return String(Math.floor(random.next() * 10 ** PASSWORD_DIGITS)).padStart(PASSWORD_DIGITS, "0");
}

export function phoneNumberNotFound(): AwsError {
  return new AwsError({
    code: "ResourceNotFound",
    message: "The destination phone number doesn't exist in the SMS sandbox",
    status: 404,
  });
}

export function wrongPassword(): AwsError {
  return new AwsError({
    code: "VerificationException",
    message: "The one-time password (OTP) is not valid",
    members: { Status: "Pending" },
  });
}
