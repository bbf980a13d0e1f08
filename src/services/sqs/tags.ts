import { invalidParameterValue } from "./errors.ts";
import { TAGS_PER_QUEUE_MAX } from "./limits.ts";

const TAG_KEY_LENGTH_MAX = 128;
const TAG_VALUE_LENGTH_MAX = 256;

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html */
export function checkTags(queueName: string, tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > TAGS_PER_QUEUE_MAX) {
    throw invalidParameterValue(`Too many tags added for queue ${queueName}.`);
  }
  for (const [key, value] of entries) {
    if (key.length === 0 || key.length > TAG_KEY_LENGTH_MAX) {
      throw invalidParameterValue("Tag keys must be between 1 and 128 characters in length.");
    }
    if (value.length > TAG_VALUE_LENGTH_MAX) {
      throw invalidParameterValue("Tag values must be between 0 and 256 characters in length.");
    }
    if (key.toLowerCase().startsWith("aws:")) {
      throw invalidParameterValue("Tag keys beginning with aws: are reserved for system use.");
    }
  }
}
