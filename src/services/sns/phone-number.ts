/**
 * Phone numbers in E.164 form, with the separators that people write.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
 */
const PHONE_NUMBER = /^\+?[1-9][0-9]{6,14}$/;

export function isPhoneNumber(text: string): boolean {
  return PHONE_NUMBER.test(text.replace(/[-. ()]/g, ""));
}
