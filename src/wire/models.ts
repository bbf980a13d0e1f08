/** Service models, read from their JSON when a service is first needed, and kept. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ServiceModel, ServiceName } from "./model.ts";

/** From the sources; from a bundle in `dist/cli`; from the library in `dist/lib/wire`. */
const PLACES = ["./models/", "../models/", "../../models/"];

const models = new Map<ServiceName, ServiceModel>();
let folder: URL | undefined;

export function loadModel(name: ServiceName): ServiceModel {
  const known = models.get(name);
  if (known !== undefined) {
    return known;
  }
  const model = JSON.parse(readGenerated(`${name}.model.gen.json`)) as ServiceModel;
  models.set(name, model);
  return model;
}

/** The text of a generated file beside the models. */
export function readGenerated(file: string): string {
  folder ??= findFolder();
  return readFileSync(fileURLToPath(new URL(file, folder)), "utf8");
}

function findFolder(): URL {
  for (const place of PLACES) {
    const candidate = new URL(place, import.meta.url);
    if (existsSync(fileURLToPath(new URL("sqs.model.gen.json", candidate)))) {
      return candidate;
    }
  }
  throw new Error("The service models are missing: run `npm run build`.");
}
