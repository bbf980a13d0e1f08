/**
 * Finds the jars of AWS's runtime interface client for Java.
 *
 * The client loads the function itself: its package, then `lib/*.jar`, then `java/lib/*.jar` of the
 * layers. So its class path has nothing but the client and what that needs. Where `/opt` cannot be
 * shown to it, the jars of layers come after it.
 */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import type { FunctionSpec } from "../function-host.ts";
import { layersFirst } from "./layer-folders.ts";

export const CLIENT = "aws-lambda-java-runtime-interface-client";
export const CLIENT_CLASS = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
const CLASS_FILE = `${CLIENT_CLASS.replaceAll(".", "/")}.class`;
/** What the client needs beside itself. */
const COMPANIONS = ["aws-lambda-java-core", "aws-lambda-java-serialization"];

interface ClientSearch {
  /** A folder with its jars, looked into first. */
  readonly configured: string | undefined;
  readonly isOptShown: boolean;
}

/** `undefined` when the client is nowhere, or what it needs is not. */
export async function clientClassPath(
  spec: FunctionSpec,
  { configured, isOptShown }: ClientSearch,
): Promise<readonly string[] | undefined> {
  const folders = [
    ...(configured === undefined ? [] : [configured]),
    path.join(spec.codeDirectory, "lib"),
    ...layersFirst(spec, "java/lib"),
  ];
  const layers = isOptShown ? [] : layersFirst(spec, "java/lib");
  const layerJars = (await Promise.all(layers.map(jarsIn))).flat();
  // A package of classes alone, as the jar of a build that shades its dependencies is.
  const unpacked = [...(configured === undefined ? [] : [configured]), spec.codeDirectory].find(
    (folder) => existsSync(path.join(folder, CLASS_FILE)),
  );
  const [inPlaces, inCaches] = await Promise.all([
    Promise.all(folders.map(jarsIn)),
    Promise.all([CLIENT, ...COMPANIONS].map(cachedJars)),
  ]);
  const jars = [...inPlaces.flat(), ...inCaches.flat()];
  if (unpacked !== undefined) {
    return [unpacked, ...jarsOf(COMPANIONS, jars), ...layerJars];
  }
  const found = jarsOf([CLIENT, ...COMPANIONS], jars);
  return found.length === 1 + COMPANIONS.length ? [...found, ...layerJars] : undefined;
}

/** Whether functions that do not bring the client find one. */
export async function isClientInstalled(configured: string | undefined): Promise<boolean> {
  const given = configured === undefined ? [] : await jarsIn(configured);
  return jarsOf([CLIENT], [...given, ...(await cachedJars(CLIENT))]).length > 0;
}

/** The first jar of each that there is. */
function jarsOf(artifacts: readonly string[], jars: readonly string[]): readonly string[] {
  return artifacts.flatMap(
    (artifact) => jars.find((jar) => isJarOf(artifact, path.basename(jar))) ?? [],
  );
}

/** `aws-lambda-java-core-1.2.3.jar`, with or without the version. */
function isJarOf(artifact: string, name: string): boolean {
  return (
    name === `${artifact}.jar` ||
    (name.startsWith(artifact) && /^-\d[^/]*\.jar$/.test(name.slice(artifact.length)))
  );
}

async function jarsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(".jar"))
    .sort()
    .map((name) => path.join(folder, name));
}

/** Those of the caches of Maven and Gradle, the newest version first. */
async function cachedJars(artifact: string): Promise<readonly string[]> {
  const maven = path.join(homedir(), ".m2/repository/com/amazonaws", artifact);
  const gradle = path.join(
    process.env["GRADLE_USER_HOME"] ?? path.join(homedir(), ".gradle"),
    "caches/modules-2/files-2.1/com.amazonaws",
    artifact,
  );
  const versions = await Promise.all([maven, gradle].map(newestFirst));
  const folders = await Promise.all(
    versions.flat().map(async (folder) => [folder, ...(await newestFirst(folder))]),
  );
  const jars = await Promise.all(folders.flat().map(jarsIn));
  return jars.flat().filter((jar) => !/-(?:sources|javadoc)\.jar$/.test(jar));
}

async function newestFirst(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((name) => path.join(folder, name));
}
