/** The routes by which people read the e-mail and text messages that SNS wrote, and answer them. */
import type { AdminRoutes } from "../gateway/admin.ts";
import type { Letter } from "../services/sns/letter.ts";
import type { Mailbox } from "../services/sns/mailbox.ts";

const LETTERS_DEFAULT = 100;
const LETTERS_MAX = 1_000;
const ACCOUNT_DEFAULT = "000000000000";
const REGION_DEFAULT = "us-east-1";

export function outboxRoutes(mailbox: Mailbox): AdminRoutes {
  return {
    /** `?protocol=email&address=a@example.com&after=12&limit=50`: the newest, oldest first. */
    "GET /outbox": async ({ head }) => {
      const given = new URLSearchParams(head.query);
      const letters = await mailbox.read({
        protocol: given.get("protocol") ?? undefined,
        address: given.get("address") ?? undefined,
        after: numberOf(given.get("after"), 0),
        limit: Math.min(numberOf(given.get("limit"), LETTERS_DEFAULT), LETTERS_MAX),
      });
      return { messages: letters.map(shown) };
    },
    /** `?from=%2B14155550100&text=STOP`: a text message from a phone, which may opt it out. */
    "POST /outbox/replies": async ({ head }) => {
      const given = new URLSearchParams(head.query);
      const place = {
        accountId: given.get("account") ?? ACCOUNT_DEFAULT,
        region: given.get("region") ?? REGION_DEFAULT,
      };
      const reply = { from: given.get("from") ?? "", text: given.get("text") ?? "" };
      return { optedOut: await mailbox.reply(place, reply) };
    },
  };
}

/** What is not a whole number above zero is not there. */
function numberOf(text: string | null, fallback: number): number {
  const number = Number(text ?? "");
  return Number.isInteger(number) && number > 0 ? number : fallback;
}

function shown({ postedMs, ...letter }: Letter): unknown {
  return { ...letter, postedAt: new Date(postedMs).toISOString() };
}
