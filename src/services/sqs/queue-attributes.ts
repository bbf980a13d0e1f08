/**
 * The attributes that can be set on a queue: how each is read from text and written as text.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
import {
  invalidAttributeName,
  invalidAttributeValue,
  invalidParameter,
  invalidParameterValue,
} from "./errors.ts";
import {
  DELAY_SECONDS_MAX,
  KMS_REUSE_SECONDS_DEFAULT,
  KMS_REUSE_SECONDS_MAX,
  KMS_REUSE_SECONDS_MIN,
  MESSAGE_SIZE_BYTES_MAX,
  MESSAGE_SIZE_BYTES_MIN,
  RECEIVE_WAIT_SECONDS_MAX,
  RETENTION_SECONDS_DEFAULT,
  RETENTION_SECONDS_MAX,
  RETENTION_SECONDS_MIN,
  VISIBILITY_TIMEOUT_SECONDS_DEFAULT,
  VISIBILITY_TIMEOUT_SECONDS_MAX,
} from "./limits.ts";
import { compactPolicy } from "./policy-document.ts";
import type { FifoSettings, QueueSettings } from "./queue.ts";
import { formatRedrivePolicy, parseRedriveAllowPolicy, parseRedrivePolicy } from "./redrive.ts";

const STANDARD_DEFAULTS: QueueSettings = {
  delaySeconds: 0,
  maximumMessageSizeBytes: MESSAGE_SIZE_BYTES_MAX,
  retentionSeconds: RETENTION_SECONDS_DEFAULT,
  receiveWaitSeconds: 0,
  visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS_DEFAULT,
  kmsReuseSeconds: KMS_REUSE_SECONDS_DEFAULT,
  managedSse: true,
};

const FIFO_DEFAULTS: FifoSettings = {
  isContentDeduplicated: false,
  deduplicationScope: "queue",
  throughputLimit: "perQueue",
};

/** What a new queue has before its other attributes are looked at: they depend on its kind. */
export function defaultSettings(texts: AttributeTexts): QueueSettings {
  return texts["FifoQueue"] === "true"
    ? { ...STANDARD_DEFAULTS, fifo: FIFO_DEFAULTS }
    : STANDARD_DEFAULTS;
}

interface Attribute {
  /** What a text changes. Throws AWS's error for one that cannot be. */
  parse(text: string, settings: QueueSettings): Partial<QueueSettings>;
  /** `undefined` when the queue has none. */
  format(settings: QueueSettings): string | undefined;
}

type NumberSetting = {
  [K in keyof QueueSettings]-?: QueueSettings[K] extends number ? K : never;
}[keyof QueueSettings];

function integer(name: string, setting: NumberSetting, min: number, max: number): Attribute {
  return {
    parse(text) {
      const value = Number(text);
      if (!/^\d+$/.test(text) || value < min || value > max) {
        throw invalidAttributeValue(name);
      }
      return { [setting]: value };
    },
    format: (settings) => String(settings[setting]),
  };
}

/** Attributes that an empty text removes. */
function removable(attribute: Attribute, removed: Partial<QueueSettings>): Attribute {
  return {
    ...attribute,
    parse: (text, settings) => (text === "" ? removed : attribute.parse(text, settings)),
  };
}

