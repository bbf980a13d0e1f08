/** The letters for their readers, and what a phone may answer. */
import type { Store } from "../../store/store.ts";
import { optedOut } from "./keys.ts";
import { findLetters, type Letter, type LetterQuery } from "./letter.ts";
import { isPhoneNumber } from "./phone-number.ts";
import type { Place } from "./text-message.ts";

export interface Mailbox {
  read(query: LetterQuery): Promise<readonly Letter[]>;
  /**
   * A text message from a phone: STOP and its kind opt the number out of what the account sends.
   * Answers whether the text was such a word and the number is one.
   */
  reply(place: Place, reply: { readonly from: string; readonly text: string }): Promise<boolean>;
}

/** Source: https://docs.aws.amazon.com/sns/latest/dg/sms_manage.html */
const OPT_OUT_WORDS = new Set([
  "ARRET",
  "CANCEL",
  "END",
  "OPT-OUT",
  "OPTOUT",
  "QUIT",
  "REMOVE",
  "STOP",
  "TD",
  "UNSUBSCRIBE",
]);

export function createMailbox(store: Store): Mailbox {
  return {
    read: (query) => store.read((tx) => findLetters(tx, query)),
    async reply({ region, accountId }, { from, text }) {
      const isOptOut = OPT_OUT_WORDS.has(text.trim().toUpperCase()) && isPhoneNumber(from);
      if (isOptOut) {
        await store.write((tx) => optedOut.put(tx, [region, accountId, from], tx.nowMs));
      }
      return isOptOut;
    },
  };
}
