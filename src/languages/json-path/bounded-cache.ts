/** Compiled expressions by their text; bounded, oldest out first. */
const ENTRIES_MAX = 4000;

export function cached<T>(
  compile: (text: string) => T,
  entriesMax: number = ENTRIES_MAX,
): (text: string) => T {
  const entries = new Map<string, T>();
  return (text) => {
    const known = entries.get(text);
    if (known !== undefined) {
      return known;
    }
    const compiled = compile(text);
    if (entries.size >= entriesMax) {
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    }
    entries.set(text, compiled);
    return compiled;
  };
}
