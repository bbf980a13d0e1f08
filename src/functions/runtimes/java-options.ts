/**
 * What the Java virtual machine is started with, as AWS starts it: seen in processes of the managed
 * runtimes (`-XX:MaxHeapSize=445645k` with 512 MB, `2834432k` with 3,008 MB), and said in
 * https://docs.aws.amazon.com/lambda/latest/dg/java-customization.html
 *
 * Options of the command line win over `JAVA_TOOL_OPTIONS`, so what the function sets there itself is
 * left out here.
 */
import type { FunctionSpec } from "../function-host.ts";

/** Of the memory of small functions, what the heap may have. */
const HEAP_SHARE = 0.85;
/** What large functions keep for all but the heap. */
const BESIDE_HEAP_MAX_MB = 240;
const KIB_IN_MIB = 1024;
/** From here on AWS stops at the first compiler, which is the better one for short lives. */
const TIERED_STOP_RUNTIME_FIRST = 17;
/** And from here on not for environments that are initialised ahead. */
const TIERED_STOP_KEPT_LAST = 24;
/** The first Java with modules, which keep their insides to themselves. */
const MODULES_VERSION_FIRST = 9;

export function javaOptions(spec: FunctionSpec, version: number): readonly string[] {
  const own = spec.environment["JAVA_TOOL_OPTIONS"] ?? "";
  const unless = (pattern: RegExp, ...options: readonly string[]): readonly string[] =>
    pattern.test(own) ? [] : options;
  return [
    ...unless(
      /-Xmx|MaxHeapSize|MaxRAMPercentage/,
      `-XX:MaxHeapSize=${heapSizeKib(spec.memoryMb)}k`,
    ),
    ...unless(/-XX:\+Use\w+GC\b/, "-XX:+UseSerialGC"),
    ...(stopsAtFirstCompiler(spec)
      ? unless(/TieredStopAtLevel|TieredCompilation/, "-XX:TieredStopAtLevel=1")
      : []),
    ...(version >= MODULES_VERSION_FIRST ? ["--add-opens=java.base/java.io=ALL-UNNAMED"] : []),
    ...unless(/preferIPv4Stack/, "-Djava.net.preferIPv4Stack=true"),
    // Where the library of CRaC finds the hooks of the client.
    "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
  ];
}

function heapSizeKib(memoryMb: number): number {
  const heapMb = Math.max(memoryMb * HEAP_SHARE, memoryMb - BESIDE_HEAP_MAX_MB);
  return Math.round(heapMb * KIB_IN_MIB);
}

function stopsAtFirstCompiler({ runtime, keptAs }: FunctionSpec): boolean {
  const version = Number(/\d+/.exec(runtime)?.[0]);
  return (
    version >= TIERED_STOP_RUNTIME_FIRST &&
    (keptAs === undefined || version <= TIERED_STOP_KEPT_LAST)
  );
}
