/** What a create and its update have in common: no member has to be there. */
export type Members<T> = {
  readonly [K in Exclude<keyof T, "ApiId">]?: T[K] | undefined;
};

/** The members that a caller named: an update leaves all others as they are. */
export type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

export function given<T extends object>(members: T): Given<T> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<T>;
}
