/**
 * Dashboards: bodies kept for whoever shows them. They belong to an account, not to a region.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
import { formatArn } from "../../base/arn.ts";
import { isJsonObject, parseJsonObject } from "../../base/json.ts";
import type { Tags } from "./tags.ts";

export interface Dashboard {
  readonly name: string;
  /** JSON, as it was given. */
  readonly body: string;
  readonly modifiedMs: number;
  readonly tags: Tags;
}

export interface ValidationMessage {
  readonly DataPath?: string;
  readonly Message: string;
}

const WIDGET_TYPES: readonly string[] = [
  "alarm",
  "custom",
  "explorer",
  "log",
  "metric",
  "text",
  "trace",
];

export function dashboardArn(accountId: string, name: string): string {
  return formatArn({ service: "cloudwatch", region: "", accountId, resource: `dashboard/${name}` });
}

/** `isBroken`: it cannot be put. Otherwise the messages are warnings. */
export function validateBody(body: string): {
  readonly isBroken: boolean;
  readonly messages: readonly ValidationMessage[];
} {
  const document = parseJsonObject(body);
  if (document === undefined) {
    const Message = "The field DashboardBody must be a valid JSON object";
    return { isBroken: true, messages: [{ Message }] };
  }
  const { widgets } = document;
  if (!Array.isArray(widgets)) {
    const Message = 'The dashboard body must have an array "widgets"';
    return { isBroken: true, messages: [{ DataPath: "/widgets", Message }] };
  }
  const messages = widgets.flatMap((widget: unknown, index) => widgetMessages(widget, index));
  return { isBroken: messages.some(({ isError }) => isError), messages: messages.map(told) };
}

interface Found extends ValidationMessage {
  readonly isError: boolean;
}

function told({ DataPath, Message }: Found): ValidationMessage {
  return DataPath === undefined ? { Message } : { DataPath, Message };
}

function widgetMessages(widget: unknown, index: number): readonly Found[] {
  const DataPath = `/widgets/${index}`;
  if (!isJsonObject(widget)) {
    return [{ DataPath, Message: "Should be object", isError: true }];
  }
  const { type, properties } = widget;
  if (typeof type !== "string" || !WIDGET_TYPES.includes(type)) {
    const Message = `Should be one of [${WIDGET_TYPES.join(", ")}]`;
    return [{ DataPath: `${DataPath}/type`, Message, isError: true }];
  }
  return isJsonObject(properties)
    ? []
    : [{ DataPath, Message: "Should have property properties", isError: false }];
}