/** Attributes that only FIFO queues have: of others they are unknown. */
function ofFifo(
  name: string,
  parse: (text: string) => Partial<FifoSettings> | undefined,
  format: (fifo: FifoSettings) => string,
): Attribute {
  return {
    parse(text, { fifo }) {
      if (fifo === undefined) {
        throw invalidAttributeName(name);
      }
      const change = parse(text);
      if (change === undefined) {
        throw invalidAttributeValue(name);
      }
      return { fifo: { ...fifo, ...change } };
    },
    format: ({ fifo }) => fifo && format(fifo),
  };
}

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  VisibilityTimeout: integer(
    "VisibilityTimeout",
    "visibilityTimeoutSeconds",
    0,
    VISIBILITY_TIMEOUT_SECONDS_MAX,
  ),
  MaximumMessageSize: integer(
    "MaximumMessageSize",
    "maximumMessageSizeBytes",
    MESSAGE_SIZE_BYTES_MIN,
    MESSAGE_SIZE_BYTES_MAX,
  ),
  MessageRetentionPeriod: integer(
    "MessageRetentionPeriod",
    "retentionSeconds",
    RETENTION_SECONDS_MIN,
    RETENTION_SECONDS_MAX,
  ),
  DelaySeconds: integer("DelaySeconds", "delaySeconds", 0, DELAY_SECONDS_MAX),
  ReceiveMessageWaitTimeSeconds: integer(
    "ReceiveMessageWaitTimeSeconds",
    "receiveWaitSeconds",
    0,
    RECEIVE_WAIT_SECONDS_MAX,
  ),
  Policy: removable(
    {
      parse(text) {
        const policy = compactPolicy(text);
        if (policy === undefined) {
          throw invalidAttributeValue("Policy");
        }
        return { policy };
      },
      format: (settings) => settings.policy,
    },
    { policy: undefined },
  ),
  RedrivePolicy: removable(
    {
      parse: (text) => ({ redrivePolicy: parseRedrivePolicy(text) }),
      format: ({ redrivePolicy }) => redrivePolicy && formatRedrivePolicy(redrivePolicy),
    },
    { redrivePolicy: undefined },
  ),
  RedriveAllowPolicy: removable(
    {
      parse: (text) => ({ redriveAllowPolicy: parseRedriveAllowPolicy(text) }),
      format: ({ redriveAllowPolicy }) => redriveAllowPolicy && JSON.stringify(redriveAllowPolicy),
    },
    { redriveAllowPolicy: undefined },
  ),
  KmsMasterKeyId: removable(
    {
      parse: (text) => ({ kmsMasterKeyId: text, managedSse: false }),
      format: (settings) => settings.kmsMasterKeyId,
    },
    { kmsMasterKeyId: undefined },
  ),
  KmsDataKeyReusePeriodSeconds: {
    ...integer(
      "KmsDataKeyReusePeriodSeconds",
      "kmsReuseSeconds",
      KMS_REUSE_SECONDS_MIN,
      KMS_REUSE_SECONDS_MAX,
    ),
    format: (settings) =>
      settings.kmsMasterKeyId === undefined ? undefined : String(settings.kmsReuseSeconds),
  },
  SqsManagedSseEnabled: {
    parse(text) {
      if (text !== "true" && text !== "false") {
        throw invalidAttributeValue("SqsManagedSseEnabled");
      }
      return text === "true"
        ? { managedSse: true, kmsMasterKeyId: undefined }
        : { managedSse: false };
    },
    format: (settings) => String(settings.managedSse),
  },
  FifoQueue: ofFifo(
    "FifoQueue",
    (text) => (text === "true" ? {} : undefined),
    () => "true",
  ),
  ContentBasedDeduplication: ofFifo(
    "ContentBasedDeduplication",
    (text) =>
      text === "true" || text === "false" ? { isContentDeduplicated: text === "true" } : undefined,
    (fifo) => String(fifo.isContentDeduplicated),
  ),
  DeduplicationScope: ofFifo(
    "DeduplicationScope",
    (text) =>
      text === "queue" || text === "messageGroup" ? { deduplicationScope: text } : undefined,
    (fifo) => fifo.deduplicationScope,
  ),
  FifoThroughputLimit: ofFifo(
    "FifoThroughputLimit",
    (text) =>
      text === "perQueue" || text === "perMessageGroupId" ? { throughputLimit: text } : undefined,
    (fifo) => fifo.throughputLimit,
  ),
};

export const SETTABLE_NAMES: readonly string[] = Object.keys(ATTRIBUTES);

export function formatAttribute(name: string, settings: QueueSettings): string | undefined {
  return ATTRIBUTES[name]?.format(settings);
}

export type AttributeTexts = Readonly<Record<string, string>>;

/** Settings with attributes changed; throws for the first that is unknown or wrong. */
export function changedSettings(settings: QueueSettings, texts: AttributeTexts): QueueSettings {
  if (texts["KmsMasterKeyId"] && texts["SqsManagedSseEnabled"] === "true") {
    throw invalidParameterValue(
      "You can use one type of server-side encryption (SSE) at one time. You can either enable " +
        "KMS SSE or SQS SSE.",
    );
  }
  let changed = settings;
  for (const [name, text] of Object.entries(texts)) {
    const attribute = ATTRIBUTES[name];
    if (attribute === undefined) {
      throw invalidAttributeName(name);
    }
    changed = { ...changed, ...attribute.parse(text, changed) };
  }
  checkThroughput(changed.fifo);
  return changed;
}

function checkThroughput(fifo: FifoSettings | undefined): void {
  if (fifo?.throughputLimit === "perMessageGroupId" && fifo.deduplicationScope === "queue") {
    throw invalidParameter(
      "FifoThroughputLimit",
      fifo.throughputLimit,
      "It can be perMessageGroupId only when DeduplicationScope is messageGroup.",
    );
  }
}

/** The first attribute for which two queues differ, of those named. */
export function differingAttribute(
  names: readonly string[],
  a: QueueSettings,
  b: QueueSettings,
): string | undefined {
  return names.find((name) => formatAttribute(name, a) !== formatAttribute(name, b));
}
