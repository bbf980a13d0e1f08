/**
 * Access key ids that carry their account, so that a request signed with temporary credentials
 * finds its account without a look-up.
 *
 * As on AWS, the sixteen characters behind `ASIA` are base32 of ten bytes whose first 47 bits hold
 * the account. AWS sets the first bit in all keys it issues since 2019; ours leave it clear, so a
 * developer's real key is never taken for one of the engine's.
 */
const PREFIX = "ASIA";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ACCOUNT = /^\d{12}$/;
/** Base32 of bytes whose first bit is clear. */
const OWN_KEY = /^ASIA[A-P][A-Z2-7]{15}$/;
const ACCOUNT_MAX = 999_999_999_999n;
/** 80 bits: a clear one, 40 of the account, 39 of chance. */
const ACCOUNT_SHIFT = 39n;
const CHANCE_MASK = (1n << ACCOUNT_SHIFT) - 1n;
const KEY_CHARACTERS = 16;

/** A 12-digit key id is its own account. `undefined` for keys that name no account. */
export function accountOfAccessKey(accessKeyId: string): string | undefined {
  if (ACCOUNT.test(accessKeyId)) {
    return accessKeyId;
  }
  if (!OWN_KEY.test(accessKeyId)) {
    return undefined;
  }
  const account = base32Decode(accessKeyId.slice(PREFIX.length)) >> ACCOUNT_SHIFT;
  return account <= ACCOUNT_MAX ? account.toString().padStart(12, "0") : undefined;
}

/** A temporary key id of `accountId`; `chance` is ten random bytes. */
export function temporaryAccessKey(accountId: string, chance: Uint8Array): string {
  const random = BigInt(`0x${Buffer.from(chance).toString("hex")}`) & CHANCE_MASK;
  return PREFIX + base32Encode((BigInt(accountId) << ACCOUNT_SHIFT) | random);
}

function base32Encode(value: bigint): string {
  let text = "";
  for (let index = 0; index < KEY_CHARACTERS; index += 1) {
    text = (ALPHABET[Number((value >> BigInt(5 * index)) & 31n)] ?? "") + text;
  }
  return text;
}

function base32Decode(text: string): bigint {
  let value = 0n;
  for (const character of text) {
    value = (value << 5n) | BigInt(ALPHABET.indexOf(character));
  }
  return value;
}
