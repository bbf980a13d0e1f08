/**
 * The keys of STS.
 *
 * | key                     | record    | what for                                         |
 * |-------------------------|-----------|--------------------------------------------------|
 * | sts session accessKeyId | `Session` | who holds temporary credentials, until they end  |
 */
import { type Collection, collection } from "../../store/collection.ts";
import type { Session } from "./session.ts";

export const sessions: Collection<Session> = collection("sts", "session");
