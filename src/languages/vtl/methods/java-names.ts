/**
 * The public methods that Java 8 to 17 have and templates do not have here, so that one of them is refused by name, where
 * a name that Java does not have either is no value, as in Velocity.
 */

const OBJECT = "notify notifyAll wait";
const CHAR_SEQUENCE =
  "chars codePointAt codePointBefore codePointCount codePoints copyValueOf format formatted getChars indent isBlank join " +
  "lines offsetByCodePoints regionMatches repeat strip stripIndent stripLeading stripTrailing transform translateEscapes " +
  "valueOf describeConstable resolveConstantDesc";
const COLLECTION =
  "clone ensureCapacity forEach listIterator parallelStream removeIf replaceAll sort spliterator stream trimToSize " +
  "toJSONString appendElement writeJSONString merge";
const MAP = "clone compute computeIfAbsent computeIfPresent forEach merge replace replaceAll";
const NUMBER =
  "bitCount compare compareUnsigned decode describeConstable divideUnsigned floatValue getInteger highestOneBit " +
  "lowestOneBit max min numberOfLeadingZeros numberOfTrailingZeros parseInt parseUnsignedInt remainderUnsigned " +
  "resolveConstantDesc reverse reverseBytes rotateLeft rotateRight signum sum toBinaryString toHexString toOctalString " +
  "toUnsignedLong toUnsignedString valueOf doubleToLongBits doubleToRawLongBits isFinite longBitsToDouble parseDouble";
const BOOLEAN =
  "compare compareTo describeConstable getBoolean logicalAnd logicalOr logicalXor parseBoolean valueOf";
const ENTRY = "comparingByKey comparingByValue setValue";
const ITERATOR = "forEachRemaining remove";
const CLASS =
  "asSubclass cast forName getClassLoader getConstructor getConstructors getDeclaredMethods getField getFields " +
  "getInterfaces getMethod getMethods getPackage getPackageName getResource getResourceAsStream getSuperclass " +
  "getTypeName isArray isAssignableFrom isInstance isInterface newInstance";

function names(...lists: readonly string[]): ReadonlySet<string> {
  return new Set([OBJECT, ...lists].join(" ").split(" "));
}

export const TEXT_NAMES: ReadonlySet<string> = names(CHAR_SEQUENCE);
export const LIST_NAMES: ReadonlySet<string> = names(COLLECTION);
export const MAP_NAMES: ReadonlySet<string> = names(MAP);
export const NUMBER_NAMES: ReadonlySet<string> = names(NUMBER);
export const BOOLEAN_NAMES: ReadonlySet<string> = names(BOOLEAN);
export const ENTRY_NAMES: ReadonlySet<string> = names(ENTRY);
export const ITERATOR_NAMES: ReadonlySet<string> = names(ITERATOR);
export const CLASS_NAMES: ReadonlySet<string> = names(CLASS);
