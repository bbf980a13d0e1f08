import type { WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import { invalidFor } from "../errors.ts";
import { topicTags } from "../keys.ts";
import type { SnsOperation } from "../ports.ts";
import { ensureSigningKey } from "../signing.ts";
import { type Tags, tagsOf } from "../tags.ts";
import { findTopic, saveTopic, type Topic, topicArn } from "../topic.ts";
import { checkTopicAttributes } from "../topic-attributes.ts";
import { checkTopicName } from "../topic-name.ts";

type Attributes = Readonly<Record<string, string>>;

/** Source: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
export const createTopic: SnsOperation<"CreateTopic"> = async (ctx, input) => {
  const attributes = checkTopicAttributes(input.Attributes ?? {});
  checkTopicName(input.Name, { isFifo: attributes["FifoTopic"] === "true" });
  if (input.DataProtectionPolicy !== undefined) {
    throw notSupported("CreateTopic", "data protection policies (DataProtectionPolicy)");
  }
  const tags = input.Tags && tagsOf(input.Tags);
  const name = { region: ctx.region, accountId: ctx.accountId, name: input.Name };
  await ensureSigningKey(ctx.store);
  await ctx.store.write((tx) => {
    const existing = findTopic(tx, name);
    if (existing !== undefined) {
      checkSame(tx, existing, { attributes: givenOf(attributes, input.Attributes), tags });
      return;
    }
    const topic: Topic = {
      ...name,
      id: tx.orderedId(),
      endpoint: ctx.endpoint,
      deletedSubscriptionCount: 0,
      attributes,
      ...("ArchivePolicy" in attributes && { archivedSinceMs: tx.nowMs }),
    };
    saveTopic(tx, topic);
    topicTags.put(tx, [topic.id], tags ?? {});
  });
  return { TopicArn: topicArn(name) };
};

/** Without the defaults. */
function givenOf(kept: Attributes, given: Attributes = {}): Attributes {
  return Object.fromEntries(Object.entries(kept).filter(([name]) => name in given));
}

/** What is not given again may differ. */
function checkSame(
  tx: WriteTx,
  existing: Topic,
  given: { readonly attributes: Attributes; readonly tags: Tags | undefined },
): void {
  const isSame = Object.entries(given.attributes).every(
    ([name, value]) => existing.attributes[name] === value,
  );
  if (!isSame) {
    throw invalidFor("Attributes", "Topic already exists with different attributes");
  }
  const tags = topicTags.get(tx, [existing.id]) ?? {};
  if (given.tags !== undefined && !sameTags(tags, given.tags)) {
    throw invalidFor("Tags", "Topic already exists with different tags");
  }
}

function sameTags(a: Tags, b: Tags): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
