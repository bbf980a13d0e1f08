/**
 * Text messages to phone numbers, as letters, and the settings of an account for them.
 *
 * Sources: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
 * https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html
 */
import { formatArn } from "../../base/arn.ts";
import { deliver, type Sinks } from "../../outbox/sink.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { invalidFor, invalidParameter } from "./errors.ts";
import { optedOut, smsSettings } from "./keys.ts";
import { postLetter } from "./letter.ts";
import { TEXT_MESSAGE_LENGTH_MAX } from "./limits.ts";
import type { MessageAttributes } from "./message-attributes.ts";
import { isPhoneNumber } from "./phone-number.ts";
import type { Publication } from "./publication.ts";

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

export type SmsSettings = Readonly<Record<string, string>>;

export function smsSettingsOf(tx: ReadTx, { region, accountId }: Place): SmsSettings {
  return smsSettings.get(tx, [region, accountId]) ?? {};
}

export function isOptedOut(tx: ReadTx, { region, accountId }: Place, phoneNumber: string): boolean {
  return optedOut.get(tx, [region, accountId, phoneNumber]) !== undefined;
}

export interface TextMessage {
  readonly phoneNumber: string;
  readonly publication: Publication;
}

/** A number that has opted out gets nothing, and the publisher is not told. */
export function sendTextMessage(
  tx: WriteTx,
  ports: Place & { readonly sinks: Sinks },
  { phoneNumber, publication }: TextMessage,
): void {
  if (!isPhoneNumber(phoneNumber)) {
    throw invalidFor("PhoneNumber", `${phoneNumber} is not valid to publish to`);
  }
  const body = publication.messages["sms"] ?? publication.message;
  if (body.length > TEXT_MESSAGE_LENGTH_MAX) {
    throw invalidParameter("Message too long");
  }
  const { region, accountId } = ports;
  const settings = smsSettingsOf(tx, ports);
  const { attributes, messageId } = publication;
  const smsType = textOf(attributes, "AWS.SNS.SMS.SMSType") ?? settings["DefaultSMSType"];
  const from = textOf(attributes, "AWS.SNS.SMS.SenderID") ?? settings["DefaultSenderID"];
  const isDelivered = !isOptedOut(tx, ports, phoneNumber);
  if (isDelivered) {
    postLetter(tx, {
      protocol: "sms",
      type: "Notification",
      region,
      accountId,
      messageId,
      from,
      to: phoneNumber,
      body,
      smsType: smsType ?? "Promotional",
    });
  }
  reportTextMessage(tx, ports, { phoneNumber, messageId, settings, smsType, isDelivered });
}

function textOf(attributes: MessageAttributes, name: string): string | undefined {
  const value = attributes[name]?.value;
  return typeof value === "string" ? value : undefined;
}

interface TextReport {
  readonly phoneNumber: string;
  readonly messageId: string;
  readonly settings: SmsSettings;
  readonly smsType: string | undefined;
  readonly isDelivered: boolean;
}

/**
 * Delivery status of messages to phone numbers, when the account has a role for it.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html
 */
function reportTextMessage(
  tx: WriteTx,
  { region, accountId, sinks }: Place & { readonly sinks: Sinks },
  report: TextReport,
): void {
  const { settings, isDelivered } = report;
  const rate = Number(settings["DeliveryStatusSuccessSamplingRate"] ?? 0);
  const isSampled = !isDelivered || tx.random.next() * 100 < rate;
  if (settings["DeliveryStatusIAMRole"] === undefined || !isSampled) {
    return;
  }
  const suffix = isDelivered ? "" : "/Failure";
  const group = `sns/${region}/${accountId}/DirectPublishToPhoneNumber${suffix}`;
  const resource = `log-group:${group}:log-stream:${accountId}`;
  deliver(tx, sinks, formatArn({ service: "logs", region, accountId, resource }), {
    payload: JSON.stringify(textEvent(tx, report)),
    sourceArn: formatArn({ service: "sns", region, accountId, resource: "sms" }),
  });
}

function textEvent(tx: WriteTx, report: TextReport): unknown {
  const { phoneNumber, messageId, smsType, isDelivered } = report;
  return {
    notification: {
      messageId,
      timestamp: new Date(tx.nowMs).toISOString().replace("T", " ").replace("Z", ""),
    },
    delivery: {
      destination: phoneNumber,
      smsType: smsType ?? "Promotional",
      providerResponse: isDelivered
        ? "Message has been accepted by phone carrier"
        : "Phone number is opted out",
      dwellTimeMs: 0,
    },
    status: isDelivered ? "SUCCESS" : "FAILURE",
  };
}
